"""What became of pressed keys: never shown as saved before the store said so."""

from __future__ import annotations

from console.domain.commands import Ack, Note
from console.ports.desk import Nothing, NotSaved, Refused, Saved, Unknown, Waiting
from console.ui.sender import Told, sum_of, told
from console.ui.writes import Stage, Write, Writes


def begun(*, op: str = "op", incident: str = "INC-1", at: float = 0.0) -> Writes:
    writes = Writes()
    writes.begin(Write(op, incident, "ack", Ack(), 3, at))
    return writes


def stage(writes: Writes, incident: str = "INC-1") -> Stage | None:
    found = writes.of().get(incident)
    return found.stage if found else None


def test_a_write_is_saving_until_it_is_settled() -> None:
    writes = begun()
    assert stage(writes) is Stage.SAVING
    assert writes.under_way == 1
    assert writes.undoable() is None
    writes.settle("op", Saved("INC-1", "op", "acked"), 1.0)
    assert stage(writes) is Stage.SAVED
    assert writes.under_way == 0
    last = writes.undoable()
    assert last is not None
    assert (last.op, last.at) == ("op", 1.0)


def test_nothing_leaves_no_mark() -> None:
    writes = begun()
    writes.settle("op", Nothing("INC-1", "acked by Rina"), 1.0)
    assert stage(writes) is None
    assert writes.undoable() is None


def test_refused_is_told_for_a_moment() -> None:
    writes = begun()
    writes.settle("op", Refused("INC-1", "no"), 1.0)
    assert stage(writes) is Stage.REFUSED
    assert writes.undoable() is None
    assert writes.under_way == 0
    assert writes.passing
    assert writes.drop_told({"INC-1": 3}, 5.0)
    assert not writes.passing


def test_a_note_that_waits_is_safe_and_settled_later() -> None:
    writes = begun()
    writes.settle("op", Waiting("INC-1", "op", "the store does not answer"), 1.0)
    assert stage(writes) is Stage.WAITING
    assert (writes.under_way, writes.waiting) == (0, 1)
    assert not writes.drop_told({"INC-1": 9}, 99.0)
    assert writes.late(Saved("INC-1", "op", "noted"), 2.0) is not None
    assert (stage(writes), writes.waiting) == (Stage.SAVED, 0)


def test_saved_goes_when_the_row_tells_or_after_a_while() -> None:
    writes = begun()
    writes.settle("op", Saved("INC-1", "op", "acked"), 1.0)
    assert not writes.drop_told({"INC-1": 3}, 1.5)
    assert writes.drop_told({"INC-1": 4}, 1.5)
    assert stage(writes) is None
    writes = begun()
    writes.settle("op", Saved("INC-1", "op", "acked"), 1.0)
    assert writes.drop_told({}, 5.0)


def test_not_saved_stays_until_dismissed_or_tried_again() -> None:
    writes = begun()
    writes.settle("op", NotSaved("INC-1", "disk full"), 1.0)
    assert not writes.drop_told({"INC-1": 9}, 99.0)
    assert stage(writes) is Stage.NOT_SAVED
    writes.begin(Write("again", "INC-1", "ack", Ack(), 3, 2.0))
    assert stage(writes) is Stage.SAVING
    writes.settle("again", NotSaved("INC-1", "disk full"), 3.0)
    assert writes.dismiss("INC-1")
    assert not writes.dismiss("INC-1")
    assert stage(writes) is None


def test_unknown_is_settled_late_by_its_operation_or_its_incident() -> None:
    writes = begun()
    writes.settle("op", Unknown("INC-1", "op", "no answer"), 1.0)
    assert writes.under_way == 1
    assert writes.late(Saved("INC-2", "other", "x"), 2.0) is None
    found = writes.late(Saved("INC-1", "op", "acked"), 2.0)
    assert found is not None
    assert stage(writes) is Stage.SAVED
    writes = begun()
    writes.settle("op", Unknown("INC-1", "op", "no answer"), 1.0)
    assert writes.late(NotSaved("INC-1", "it did not reach the store"), 2.0) is not None
    assert stage(writes) is Stage.NOT_SAVED


def test_trouble_is_shown_before_what_is_on_its_way() -> None:
    writes = begun()
    writes.begin(Write("note", "INC-1", "note", Note("x"), 3, 0.0))
    writes.settle("op", NotSaved("INC-1", "disk full"), 1.0)
    assert stage(writes) is Stage.NOT_SAVED


def test_the_last_saved_action_is_the_one_to_undo_until_it_is_undone() -> None:
    writes = begun()
    writes.settle("op", Saved("INC-1", "op", "acked"), 1.0)
    writes.undone()
    assert writes.undoable() is None


def test_words() -> None:
    assert told(Saved("INC-1", "op", "acked INC-1"), "ack", undo=" · u undo").text == "acked INC-1 · u undo"
    assert told(NotSaved("INC-1", "disk full"), "ack").severity == "error"
    assert told(Refused("INC-1", "closed"), "ack").text == "refused by the rules: closed"
    assert told(Waiting("INC-1", "op", "no answer"), "note") == Told(
        "note INC-1 waits on this machine, not saved yet: no answer", "warning"
    )
    several = sum_of([Saved("INC-1", "a", ""), Nothing("INC-2", "so"), NotSaved("INC-3", "disk full")], "ack")
    assert several.text == "ack: 1 of 3 saved · INC-2 so · INC-3 NOT saved: disk full"
    assert several.severity == "error"
    many = sum_of([Refused(f"INC-{n}", "closed") for n in range(5)], "ack")
    assert "and 2 more not done" in many.text
    assert many.severity == "warning"
