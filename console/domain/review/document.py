"""The review of an incident as one value: what the log says, and what people wrote. Renderers only print it.

The same log, the same rules and the same neighbours make the same document: it reads no clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from console.domain import events as ev
from console.domain.aftermath import Action, Ticket
from console.domain.changes.correlated import Correlated, began, best
from console.domain.changes.words import in_a_sentence
from console.domain.describe import describe
from console.domain.handover_incidents import priority_word, runbook_gaps
from console.domain.incident import Incident, State
from console.domain.masking import masked
from console.domain.policy import Policy
from console.domain.records import replace
from console.domain.reporters import reported
from console.domain.review.due import due_of, last_day
from console.domain.review.history import History, history_of
from console.domain.review.people import Responder, responders
from console.domain.review.spans import Spans, spans_of
from console.domain.runbookfeedback import runbook_of
from console.domain.similar import Memory
from console.domain.trim import in_force, pruned_at
from console.domain.vocabulary import ActionState, ReviewState, StepState, Sufficed

NOT_RECORDED = "not recorded"
"""What stands where nobody wrote anything and the log does not know. Unknown is said, never left out."""

ENDED = (StepState.DONE, StepState.SKIPPED, StepState.FAILED)


@dataclass(frozen=True, slots=True)
class ReviewInputs:
    """What a review is made of. ``until`` (UTC) is the present, which only an open incident needs.

    ``parts`` are the incidents that were merged into it, ``memory`` what happened before (None: not looked up).
    """

    incident: Incident
    events: tuple[ev.Event, ...]
    policy: Policy
    until: datetime
    changes: tuple[Correlated, ...] = ()
    memory: Memory | None = None
    parts: tuple[Incident, ...] = ()


@dataclass(frozen=True, slots=True)
class RunbookUse:
    """Which runbook, what became of its steps, whether it sufficed, and where it did not do."""

    path: str
    done: int
    skipped: int
    failed: int
    sufficed: Sufficed
    gaps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Item:
    """An action item with its owner's name and its last day where the team lives."""

    action: Action
    owner_name: str
    last_day: date | None


@dataclass(frozen=True, slots=True)
class Told:
    """A client update that went out."""

    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class ReviewDocument:
    """Everything in a review. ``sections`` are what people wrote, by name (``review.sections``).

    ``state``, ``owner`` and ``due`` are the review's; ``began`` is when trouble began, ``ended`` when it was
    resolved last (None: it is open). ``pruned_at``: words of the log have been cleared away since.
    """

    incident: str
    title: str
    state: ReviewState
    owner: str
    owner_name: str
    due: datetime | None
    last_day: date | None
    day: date
    severity: str
    team: str
    services: tuple[str, ...]
    parts: tuple[str, ...]
    reported: str
    alert_name: str
    sources: tuple[str, ...]
    began: datetime
    reported_at: datetime
    ended: datetime | None
    incident_state: State
    merged_into: str
    merged_at: datetime | None
    reopened: int
    alerts: int
    spans: Spans
    history: History
    nearest_change: str
    cause: str
    root: str
    resolution: str
    seen_before: int | None
    last_before: str
    runbook: RunbookUse
    first_acked: str
    responders: tuple[Responder, ...]
    items: tuple[Item, ...]
    tickets: tuple[Ticket, ...]
    updates: tuple[Told, ...]
    sections: tuple[tuple[str, str], ...]
    pruned_at: datetime | None

    def written(self, section: str) -> str:
        """Return what people wrote, or an empty text."""
        return dict(self.sections).get(section, "")


def build(inputs: ReviewInputs) -> ReviewDocument:
    """Return the document. It leaves the house: what has the form of a secret in it is masked."""
    return masked(_built(inputs))


def _built(inputs: ReviewInputs) -> ReviewDocument:
    incident, policy, review = inputs.incident, inputs.policy, inputs.incident.review
    due = due_of(incident, policy)
    change = best(one for one in inputs.changes if one.before)
    memory = inputs.memory
    return ReviewDocument(
        incident=incident.id,
        title=incident.title,
        state=review.state,
        owner=review.owner,
        owner_name=policy.name_of(review.owner) if review.owner else "",
        due=due,
        last_day=last_day(due, incident.team, policy) if due else None,
        day=incident.reported_at.date(),
        severity=priority_word(incident),
        team=incident.team,
        services=_services(incident, inputs.parts),
        parts=incident.children,
        reported=reported(incident.reporter, ""),
        alert_name=incident.alert_name,
        sources=incident.sources,
        began=began(incident),
        reported_at=incident.reported_at,
        ended=incident.epoch.resolved_at,
        incident_state=incident.state,
        merged_into=incident.merged_into,
        merged_at=incident.merged_at,
        reopened=len(incident.epochs) - 1,
        alerts=len(incident.members),
        spans=spans_of(incident, inputs.events, inputs.until),
        history=history_of(incident, inputs.events, inputs.changes, policy),
        nearest_change=_sentence(change, policy) if change else "",
        cause=incident.cause,
        root=f"{incident.root}: {incident.root_why}" if incident.root else "",
        resolution=incident.resolution,
        seen_before=memory.seen if memory is not None else None,
        last_before=_last(memory),
        runbook=_runbook(incident),
        first_acked=policy.name_of(incident.epochs[0].first_human) if incident.epochs[0].first_human else "",
        responders=responders(inputs.events, policy),
        items=tuple(_item(one, incident, policy) for one in review.actions),
        tickets=incident.tickets,
        updates=tuple(_updates(inputs.events, policy)),
        sections=review.sections,
        pruned_at=pruned_at(inputs.events),
    )


def open_items(document: ReviewDocument) -> tuple[Item, ...]:
    """Return the action items that are still to be done."""
    return tuple(one for one in document.items if one.action.state is ActionState.OPEN)


def _services(incident: Incident, parts: Iterable[Incident]) -> tuple[str, ...]:
    """Return its services and those of what was merged into it, each once."""
    named = (*incident.services, *(service for part in parts for service in part.services))
    return tuple(dict.fromkeys(filter(None, named)))


def _sentence(change: Correlated, policy: Policy) -> str:
    """Return how a change lies to the incident, without who made it."""
    return in_a_sentence(replace(change, change=replace(change.change, actor="")), policy)


def _last(memory: Memory | None) -> str:
    """Return how it ended the last time, in a line; empty where it is not known."""
    past = memory.last if memory is not None else None
    if past is None:
        return ""
    ended = " -> ".join(filter(None, (past.cause, past.resolution))) or "cause and fix not recorded"
    return f"{past.id}, {past.reported_at:%Y-%m-%d}: {ended}"


def _runbook(incident: Incident) -> RunbookUse:
    states = [mark.state for mark in incident.steps]
    path = runbook_of(incident)
    done, skipped, failed = (states.count(one) for one in ENDED)
    gaps = tuple(one.what for one in runbook_gaps(incident))
    return RunbookUse(path, done, skipped, failed, incident.sufficed, gaps)


def _item(action: Action, incident: Incident, policy: Policy) -> Item:
    owner = policy.name_of(action.owner) if action.owner else ""
    return Item(action, owner, last_day(action.due, incident.team, policy) if action.due else None)


def _updates(events: tuple[ev.Event, ...], policy: Policy) -> Iterator[Told]:
    for event in in_force(events):
        if isinstance(event.body, ev.UpdatePosted):
            yield Told(event.at, describe(event, policy))
