"""Notes wait for a store in trouble, on this machine, and nothing else does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from console.config.files import write_whole
from console.desk import follower, local, unsettled
from console.desk.waiting import WaitingNote, WaitingNotes
from console.domain import commands as cmd
from console.domain.actors import Actor
from console.domain.events import Noted
from console.domain.snapshot import StoreState
from console.ports.desk import NotSaved, Refused, Saved, Waiting
from console.ports.store import StoreInfo
from tests.desk.desks import manned, open_incident
from tests.engine.kits import BUDI
from tests.fakes.store import MemoryStore
from tests.fakes.troubled import Trouble, TroubledStore
from tests.waiting import until


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "notes.json"


def notes_at(path: Path) -> WaitingNotes:
    return WaitingNotes(path, partial(write_whole, overwrite=True))


@pytest.fixture
def notes(path: Path) -> WaitingNotes:
    return notes_at(path)


def nothing_left(path: Path) -> bool:
    return not path.parent.exists() or not list(path.parent.iterdir())


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[TroubledStore]:
    monkeypatch.setattr(MemoryStore, "look_every", 0.02)
    monkeypatch.setattr(follower, "RETRY_EVERY", 0.02)
    monkeypatch.setattr(follower, "ANSWER_WITHIN", 0.1)
    monkeypatch.setattr(local, "SAVE_WITHIN", 0.15)
    monkeypatch.setattr(unsettled, "FIRST_PAUSE", 0.02)
    store = TroubledStore()
    open_incident(store)
    yield store
    store.mend()


def noted(store: MemoryStore) -> list[tuple[str, str]]:
    """Return who noted what, in order."""
    return [
        (event.actor.name, event.body.text) for event in store.log("INC-1") if isinstance(event.body, Noted)
    ]


WRITTEN = " (written 2026-03-02 09:00 UTC while the store was away)"


@pytest.mark.parametrize("trouble", [trouble for trouble in Trouble if trouble is not Trouble.NONE])
async def test_a_note_waits_out_any_trouble_and_is_saved_once(
    store: TroubledStore, notes: WaitingNotes, path: Path, trouble: Trouble
) -> None:
    async with manned(store, notes=notes) as asha:
        store.have(trouble)
        outcome = await asha.do(cmd.Note("pool restarted"), "op-1")
        assert isinstance(outcome, Waiting)
        assert [note.op for note in notes.load()] == ["op-1"]
        store.mend()
        (late,) = await asha.all_settled()
        assert isinstance(late, Saved)
        assert late.op == "op-1"
        assert nothing_left(path)
    (found,) = noted(store)
    assert found in {("asha", "pool restarted"), ("asha", "pool restarted" + WRITTEN)}


async def test_notes_are_sent_in_order_and_an_ack_is_not_kept(
    store: TroubledStore, notes: WaitingNotes
) -> None:
    async with manned(store, notes=notes) as asha:
        store.have(Trouble.DOWN)
        for number in range(4):
            assert isinstance(await asha.do(cmd.Note(f"note {number}"), f"op-{number}"), Waiting)
        assert isinstance(await asha.do(cmd.Ack(), "ack"), NotSaved)
        assert isinstance(await asha.do(cmd.Note(" !"), "empty"), NotSaved)
        assert [note.op for note in notes.load()] == [f"op-{number}" for number in range(4)]
        store.mend()
        await asha.all_settled()
    assert noted(store) == [("asha", f"note {number}{WRITTEN}") for number in range(4)]
    assert not [event for event in store.log("INC-1") if event.op == "ack"]


async def test_a_disk_that_is_full_keeps_notes_waiting_and_the_unknown_is_asked_all_the_same(
    store: TroubledStore, notes: WaitingNotes
) -> None:
    async with manned(store, notes=notes) as asha:
        store.have(Trouble.REFUSES)
        assert isinstance(await asha.do(cmd.Note("one"), "op-1"), Waiting)
        store.trouble = Trouble.CUT_AFTER
        await asha.do(cmd.Ack(), "ack")
        store.trouble = Trouble.REFUSES
        await until(lambda: asha.late)
        (late,) = asha.late
        assert isinstance(late, Saved)
        assert late.op == "ack"
        assert asha.open == {"op-1"}
        store.mend()
        await asha.all_settled()
    assert noted(store) == [("asha", "one" + WRITTEN)]


async def test_what_an_earlier_run_left_is_sent_by_whom_it_was_written(
    store: TroubledStore, notes: WaitingNotes, path: Path
) -> None:
    store.have(Trouble.DOWN)
    async with manned(store, notes=notes, clock=store.clock) as asha:
        assert isinstance(await asha.do(cmd.Note("handing over"), "op-1"), Waiting)
    store.mend()
    async with manned(store, BUDI, notes=notes_at(path)) as budi:
        await until(lambda: budi.late)
        (late,) = budi.late
        assert isinstance(late, Saved)
    assert noted(store) == [("asha", "handing over" + WRITTEN)]
    assert nothing_left(path)


async def test_what_was_saved_after_all_is_not_saved_again_at_the_next_start(
    store: TroubledStore, notes: WaitingNotes, path: Path
) -> None:
    notes.add(WaitingNote("INC-1", "pool restarted", "op-1", "asha", store.now()))
    async with manned(store) as asha:
        assert isinstance(await asha.do(cmd.Note("pool restarted"), "op-1"), Saved)
    async with manned(store, notes=notes) as again:
        await until(lambda: again.late)
        (late,) = again.late
        assert isinstance(late, Saved)
    assert noted(store) == [("asha", "pool restarted")]
    assert nothing_left(path)


async def test_a_note_that_the_rules_refuse_in_the_end_is_told_and_let_go(
    store: TroubledStore, notes: WaitingNotes, path: Path
) -> None:
    async with manned(store, notes=notes) as asha:
        store.have(Trouble.DOWN)
        assert isinstance(await asha.do(cmd.Note("to nobody"), "op-1", "INC-99"), Waiting)
        store.mend()
        (late,) = await asha.all_settled()
    assert late == Refused("INC-99", "there is no incident INC-99", "op-1")
    assert nothing_left(path)


async def test_a_refusal_is_no_trouble(store: TroubledStore, notes: WaitingNotes, path: Path) -> None:
    async with manned(store, notes=notes) as asha:
        assert isinstance(await asha.do(cmd.Note("x"), "op-1", "INC-99"), Refused)
    assert nothing_left(path)


async def test_a_note_that_cannot_be_kept_is_not_said_to_be(store: TroubledStore, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    async with manned(store, notes=notes_at(tmp_path / "file" / "notes.json")) as asha:
        store.have(Trouble.DOWN)
        assert isinstance(await asha.do(cmd.Note("x"), "op-1"), NotSaved)
        store.mend()
        await asha.in_state(StoreState.OK)
    assert noted(store) == []


class ReadOnly(TroubledStore):
    def info(self, *, deep: bool = False, counted: bool = True) -> StoreInfo:
        return replace(
            super().info(deep=deep, counted=counted), read_only=True, reason="a newer console has changed it"
        )


async def test_a_store_that_is_only_read_is_waited_for_by_no_note(notes: WaitingNotes, path: Path) -> None:
    store = ReadOnly()
    open_incident(store)
    async with manned(store, notes=notes) as asha:
        health = asha.seen[-1].store
        assert (health.state, health.error) == (StoreState.READ_ONLY, "a newer console has changed it")
        store.have(Trouble.REFUSES)
        assert isinstance(await asha.do(cmd.Note("x"), "op-1"), NotSaved)
    assert nothing_left(path)


async def test_a_console_that_only_looks_leaves_waiting_notes_alone(
    store: TroubledStore, notes: WaitingNotes
) -> None:
    note = WaitingNote("INC-1", "pool restarted", "op-1", "asha", store.now())
    notes.add(note)
    async with manned(store, Actor("rina"), notes=notes, readonly=True) as rina:
        assert isinstance(await rina.do(cmd.Note("x"), "op-2"), Refused)
        await rina.desk.detail("INC-1")
    assert noted(store) == []
    assert notes.load() == (note,)
