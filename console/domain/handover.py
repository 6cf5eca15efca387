"""The handover of a shift, built from the logs and the policy; pure, so the same logs give the same document."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Protocol

from console.domain import handover_incidents as incidents
from console.domain import handover_shift as shift
from console.domain.change import Change
from console.domain.events import Event
from console.domain.fold import fold
from console.domain.handover_document import Handover, Remark, SourceGap, Urgent, Written
from console.domain.handover_reviews import reviews
from console.domain.health import EngineReport, SourceHealth, SourceStatus, status
from console.domain.incident import Epoch, Incident
from console.domain.metrics import measure, team_zone
from console.domain.policy import Policy
from console.domain.roster import Duty, duty
from console.domain.summary import Summary
from console.domain.team.handovers import Entry

__all__ = ["Handover", "HandoverInputs", "JournalFact", "build", "span_of"]

LONGEST_SHIFT = timedelta(days=7)
"""A duty without an end, or a longer one, is handed over by the week."""


class JournalFact(Protocol):
    """What is needed of a journal entry (``ports.store.JournalEntry``)."""

    @property
    def at(self) -> datetime:
        """When it was written (UTC)."""

    @property
    def kind(self) -> str:
        """``source_blind``, ``source_back`` ..., ``note`` for a note about the shift."""

    @property
    def subject(self) -> str:
        """Whom or what it is about."""

    @property
    def text(self) -> str:
        """One line."""


@dataclass(frozen=True, slots=True, eq=False)
class HandoverInputs:
    """Everything the document is made of.

    ``person`` is who hands over; empty: whoever holds the role at ``start``. ``incoming`` is who takes over; empty:
    whoever holds it at ``end``. ``logs`` are whole
    event logs, one an incident, of all that was open at any time in the shift; other teams' are
    left out here. ``earlier`` are the rows of the 30 days before it, for recurrence, ``reviewed`` the logs of those
    that have a review, for its action items. ``as_of`` is
    the instant whose state is shown (a past shift: its end); None: ``generated_at``. ``zone``
    None: the team's own. ``changes`` are those of the world, from before the oldest incident here.
    ``entries`` are what was written for this handover. ``untold`` are the logs of what was over before the shift and
    of which clients have not been told so: it is to be done first, and part of nothing else.
    """

    team: str
    role: str
    start: datetime
    end: datetime
    generated_at: datetime
    position: int
    policy: Policy
    logs: tuple[tuple[Event, ...], ...] = ()
    earlier: tuple[Summary, ...] = ()
    reviewed: tuple[tuple[Event, ...], ...] = ()
    sources: tuple[SourceHealth, ...] = ()
    engine: EngineReport | None = None
    journal: tuple[JournalFact, ...] = ()
    person: str = ""
    as_of: datetime | None = None
    zone: tzinfo | None = None
    changes: tuple[Change, ...] = ()
    entries: tuple[Entry, ...] = ()
    incoming: str = ""
    untold: tuple[tuple[Event, ...], ...] = ()


def span_of(held: Duty, at: datetime) -> tuple[datetime, datetime]:
    """Return the shift to hand over for a duty at ``at``: its own bounds, or the seven days up to its end.

    A duty with no end in sight counts as ending now.
    """
    end = held.until or at
    start = held.since or end - LONGEST_SHIFT
    return max(start, end - LONGEST_SHIFT), end


def build(inputs: HandoverInputs) -> Handover:
    """Return the handover document of a team's role over a shift [start, end), UTC."""
    policy, now = inputs.policy, inputs.as_of or inputs.generated_at
    zone = inputs.zone or team_zone(inputs.team, policy)
    roster = policy.roster
    outgoing = inputs.person or duty(roster, inputs.team, inputs.role, inputs.start).person or ""
    incoming = inputs.incoming or duty(roster, inputs.team, inputs.role, inputs.end).person or ""
    known = _folded(inputs.logs, inputs.team, now)
    still_open = sorted((one for one in known if one.is_open), key=incidents.by_urgency(policy))
    until = max(inputs.end, now)
    resolved = [one for one in known if incidents.resolved_within(one, inputs.start, until)]
    logs = {log[0].incident: log for log in inputs.logs}
    ended = [*known, *_folded(inputs.untold, inputs.team, now)]
    do_first, do_first_left_out = _do_first(ended, still_open, policy, now)
    opened = tuple(
        incidents.open_block(one, logs[one.id], policy, now, zone, changes=inputs.changes)
        for one in still_open
    )
    changes, changes_left_out = shift.changes(inputs.changes, policy, inputs.team, now)
    return Handover(
        team=inputs.team,
        role=inputs.role,
        outgoing=policy.name_of(outgoing),
        incoming=policy.name_of(incoming),
        shift_start=inputs.start,
        shift_end=inputs.end,
        generated_at=inputs.generated_at,
        as_of=now,
        position=inputs.position,
        zone=zone,
        engine_running=inputs.engine is not None and inputs.generated_at <= inputs.engine.expires_at,
        not_live=_not_live(inputs),
        sources_known=len(inputs.sources),
        blind_spots=_journal(inputs, blind=True),
        do_first=do_first,
        do_first_left_out=do_first_left_out,
        open=opened,
        forgotten=tuple(found for one in still_open if (found := incidents.forgotten(one, policy, now))),
        watch=(*_journal(inputs, blind=False), *incidents.flagged(known, inputs.start, until, policy)),
        muted=tuple(found for one in still_open for found in incidents.muted(one, policy, now)),
        resolved=tuple(incidents.resolved_row(one, policy) for one in resolved),
        runbook_gaps=tuple(gap for one in (*resolved, *still_open) for gap in incidents.runbook_gaps(one)),
        numbers=shift.figures(
            measure([*known, *_before(inputs, known)], inputs.start, until, policy), policy
        ),
        next_shift=shift.next_shift(policy, inputs.team, inputs.end),
        escalation=shift.escalation(policy, inputs.team, inputs.end),
        roster_gaps=shift.roster_gaps(policy, inputs.team, inputs.end),
        transfer=shift.transfer(still_open, policy, outgoing, incoming, inputs),
        changes=changes,
        changes_left_out=changes_left_out,
        written=tuple(
            Written(one.section, one.text, policy.name_of(one.by), one.at) for one in inputs.entries
        ),
        reviews=reviews(
            known, _folded(inputs.reviewed, inputs.team, now), inputs.earlier, inputs.team, policy, now
        ),
        gap="" if incoming else duty(roster, inputs.team, inputs.role, inputs.end).reason,
        merged=tuple((one.id, one.merged_into) for one in known if one.merged_into),
    )


