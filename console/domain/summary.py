"""One incident as a list shows it: scalars only, so that ten thousand of them are one cheap query."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from console.domain.comms.following import followed
from console.domain.incident import Incident, State
from console.domain.priority import Priority
from console.domain.tracks import checks, packed
from console.domain.vocabulary import EffectState, ReviewState


@dataclass(frozen=True, slots=True)
class Summary:
    """The projection row of an incident after event ``n``.

    Deadlines are not stored: they follow from these facts and the policy (``sla``), so a changed
    target is right at once. ``paused`` is the sum of this epoch's finished pauses, ``paused_since``
    the running one. ``epoch_at`` is when the current epoch started. ``effect`` is the state of the
    latest upstream effect, ``effect_text`` its words. ``services`` counts those its alerts speak of, ``root`` is
    where it probably begins. ``track`` are the checks of parallel work as ``tracks.checks``
    reads them, ``track_at`` the soonest; both only while it is open. ``followed`` are the outlets whose readers were
    last told that it goes on.
    """

    id: str
    n: int
    title: str
    service: str
    team: str
    key: str
    alert_name: str
    state: State
    is_open: bool
    priority: Priority | None
    provisional: Priority | None
    reported_at: datetime
    epoch: int
    epoch_at: datetime
    owner: str
    acked_at: datetime | None
    acked_by: str
    human_ack_at: datetime | None
    resolved_at: datetime | None
    recovered_at: datetime | None
    firing: int
    total: int
    snoozed_until: datetime | None
    paused: timedelta
    paused_since: datetime | None
    resolve_from: datetime | None
    level: int | None
    level_at: datetime | None
    level_round: int
    merged_into: str
    recurrence_of: str
    last_activity_at: datetime | None
    nudged_at: datetime | None
    source_started_at: datetime | None
    sources: str
    effect: EffectState | None
    effect_text: str
    paged_now: tuple[str, ...] = ()
    bot_acked_at: datetime | None = None
    held_until: datetime | None = None
    merged_at: datetime | None = None
    public_from: datetime | None = None
    updated_at: datetime | None = None
    chain: str = ""
    chased: tuple[str, ...] = ()
    repages: int = 0
    repaged_at: datetime | None = None
    root: str = ""
    services: int = 1
    flapping_since: datetime | None = None
    track: str = ""
    track_at: datetime | None = None
    ticket: str = ""
    review: ReviewState = ReviewState.NONE
    review_owner: str = ""
    review_due: datetime | None = None
    followed: tuple[str, ...] = ()

    @property
    def wants_last_word(self) -> bool:
        """Whether it is over and clients were last told that it goes on."""
        return bool(self.followed) and not self.is_open

    @property
    def active_at(self) -> datetime:
        """When somebody last did something about it, or when it came up (UTC)."""
        return self.last_activity_at or self.acked_at or self.reported_at

    @property
    def acker(self) -> str:
        """Id of whose ack stands, empty where none does."""
        return self.acked_by

    @property
    def effective_priority(self) -> Priority | None:
        """The priority that was set, else the provisional one of the source."""
        return self.priority or self.provisional


def summarise(incident: Incident) -> Summary:
    """Return the projection row of an incident."""
    epoch = incident.epoch
    paused, paused_since = _pauses(incident)
    latest = incident.effects[-1] if incident.effects else None
    track = packed(incident.tracks) if incident.tracks and incident.is_open else ""
    return Summary(
        id=incident.id,
        n=incident.n,
        title=incident.title,
        service=incident.service,
        team=incident.team,
        key=incident.key,
        alert_name=incident.alert_name,
        state=incident.state,
        is_open=incident.is_open,
        priority=incident.priority,
        provisional=incident.provisional,
        reported_at=incident.reported_at,
        epoch=len(incident.epochs),
        epoch_at=incident.epoch_at,
        owner=incident.owner,
        acked_at=incident.acked_at,
        acked_by=incident.acker,
        human_ack_at=epoch.first_human_ack,
        resolved_at=epoch.resolved_at,
        recovered_at=epoch.recovered_at,
        firing=incident.firing,
        total=len(incident.members),
        snoozed_until=incident.snoozed_until,
        paused=paused,
        paused_since=paused_since,
        resolve_from=incident.resolve_from,
        level=incident.level,
        level_at=incident.level_at,
        level_round=incident.level_round,
        merged_into=incident.merged_into,
        recurrence_of=incident.recurrence_of,
        last_activity_at=incident.last_activity_at,
        nudged_at=incident.nudged_at,
        source_started_at=incident.source_started_at,
        sources=" ".join(incident.sources),
        effect=latest.state if latest else None,
        effect_text=latest.text if latest else "",
        paged_now=incident.paged_now,
        bot_acked_at=incident.bot_acked_at,
        held_until=incident.held_until,
        merged_at=incident.merged_at,
        public_from=incident.public_from,
        updated_at=incident.updated_at,
        chain=incident.chain,
        chased=incident.chased,
        repages=incident.repages,
        repaged_at=incident.repaged_at,
        root=incident.root,
        services=len(incident.services),
        flapping_since=incident.flapping_since if incident.is_open else None,
        track=track,
        track_at=checks(track)[0].at if track else None,
        ticket=incident.tickets[0].key if incident.tickets else "",
        review=incident.review.state,
        review_owner=incident.review.owner,
        review_due=incident.review.due,
        followed=followed(incident) if incident.updates else (),
    )


def _pauses(incident: Incident) -> tuple[timedelta, datetime | None]:
    """Return the sum of this epoch's finished pauses, and when the running one began."""
    began = incident.epoch.started_at
    pauses = [one for one in incident.pauses if len(incident.epochs) == 1 or one.since >= began]
    over = sum((one.until - one.since for one in pauses if one.until is not None), timedelta())
    return over, next((one.since for one in pauses if one.until is None), None)
