"""What is held back now, and when it comes back: maintenance, silences, snoozes, paused clocks.

Silences that end without a word "will come back and bite you" (notificator #165). What a source holds back is
only known while that source is live: unknown is said, never passed over as quiet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from console.domain.escalation import standstill
from console.domain.health import EngineReport, SourceHealth, SourceStatus, status, trust_word
from console.domain.holds import maintenance
from console.domain.human import age, count, listed
from console.domain.policy import Policy
from console.domain.standing import Viewer
from console.domain.summary import Summary
from console.domain.team.state import Maintenance
from console.domain.upstream import holds_acks
from console.domain.vocabulary import EffectState

Clock = Callable[[datetime], str]
"""Says a time of day."""


class HeldBy(StrEnum):
    """What holds something back."""

    MAINTENANCE = "maintenance"
    SILENCE = "silence"  # the source's own
    SNOOZE = "snooze"
    PAUSE = "pause"  # of a fix clock
    HOLD = "hold"  # what we asked a source for with an ack
    BOT = "bot"  # its ack halts paging


@dataclass(frozen=True, slots=True)
class Held:
    """Something held back. ``until`` (UTC) is when it comes back; None: only when somebody makes it.

    ``what`` names it, ``then`` says what is there when it ends. ``incidents`` are those it holds. ``unknown``
    is why what we know of it may be old; empty where it is fresh.
    """

    by: HeldBy
    what: str
    incidents: tuple[str, ...]
    until: datetime | None = None
    since: datetime | None = None
    then: str = ""
    unknown: str = ""

    def words(self, now: datetime, clock: Clock) -> str:
        """Return one line: ``snooze of INC-7 ends in 12m (10:42): it still fires``."""
        if self.until is None:
            ends = f" for {age(now - self.since)}, without an end" if self.since else ""
        elif self.until <= now:
            ends = f" was to end {clock(self.until)}"
        else:
            ends = f" ends in {age(self.until - now)} ({clock(self.until)})"
        then = f": {self.then}" if self.then else ""
        return f"{self.what}{ends}{then}" + (f"; {self.unknown}" if self.unknown else "")


@dataclass(frozen=True, slots=True)
class Known:
    """What this is read from: the open incidents, the rules, the sources as the engine last reported them."""

    rows: tuple[Summary, ...]
    policy: Policy
    sources: tuple[SourceHealth, ...]
    engine: EngineReport | None


def held_back(known: Known, now: datetime, clock: Clock) -> tuple[Held, ...]:
    """Return all that is held back at ``now``, what comes back first before the others, without an end last."""
    found = [
        *_maintenances(known, now),
        *(held for row in known.rows for held in _of_row(row, known, now, clock)),
    ]
    return tuple(sorted(found, key=lambda one: (one.until is None, one.until or now, one.what)))


def coming_back(known: Known, now: datetime, clock: Clock, who: Viewer | None = None) -> tuple[Held, ...]:
    """Return what comes back so soon that the screen warns of it (``policy.warn_holds``), of the viewer's concern."""
    soon = now + known.policy.warn_holds
    mine = tuple(row for row in known.rows if _may_end(row, soon) and (who is None or _concerns(row, who)))
    near = tuple(one for one in known.policy.maintenance if one.start <= now < one.end <= soon)
    if not mine and not near:
        return ()
    rows = tuple(row for row in known.rows if who is None or _concerns(row, who))
    found = [
        *(held for one in near for held in _maintenance(one, rows, known.policy, now) if held.incidents),
        *(held for row in mine for held in _of_row(row, known, now, clock)),
    ]
    ending = [one for one in found if one.until is not None and one.until <= soon]
    return tuple(sorted(ending, key=lambda one: (one.until or now, one.what)))


def not_known(known: Known, now: datetime, clock: Clock) -> tuple[str, ...]:
    """Return why what sources hold back may not be known, a line for each that is not live."""
    if not known.sources:
        return ("no source is watched: what is silenced there is not known",)
    lines = ((one.name, _doubt((one.name,), known, now, clock)) for one in known.sources)
    return tuple(f"silences of {name}: {doubt}" for name, doubt in lines if doubt)


