"""The handover as a document: values in a fixed order, without any formatting."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo

from console.domain.alert import Link
from console.domain.describe import Line
from console.domain.health import SourceStatus
from console.domain.incident import State
from console.domain.roster import Gap
from console.domain.team.handoverfacts import Section
from console.domain.vocabulary import ReporterKind, StepState, Sufficed, TrackState


@dataclass(frozen=True, slots=True)
class SourceGap:
    """A source that was not live when the document was made. ``last_success`` None: it never answered."""

    name: str
    status: SourceStatus
    last_success: datetime | None
    error: str


@dataclass(frozen=True, slots=True)
class Remark:
    """Something written down at ``at``: by ``who``, about an incident or (empty) about the shift."""

    at: datetime
    who: str
    incident: str
    text: str


@dataclass(frozen=True, slots=True)
class Urgent:
    """One line of "do first": what is wanted of an incident and by when."""

    incident: str
    priority: str
    title: str
    what: str
    due_at: datetime
    overdue: bool


@dataclass(frozen=True, slots=True)
class Tried:
    """A runbook step that was begun, done, skipped or failed; ``result`` also says how its command ended."""

    step: int
    state: StepState
    text: str
    by: str
    result: str


@dataclass(frozen=True, slots=True)
class Alongside:
    """One open track of parallel work: ``owner`` a display name, ``check_at`` when it is to be looked after (UTC)."""

    track: str
    state: TrackState
    what: str
    owner: str
    note: str
    check_at: datetime | None


@dataclass(frozen=True, slots=True)
class OpenIncident:
    """One open incident as it is handed over. Instants are UTC; None where there is none.

    ``ack_due`` and ``resolve_due`` are the deadlines of clocks that still run. ``update_due`` is
    when clients are next to be told, ``updated_at`` when they last were. ``upstream`` is how the
    latest effect on a source stands.
    """

    id: str
    priority: str
    title: str
    service: str
    state: State
    owner: str
    reported_at: datetime
    reporter: ReporterKind
    reported_by: str
    firing: int
    total: int
    ack_due: datetime | None
    resolve_due: datetime | None
    paused: str
    snoozed_until: datetime | None
    next_step: str
    next_by: datetime | None
    next_page: str
    next_page_at: datetime | None
    update_due: datetime | None
    updated_at: datetime | None
    upstream: str
    recurrence_of: str
    tried: tuple[Tried, ...]
    last_events: tuple[Line, ...]
    links: tuple[Link, ...]
    why_open: str
    tracks: tuple[Alongside, ...] = ()
    changes: tuple[str, ...] = ()  # of the world around it, a sentence each, likeliest first
    tickets: tuple[tuple[str, str], ...] = ()  # (key, state as it was last told of)
    split_from: str = ""


@dataclass(frozen=True, slots=True)
class Forgotten:
    """Acked, then quiet for longer than the nudge allows."""

    incident: str
    priority: str
    title: str
    owner: str
    quiet_since: datetime
    owner_on_shift: bool


@dataclass(frozen=True, slots=True)
class Muted:
    """Held back until then: a snooze, or what a source itself silences (``by`` says who)."""

    incident: str
    title: str
    until: datetime
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class ResolvedIncident:
    """One incident that was resolved in the shift. Spans are seconds; ``rca_due`` is for P1 and P2."""

    id: str
    priority: str
    title: str
    service: str
    owner: str
    resolved_at: datetime
    seconds_to_ack: float | None
    seconds_to_resolve: float
    auto: bool
    cause: str
    resolution: str
    sufficed: Sufficed
    rca_due: datetime | None


@dataclass(frozen=True, slots=True)
class ReviewOwed:
    """A review or an action item that is owed. ``due`` says in words by when it is due; ``owner`` empty: nobody's."""

    incident: str
    what: str
    owner: str
    due: str


@dataclass(frozen=True, slots=True)
class RunbookGap:
    """Where a runbook did not do: what was said at resolve, and steps that failed or were skipped."""

    incident: str
    runbook: str
    what: str


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody who can be paged in the next shift. ``person`` empty: nobody."""

    role: str
    person: str
    until: datetime | None
    contacts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of the shift in words, with its target where it has one."""

    name: str
    value: str
    target: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """What somebody wrote for a section of this handover; ``text`` may have several lines."""

    section: Section
    text: str
    who: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Signed:
    """How far it is: offered, and then accepted or returned (``settled_at`` None: not answered yet).

    ``answer`` is the reason it was returned for, or the remarks it was accepted with. ``moved`` changed hands.
    """

    offered_at: datetime
    remarks: str
    settled_at: datetime | None = None
    accepted: bool = False
    answer: str = ""
    moved: tuple[str, ...] = ()
    late: tuple[Written, ...] = ()  # written after the offer, so not in the document that was read


@dataclass(frozen=True, slots=True)
class Handover:
    """The whole document, sections in the order in which they are read (semantics, section 7).

    ``outgoing`` and ``incoming`` are display names, empty for nobody. ``position`` is the store's
    last change that is included. ``as_of`` is the instant whose state is shown. ``zone`` is for showing times; all instants are UTC.
    """

    team: str
    role: str
    outgoing: str
    incoming: str
    shift_start: datetime
    shift_end: datetime
    generated_at: datetime
    as_of: datetime
    position: int
    zone: tzinfo
    engine_running: bool
    not_live: tuple[SourceGap, ...]
    sources_known: int
    blind_spots: tuple[Remark, ...]
    do_first: tuple[Urgent, ...]
    do_first_left_out: int
    open: tuple[OpenIncident, ...]
    forgotten: tuple[Forgotten, ...]
    watch: tuple[Remark, ...]
    muted: tuple[Muted, ...]
    resolved: tuple[ResolvedIncident, ...]
    runbook_gaps: tuple[RunbookGap, ...]
    numbers: tuple[Figure, ...]
    next_shift: tuple[Contact, ...]
    escalation: tuple[Contact, ...]
    roster_gaps: tuple[Gap, ...]
    transfer: tuple[str, ...]
    changes: tuple[Remark, ...] = ()  # of the team's services and of all, in the last day; ``who`` did them
    changes_left_out: int = 0  # earlier ones of that day
    written: tuple[Written, ...] = ()
    signed: Signed | None = None
    reviews: tuple[ReviewOwed, ...] = ()
    gap: str = ""  # why nobody follows, or why nobody knows who does, where that is known
    merged: tuple[tuple[str, str], ...] = ()  # (incident, what it is part of) of what was open in the shift
