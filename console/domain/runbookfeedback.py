"""What the answers at resolve say of each runbook: how often it was used, sufficed, or was wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from console.domain.incident import Incident
from console.domain.vocabulary import StepState, Sufficed

ANSWERED = {Sufficed.YES, Sufficed.NO}


@dataclass(frozen=True, slots=True)
class Wrong:
    """An incident after which the steps were said to be wrong, and when that was (UTC)."""

    incident: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Feedback:
    """Of one runbook. ``used`` counts incidents in which a step was marked, or it was said whether it sufficed.

    ``wrong`` are those in which its steps were wrong, ``failed`` the texts of steps that failed, each with how
    often, the most often first.
    """

    runbook: str
    used: int
    sufficed: int
    wrong: tuple[Wrong, ...] = ()
    failed: tuple[tuple[str, int], ...] = ()


def runbook_of(incident: Incident, shown: Callable[[Incident], str] = lambda _incident: "") -> str:
    """Return the runbook that an incident says something of, empty where it does not.

    The one that was shown when the question was answered; else the one whose steps were marked last; else,
    where it was answered, what ``shown`` finds for the incident now.
    """
    if incident.answered_for and incident.sufficed in ANSWERED:
        return incident.answered_for
    marks = [mark for mark in incident.steps if mark.runbook]
    if marks:
        return max(marks, key=lambda mark: mark.at).runbook
    return shown(incident) if incident.sufficed in ANSWERED else ""


def feedback(
    incidents: Iterable[Incident], shown: Callable[[Incident], str] = lambda _incident: ""
) -> tuple[Feedback, ...]:
    """Return the feedback on each runbook that was used, by its path. ``shown``: see ``runbook_of``."""
    by_book: dict[str, list[Incident]] = {}
    for incident in incidents:
        if path := runbook_of(incident, shown):
            by_book.setdefault(path, []).append(incident)
    return tuple(_of(path, by_book[path]) for path in sorted(by_book))


def _of(path: str, incidents: list[Incident]) -> Feedback:
    wrong = [
        Wrong(one.id, one.epoch.resolved_at or one.reported_at)
        for one in incidents
        if one.sufficed is Sufficed.NO
    ]
    failed: dict[str, int] = {}
    for mark in (mark for one in incidents for mark in one.steps):
        if mark.runbook == path and mark.state is StepState.FAILED:
            failed[mark.text] = failed.get(mark.text, 0) + 1
    return Feedback(
        path,
        len(incidents),
        sum(one.sufficed is Sufficed.YES for one in incidents),
        tuple(sorted(wrong, key=lambda one: one.at)),
        tuple(sorted(failed.items(), key=lambda pair: (-pair[1], pair[0]))),
    )