def _may_end(row: Summary, soon: datetime) -> bool:
    if row.snoozed_until is None and row.held_until is None:
        return False  # nearly all of ten thousand
    return any(at is not None and at <= soon for at in (row.snoozed_until, row.held_until))


def _concerns(row: Summary, who: Viewer) -> bool:
    """Return whether a row is the viewer's or of their teams; who is in none is told of everybody's."""
    return row.owner == who.id or not who.teams or not row.team or row.team in who.teams


def _maintenances(known: Known, now: datetime) -> Iterator[Held]:
    for one in known.policy.maintenance:
        if one.start <= now < one.end:
            yield from _maintenance(one, known.rows, known.policy, now)


def _maintenance(one: Maintenance, rows: Iterable[Summary], policy: Policy, now: datetime) -> Iterator[Held]:
    """Yield a running maintenance. What another one holds back beyond its end does not come back with it."""
    held = [row for row in rows if one.covers(row.service, row.team) and not standstill(row, policy)]
    ends = [row for row in held if (hold := maintenance(row, policy, now)) and hold.until <= one.end]
    names = listed((*one.services, *(f"team {team}" for team in one.teams)))
    reason = f" ({one.reason})" if one.reason else ""
    then = f"{count(len(ends), 'incident')} held, paged then" if ends else "nothing that waits for it"
    if len(held) > len(ends):
        then += f", {len(held) - len(ends)} more held by another one after it"
    ids = tuple(row.id for row in ends)
    yield Held(HeldBy.MAINTENANCE, f"maintenance of {names}{reason}", ids, one.end, one.start, then)


def _of_row(row: Summary, known: Known, now: datetime, clock: Clock) -> Iterator[Held]:
    if not row.is_open:
        return
    fires = "it still fires" if row.firing else "its alerts have cleared" if row.total else "it is open"
    doubt = _doubt(row.sources.split(), known, now, clock)
    ids = (row.id,)
    if row.snoozed_until is not None:
        yield Held(HeldBy.SNOOZE, f"snooze of {row.id}", ids, row.snoozed_until, None, fires, doubt)
    if row.held_until is not None and (doubt or row.held_until > now):
        place = f"{row.service}/{row.alert_name}" if row.alert_name else row.service
        what = f"silence at {row.sources} on {place} ({row.id})"
        yield Held(HeldBy.SILENCE, what, ids, row.held_until, None, fires, doubt)
    if row.paused_since is not None:
        yield Held(HeldBy.PAUSE, f"the fix clock of {row.id} stands still", ids, None, row.paused_since)
    if row.owner and row.firing and row.effect is not None and (places := _holding(row, known.policy)):
        who = known.policy.name_of(row.owner)
        what = f"hold at {listed(places)} for {who}'s ack of {row.id}, prolonged as long as {who} has it"
        told = "not answered yet" if row.effect is EffectState.PENDING else f"{row.effect}, {row.effect_text}"
        yield Held(HeldBy.HOLD, what, ids, then=f"last asked upstream: {told}", unknown=doubt)
    if row.bot_acked_at is not None:
        what = f"a bot's ack of {row.id} has halted its pages"
        yield Held(HeldBy.BOT, what, ids, None, row.bot_acked_at)


def _holding(row: Summary, policy: Policy) -> tuple[str, ...]:
    """Return the sources that hold back what somebody has. A row knows only the last answer of any of them."""
    return tuple(source for source in row.sources.split() if holds_acks(policy.ability(source)))


def _doubt(names: Iterable[str], known: Known, now: datetime, clock: Clock) -> str:
    """Return why a source's word may be old: ``not known since 10:02, prod is stale``."""
    sources = {one.name: one for one in known.sources}
    for name in names:
        source = sources.get(name)
        if source is None:
            return f"not known, nobody asks {name} any more"
        how = status(source, known.engine, now)
        if how is SourceStatus.NEVER or source.last_success is None:
            return f"not known, {name} has never answered"
        if how is not SourceStatus.LIVE:
            return f"not known since {clock(source.last_success)}, {name} is {trust_word(source, how)}"
    return ""
