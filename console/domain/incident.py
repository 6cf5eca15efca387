"""An incident as its log says it stands. Built only by ``fold``; never changed in place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from console.domain.actors import Actor
from console.domain.aftermath import NO_REVIEW, Review, Ticket
from console.domain.alert import Alert, AlertRef
from console.domain.priority import Priority
from console.domain.tracks import Track
from console.domain.vocabulary import EffectKind, EffectState, PauseReason, ReporterKind, StepState, Sufficed

if TYPE_CHECKING:
    from console.domain.bodies.work import UpdatePosted


class State(StrEnum):
    """States of the machine in the semantics (section 1)."""

    TRIGGERED = "triggered"
    ACKNOWLEDGED = "acknowledged"
    MONITORING = "monitoring"
    CLEARED_UNACKED = "cleared_unacked"
    RESOLVED = "resolved"
    CLOSED = "closed"

    @property
    def words(self) -> str:
        """As people read it: ``cleared unacked``."""
        return self.value.replace("_", " ")


ACKED_STATES = frozenset({State.ACKNOWLEDGED, State.MONITORING})
MOST_CHANGES = 20
"""As many changes are remembered as a rule may ask for."""
SILENCING = frozenset({EffectKind.ACK, EffectKind.SNOOZE})
OPEN_STATES = frozenset({State.TRIGGERED, State.ACKNOWLEDGED, State.MONITORING, State.CLEARED_UNACKED})


@dataclass(frozen=True, slots=True)
class Member:
    """An alert of the incident. ``cleared_at`` is None while it fires.

    ``count`` is how often it fired or changed; being held back by its source is no change.
    """

    alert: Alert
    first_seen: datetime
    last_seen: datetime
    count: int = 1
    cleared_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Pause:
    """A span for which the resolve clock stood still; ``until`` None while it still does."""

    reason: PauseReason
    since: datetime
    until: datetime | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Epoch:
    """One stretch from report (or reopening) to resolution.

    ``first_human_ack`` stops the ack clock (PagerDuty: first human ack) and is kept even if the
    incident is escalated or un-acked later; ``first_bot_ack`` only halts paging (V3).
    """

    started_at: datetime
    first_human_ack: datetime | None = None
    first_human: str = ""
    first_bot_ack: datetime | None = None
    resolved_at: datetime | None = None
    recovered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class StepMark:
    """Who moved a runbook step to its state, and when.

    ``text`` is its first line as it read then: by that it is found again in a changed runbook. ``notes`` are
    (at, who, text), oldest first; ``run`` says how its command ended last.
    """

    step: int
    state: StepState
    text: str
    by: Actor
    at: datetime
    result: str = ""
    runbook: str = ""
    notes: tuple[tuple[datetime, str, str], ...] = ()
    run: str = ""

    @property
    def said(self) -> str:
        """What came of it on one line: the result that was written down, and how its command ended."""
        return " · ".join(filter(None, (self.result, self.run)))


@dataclass(frozen=True, slots=True)
class Effect:
    """An upstream effect and how it stands. One that ``renews`` another has its words and handle until it is done."""

    id: str
    source: str
    kind: EffectKind
    state: EffectState
    asked_at: datetime
    text: str = ""
    handle: str = ""
    until: datetime | None = None
    renews: str = ""
    settled_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Incident:
    """The whole state of one incident after event ``n`` (also its version for concurrency, S11)."""

    id: str
    n: int
    title: str
    service: str
    team: str
    key: str
    alert_name: str
    state: State
    reported_at: datetime
    epochs: tuple[Epoch, ...]
    provisional: Priority | None = None
    priority: Priority | None = None
    priority_set_at: datetime | None = None
    source_started_at: datetime | None = None
    reporter: ReporterKind = ReporterKind.MONITORING
    reported_by: str = ""
    backdated: str = ""
    runbook_url: str = ""
    body: str = ""
    owner: str = ""
    acked_at: datetime | None = None  # of the current ack; None while triggered
    acked_by: Actor | None = None
    members: tuple[tuple[AlertRef, Member], ...] = ()
    snoozed_until: datetime | None = None
    pauses: tuple[Pause, ...] = ()
    level: int | None = None  # None: nobody paged yet
    level_at: datetime | None = None  # of its page; with no level: when the chain started anew
    level_round: int = 0
    paged: tuple[str, ...] = ()  # everybody paged in this epoch, in order, each once
    pages: tuple[tuple[datetime, str], ...] = ()  # each page sent, for load and sleep-hour counts
    paged_now: tuple[str, ...] = ()  # whom the latest page went to
    chain: str = ""  # scope of the chain that level belongs to; empty: the team's own
    chased: tuple[str, ...] = ()  # paged by a level that everyone has to ack, and not acked yet
    repages: int = 0  # how often they were paged again
    repaged_at: datetime | None = None
    bot_acked_at: datetime | None = None  # paging stands still since then; only a human ack counts (V3)
    escalated_by_hand_at: datetime | None = None
    steps: tuple[StepMark, ...] = ()
    effects: tuple[Effect, ...] = ()
    merged_into: str = ""
    merged_at: datetime | None = None
    children: tuple[str, ...] = ()
    apart: tuple[str, ...] = ()  # services split off by hand: no rule brings them back
    split_from: str = ""
    root: str = ""  # the service where it probably begins, and why
    root_why: str = ""
    root_explains: int = 0  # failing services that the rules explained by it when they named it
    changes: tuple[datetime, ...] = ()  # when it began to fire, or got as bad, again: ``flapping``
    flapping_since: datetime | None = None  # it fires and clears by turns; None: it does not
    flaps: int = 0  # how often it has fired since then
    resolve_from: datetime | None = (
        None  # earlier report of an absorbed child; moves the resolve deadline only (V16)
    )
    recurrence_of: str = ""
    last_activity_at: datetime | None = None  # note, step, priority, update: what counts for the nudge
    nudged_at: datetime | None = None
    public_from: datetime | None = None  # P1/P2 since then: clients are owed updates
    updated_at: datetime | None = None  # the last update that every outlet has (V23)
    updates: tuple[tuple[datetime, str, UpdatePosted], ...] = ()  # (at, who, what clients were told)
    waived_at: datetime | None = None  # somebody said then that clients need no closing update
    breached_on_reclassify: bool = False
    cause: str = ""
    resolution: str = ""
    sufficed: Sufficed = Sufficed.UNSAID
    answered_for: str = ""  # the runbook that ``sufficed`` was said of
    auto_resolved: bool = False
    resolved_by: Actor | None = None
    first_resolved_at: datetime | None = None
    flagged_notes: tuple[tuple[datetime, str, str], ...] = ()  # (at, who, text)
    tracks: tuple[Track, ...] = ()  # parallel work, in order of opening
    tickets: tuple[Ticket, ...] = ()
    review: Review = NO_REVIEW
    noise_at: datetime | None = None  # marked as noise since then; None: it is not
    noise: str = ""  # why, as long as the log has its words

    @property
    def epoch(self) -> Epoch:
        """The current epoch."""
        return self.epochs[-1]

    @property
    def epoch_at(self) -> datetime:
        """When the current epoch started."""
        return self.epochs[-1].started_at

    @property
    def acker(self) -> str:
        """Id of whose ack stands, empty where none does. The owner may be another by now."""
        return self.acked_by.name if self.acked_by else ""

    @property
    def is_open(self) -> bool:
        """True while it needs somebody, merged children excepted."""
        return self.state in OPEN_STATES and not self.merged_into

    @property
    def effective_priority(self) -> Priority | None:
        """The priority that was set, else the provisional one of the source."""
        return self.priority or self.provisional

    @property
    def is_acked(self) -> bool:
        """True while a person has it. ``owner`` is set exactly then, for as long as it is open."""
        return self.state in ACKED_STATES

    @property
    def firing(self) -> int:
        """How many member alerts fire now."""
        return sum(1 for _, member in self.members if member.cleared_at is None)

    @property
    def services(self) -> tuple[str, ...]:
        """The services its alerts speak of, its own first, in order of joining."""
        return tuple(dict.fromkeys((self.service, *(member.alert.service for _, member in self.members))))

    @property
    def sources(self) -> tuple[str, ...]:
        """Names of the sources its alerts came from, in order of joining."""
        return tuple(dict.fromkeys(ref.source for ref, _ in self.members))

    @property
    def held_until(self) -> datetime | None:
        """Until when its sources hold back every alert that fires (a silence, a downtime), else None.

        A silence that we asked for is not meant: our own log says whether that is an ack or a snooze. What flaps
        is held back in its gaps as what fired last was.
        """
        last = None if self.flapping_since is None else self._last_cleared
        until: datetime | None = None
        for ref, member in self.members:
            if member.cleared_at != last:
                continue
            held = member.alert.muted_until
            if held is None or self.acts_at(ref.source):
                return None
            until = held if until is None else min(until, held)
        return until

    @property
    def _last_cleared(self) -> datetime | None:
        """When the last of its alerts cleared, None while one fires (UTC)."""
        cleared = [member.cleared_at for _, member in self.members if member.cleared_at is not None]
        return max(cleared, default=None) if len(cleared) == len(self.members) else None

    def acts_at(self, source: str) -> bool:
        """Return whether we ever asked this source for a silence."""
        return any(effect.source == source and effect.kind in SILENCING for effect in self.effects)
