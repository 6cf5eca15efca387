"""Colleagues at other consoles: they take incidents, write notes and resolve, while the demo runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from console.desk.executor import Executor
from console.domain.actors import Actor
from console.domain.commands import Ack, Command, MarkStep, Note, Resolve, SetPriority
from console.domain.priority import Priority
from console.domain.summary import Summary
from console.domain.vocabulary import StepState, Sufficed


@dataclass(frozen=True, slots=True)
class Deed:
    """What somebody does ``at`` seconds into the demo to the open incident of that alert and service."""

    at: float
    who: str
    name: str
    service: str
    command: Command


DEEDS = (
    Deed(7, "budi", "PanicInLogs", "ledger", Ack()),
    Deed(12, "budi", "PanicInLogs", "ledger", SetPriority(Priority.P2)),
    Deed(20, "budi", "PanicInLogs", "ledger", Note("same trace as last month's rounding bug; asking the ledger team")),
    Deed(33, "fajar", "SmokeTestFailing", "checkout", Ack()),
    Deed(38, "fajar", "SmokeTestFailing", "checkout", SetPriority(Priority.P2)),
    Deed(45, "rina", "IndexStale", "search", MarkStep(1, StepState.DONE, "Check that the indexer runs: `kubectl -n search get deploy/indexer`", "IndexStale.md")),
    Deed(62, "rina", "PodCrashLooping", "auth", Ack()),
    Deed(112, "rina", "NodeNotReady", "platform-nodes", Ack()),
    Deed(116, "rina", "NodeNotReady", "platform-nodes", SetPriority(Priority.P1)),
    Deed(130, "rina", "NodeNotReady", "platform-nodes", Note("!rack C lost power, data centre called, ticket 88213")),
    Deed(175, "budi", "PanicInLogs", "ledger", Resolve("reverted the rounding change", "deploy", Sufficed.NO, despite_firing=True)),
    Deed(260, "fajar", "ThirdPartyDown", "shipping", Ack()),
)  # fmt: skip


def play(
    executor: Executor,
    rows: Callable[[], tuple[Summary, ...]],
    wait: Callable[[float], bool],
    speed: float = 1.0,
) -> None:
    """Carry out the deeds in time until done or ``wait`` (seconds; True: stop) says to stop.

    ``rows`` returns the open incidents. A deed whose incident is not there, or that the rules
    refuse, is let go: the engineer at the demo may have been faster.
    """
    before = 0.0
    for number, deed in enumerate(DEEDS):
        if wait((deed.at - before) / speed):
            return
        before = deed.at
        for row in rows():
            if row.alert_name == deed.name and row.service == deed.service:
                executor.carry_out(row.id, deed.command, Actor(deed.who), f"teammate-{number}")
