"""What a team command comes to: facts for the team's log, a refusal, or nothing, as it is so already."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from console.domain.team import answering, covering, handing, pausing
from console.domain.team.commands import (
    AcceptHandover,
    AnswerItem,
    Cover,
    EndCover,
    EndLeave,
    EndMaintenance,
    NoteHandover,
    OfferHandover,
    ReturnHandover,
    SetMaintenance,
    Swap,
    TakeLeave,
    TakePager,
    TeamCommand,
)
from console.domain.team.deciding import Answer, Around, Arranged
from console.domain.team.facts import Fact

RULES: Mapping[type, Callable[[Any, Around], Answer]] = {
    Cover: covering.cover,
    TakePager: covering.take,
    Swap: covering.swap,
    EndCover: covering.end,
    TakeLeave: pausing.leave,
    EndLeave: pausing.end_leave,
    SetMaintenance: pausing.maintenance,
    EndMaintenance: pausing.end_maintenance,
    AnswerItem: answering.answer,
    NoteHandover: handing.note,
    OfferHandover: handing.offer,
    AcceptHandover: handing.accept,
    ReturnHandover: handing.give_back,
}


def decide(command: TeamCommand, around: Around) -> Answer:
    """Decide a command; ``around.policy`` has the log and the calendars in it (``live``)."""
    return RULES[type(command)](command, around)


def as_facts(arranged: Arranged, around: Around, op: str) -> tuple[Fact, ...]:
    """Return decided facts as the entries that follow the log's last one."""
    return tuple(
        Fact(n, around.now, around.actor, body, op)
        for n, body in enumerate(arranged.facts, around.state.n + 1)
    )
