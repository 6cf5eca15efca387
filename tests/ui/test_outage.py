"""What is told when the store is back: once, and only when every answer is there."""

from __future__ import annotations

from console.domain.commands import Ack
from console.ports.desk import NotSaved, Outcome, Saved, Unknown, Waiting
from console.ui.outage import Outage
from console.ui.writes import Write, Writes


def pressed(*outcomes: Outcome) -> Writes:
    writes = Writes()
    for n, outcome in enumerate(outcomes):
        writes.begin(Write(f"op{n}", f"INC-{n}", "ack", Ack(), 1, 0.0))
        writes.settle(f"op{n}", outcome, 0.0)
    return writes


def test_without_an_outage_nothing_is_told() -> None:
    assert Outage().take(pressed(), [Saved("INC-0", "op0", "acked")], away=False) == ""


def test_nothing_pressed_meanwhile() -> None:
    outage = Outage()
    assert outage.take(pressed(), [], away=True) == ""
    assert outage.going_on
    assert outage.take(pressed(), [], away=False) == "the store is back"
    assert outage.take(pressed(), [], away=False) == ""


def test_the_sum_waits_for_the_last_answer() -> None:
    lost = NotSaved("INC-2", "it did not reach the store")
    writes = pressed(Unknown("INC-0", "op0", "?"), Waiting("INC-1", "op1", "?"), lost)
    outage = Outage()
    assert outage.take(writes, [], away=True) == ""
    first, second = Saved("INC-0", "op0", "acked"), Saved("INC-1", "op1", "noted")
    writes.late(first, 1.0)
    assert outage.take(writes, [first], away=False) == ""
    writes.late(second, 1.0)
    assert outage.take(writes, [second], away=False) == "the store is back; 2 actions saved, 1 not"


def test_only_what_was_lost() -> None:
    outage = Outage()
    writes = pressed(NotSaved("INC-0", "the store does not answer"))
    outage.take(writes, [], away=True)
    assert outage.take(writes, [], away=False) == "the store is back; 1 action not saved"
