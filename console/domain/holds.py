"""When nobody may be paged although it is due: maintenance, and the nights of low urgency."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from console.domain.incident import Incident
from console.domain.policy import Policy
from console.domain.summary import Summary
from console.domain.team.state import Maintenance
from console.domain.zones import zone_of

Paged = Incident | Summary
"""The whole incident, or its row: both say all that paging goes by."""

MOST_NIGHTS = 8
"""How often a page is put off because whoever is on call by then sleeps, too; after that nobody waits."""


class HoldKind(StrEnum):
    """What a page waits for. The values are the words for it."""

    MAINTENANCE = "maintenance"
    NIGHT = "waits for the morning"
    SOURCE = "held back by its source"


@dataclass(frozen=True, slots=True)
class Hold:
    """Nobody is paged before ``until`` (UTC). ``reason`` is what people said of a maintenance."""

    kind: HoldKind
    until: datetime
    reason: str = ""

    def words(self, clock: Callable[[datetime], str]) -> str:
        """Return ``maintenance until 14:00 (new switches)``; ``clock`` says a time of day."""
        reason = f" ({self.reason})" if self.reason else ""
        return (
            self.kind.value
            if self.kind is HoldKind.NIGHT
            else f"{self.kind} until {clock(self.until)}{reason}"
        )


def maintenance(row: Paged, policy: Policy, at: datetime) -> Hold | None:
    """Return the maintenance that an incident is in at an instant, with those that follow it without a break."""
    spans = _spans(row, policy)
    now = [one for one in spans if one.start <= at < one.end]
    if not now:
        return None
    end = at
    for _ in spans:
        later = max((one.end for one in spans if one.start <= end < one.end), default=end)
        if later == end:
            break
        end = later
    longest = max(now, key=lambda one: one.end)
    return Hold(HoldKind.MAINTENANCE, end, longest.reason)


def maintained(service: str, policy: Policy, at: datetime) -> bool:
    """Return whether a service is in maintenance at an instant."""
    team = policy.team_of(service)
    return any(one.start <= at < one.end and one.covers(service, team) for one in policy.maintenance)


def elapsed(row: Paged, policy: Policy, since: datetime, span: timedelta) -> tuple[datetime, Hold | None]:
    """Return when ``span`` has passed since an instant, not counting maintenance: a level's timer stands still.

    And the maintenance that it stood still for last, None where there was none.
    """
    at, left = since, span
    hold: Hold | None = None
    for one in sorted(_spans(row, policy), key=lambda one: one.start):
        if one.end <= at:
            continue
        if at + left < one.start:
            break
        left -= max(one.start - at, timedelta(0))
        at = one.end
        hold = Hold(HoldKind.MAINTENANCE, at, one.reason)
    return at + left, hold


def hold_at(
    row: Paged, policy: Policy, at: datetime, people_at: Callable[[datetime], Iterable[str]]
) -> Hold | None:
    """Return why nobody may be paged at an instant, and until when; None where they may.

    ``people_at`` says whom the page would go to. Low urgency wakes none of them; where they sleep by
    turns all round the clock nobody waits.
    """
    first = maintenance(row, policy, at)
    calm = first.until if first else at
    hours = policy.target(row.effective_priority).asleep
    if hours is None:
        return first
    here = calm
    for _ in range(MOST_NIGHTS):
        zones = {zone_of(person, row.team, policy) for person in people_at(here)}
        awake = max((hours.end_after(here, zone) for zone in zones), default=here)
        later = maintenance(row, policy, awake)
        after = later.until if later else awake
        if after == here:
            break
        here = after
    else:
        here = calm
    return first if here == calm else Hold(HoldKind.NIGHT, here)


def _spans(row: Paged, policy: Policy) -> list[Maintenance]:
    return [one for one in policy.maintenance if one.covers(row.service, row.team)]
