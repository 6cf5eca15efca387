"""The list keeps what did not change as the same object, and its order is the one of the domain."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from console.domain.commands import Ack
from console.domain.filters import parse
from console.domain.look import Look
from console.ui.board import Board
from console.ui.writes import Write
from tests.ui import scenes
from tests.ui.rows import row
from tests.ui.scenes import NOW


def test_unchanged_rows_stay_the_same_objects() -> None:
    board = Board()
    snapshot = scenes.scene()
    assert board.take(snapshot)
    board.show(Look(), {}, NOW)
    before = {item.standing.row.id: item for item in board.items}
    assert not board.take(replace(snapshot, position=10, sources=scenes.LIVE))
    changed = replace(snapshot.rows[0], n=99)
    assert board.take(replace(snapshot, rows=(changed, *snapshot.rows[1:])))
    board.show(Look(), {}, NOW)
    after = {item.standing.row.id: item for item in board.items}
    assert {name for name in after if after[name] is not before[name]} == {changed.id}


def test_a_key_changes_its_row_and_moves_none() -> None:
    board = Board()
    board.take(scenes.scene())
    board.show(Look(), {}, NOW)
    before = board.items
    write = Write("op", before[2].standing.row.id, "ack", Ack(), 1, 0.0)
    board.mark_writes({write.incident: write})
    assert board.shown == tuple(item.standing.row.id for item in before)
    assert board.items[2].write is write
    assert all(new is old for new, old in zip(board.items, before, strict=True) if new.write is None)


def test_hidden_rows_stand_still_and_are_counted() -> None:
    board = Board()
    board.take(scenes.scene())
    board.show(Look(parse("svc:pay")), {}, NOW)
    assert board.shown == ("INC-1042",)
    assert board.hidden == 6
    assert board.standing_of("INC-1039") is not None
    assert board.standing_of("INC-7") is None
    assert board.standing_of(None) is None


@given(st.lists(st.integers(1, 50_000), max_size=20), st.randoms(use_true_random=False))
def test_the_order_never_depends_on_the_order_of_rows(ages: list[int], chance: object) -> None:
    rows = [row(f"INC-{n}", NOW, age=timedelta(seconds=age)) for n, age in enumerate(ages)]
    mixed = list(rows)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    shown = []
    for some in (rows, mixed):
        board = Board()
        board.take(scenes.scene(rows=tuple(some)))
        board.show(Look(), {}, NOW)
        shown.append(board.shown)
    assert shown[0] == shown[1]
    assert sorted(shown[0]) == sorted(one.id for one in rows)