def _folded(logs: Iterable[tuple[Event, ...]], team: str, now: datetime) -> list[Incident]:
    """Return the team's incidents as they stood at ``now``, oldest report first."""
    known = []
    for log in logs:
        past = [event for event in log if event.at <= now]
        if past:
            incident = fold(past)
            if not incident.team or incident.team == team:
                known.append(incident)
    return sorted(known, key=lambda one: (one.reported_at, one.id))


def _do_first(
    known: list[Incident], still_open: list[Incident], policy: Policy, now: datetime
) -> tuple[tuple[Urgent, ...], int]:
    """Return what is to be done first, the soonest first, and how many lines are left out for want of room."""
    urgent = [line for one in still_open for line in incidents.urgent(one, policy, now)]
    urgent += [line for one in known for line in incidents.last_word(one, now)]
    urgent.sort(key=lambda line: line.due_at)
    room = incidents.MOST_URGENT
    shown = urgent if len(urgent) <= room else urgent[: room - 1]
    return tuple(shown), len(urgent) - len(shown)


def _before(inputs: HandoverInputs, known: list[Incident]) -> list[Incident]:
    """Return the incidents of the days before, as much of them as recurrence needs."""
    there = {one.id for one in known}
    return [
        Incident(
            row.id,
            row.n,
            row.title,
            row.service,
            row.team,
            row.key,
            row.alert_name,
            row.state,
            row.reported_at,
            epochs=(Epoch(row.reported_at),),
            merged_into=row.merged_into,
        )
        for row in inputs.earlier
        if row.id not in there and row.reported_at < inputs.start
    ]


def _not_live(inputs: HandoverInputs) -> tuple[SourceGap, ...]:
    """Return the sources that could not be believed when the document was made."""
    found = []
    for source in inputs.sources:
        how = status(source, inputs.engine, inputs.generated_at)
        if how is not SourceStatus.LIVE:
            found.append(SourceGap(source.name, how, source.last_success, source.error))
    return tuple(found)


def _journal(inputs: HandoverInputs, *, blind: bool) -> tuple[Remark, ...]:
    """Return the journal's word on blind sources, or else the notes written about the shift."""
    return tuple(
        Remark(entry.at, "" if blind else inputs.policy.name_of(entry.subject), "", entry.text)
        for entry in inputs.journal
        if inputs.start <= entry.at < max(inputs.end, inputs.generated_at)
        and (entry.kind.startswith("source_") if blind else entry.kind == "note")
    )
