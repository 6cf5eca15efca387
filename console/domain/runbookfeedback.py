"""What the answers at resolve say of each runbook: how often it was used, sufficed, or was wrong."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from console.domain.incident import Incident
from console.domain.vocabulary import StepState, Sufficed


@dataclass(frozen=True, slots=True)
class Feedback:
    """Of one runbook. ``used`` counts incidents in which a step was marked; ``wrong_in`` names where steps were wrong.

    ``failed`` are the texts of steps that failed, each with how often, the most often first.
    """

    runbook: str
    used: int
    sufficed: int
    wrong: int
    wrong_in: tuple[str, ...] = ()
    failed: tuple[tuple[str, int], ...] = ()


def runbook_of(incident: Incident) -> str:
    """Return the runbook whose steps were marked last, empty where none was."""
    marks = [mark for mark in incident.steps if mark.runbook]
    return max(marks, key=lambda mark: mark.at).runbook if marks else ""


def feedback(incidents: Iterable[Incident]) -> tuple[Feedback, ...]:
    """Return the feedback on each runbook that was used, by its path."""
    by_book: dict[str, list[Incident]] = {}
    for incident in incidents:
        if path := runbook_of(incident):
            by_book.setdefault(path, []).append(incident)
    return tuple(_of(path, by_book[path]) for path in sorted(by_book))


def _of(path: str, incidents: list[Incident]) -> Feedback:
    wrong = tuple(one.id for one in incidents if one.sufficed is Sufficed.NO)
    failed: dict[str, int] = {}
    for mark in (mark for one in incidents for mark in one.steps):
        if mark.runbook == path and mark.state is StepState.FAILED:
            failed[mark.text] = failed.get(mark.text, 0) + 1
    return Feedback(
        path,
        len(incidents),
        sum(one.sufficed is Sufficed.YES for one in incidents),
        len(wrong),
        wrong,
        tuple(sorted(failed.items(), key=lambda pair: (-pair[1], pair[0]))),
    )
