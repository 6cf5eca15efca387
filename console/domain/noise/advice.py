"""What could be changed about a rule, computed from what it did, and what the change would have cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from console.domain.human import count
from console.domain.noise.episodes import Episode
from console.domain.priority import Priority

WAITS = tuple(timedelta(minutes=n) for n in (1, 2, 5, 10, 15, 30, 60))
CAREFUL = timedelta(minutes=15)
"""A longer wait is suggested only where nothing that a person acked would come later by it."""
FEWEST = 5
"""A rule that fired less often is not judged."""
TOGETHER = timedelta(minutes=2)
SLOW = timedelta(hours=1)


class Kind(StrEnum):
    """What sort of change is suggested."""

    WAIT = "for"
    GROUP = "group"
    LOWER = "lower"
    DROP = "drop"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Advice:
    """A suggestion in one line; ``wait`` is what ``for:`` should be longer by."""

    kind: Kind
    text: str
    wait: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Removal:
    """What a longer ``for:`` would have done to each episode.

    ``removed``: shorter, and cleared before a person had them. ``lost``: shorter, but a person had them:
    they would not have come either. ``delayed``: those that last longer or still fire, ``real`` of them acked.
    """

    wait: timedelta
    removed: int
    lost: int
    delayed: int
    real: int

    @property
    def fired(self) -> int:
        """All episodes."""
        return self.removed + self.lost + self.delayed

    @property
    def sensible(self) -> bool:
        """Whether it removes half at least, hardly anything that people had, and delays no emergency by long."""
        much = self.removed >= 3 and self.removed * 2 >= self.fired  # one or two are chance
        return much and self.lost * 10 <= self.removed and (self.wait <= CAREFUL or not self.real)


def removal(episodes: Sequence[Episode], wait: timedelta) -> Removal:
    """Return what ``for:`` longer by ``wait`` would have done. A rule fires if one of its alerts lasts so long."""
    removed = lost = real = 0
    for one in episodes:
        if one.longest is None or one.longest >= wait:
            real += one.acked
        elif one.acked:
            lost += 1
        else:
            removed += 1
    return Removal(wait, removed, lost, len(episodes) - removed - lost, real)


def best_wait(episodes: Sequence[Episode]) -> Removal | None:
    """Return the shortest wait that removes nine in ten of what any sensible one does; None where none is."""
    tried = [one for one in (removal(episodes, wait) for wait in WAITS) if one.sensible]
    most = max((one.removed for one in tried), default=0)
    return next((one for one in tried if one.removed * 10 >= most * 9), None)


def advise(
    episodes: Sequence[Episode], together: tuple[int, str], by: tuple[str, ...], now: datetime
) -> Advice:
    """Return what to change about a rule.

    ``together``: how many of its episodes came with another rule's of the same service, and whose mostly.
    ``by`` are the labels that incidents are grouped by; ``now`` is when the counting ends (UTC).
    """
    fired = len(episodes)
    if fired < FEWEST:
        words = f"fired {count(fired, 'time')}, too few to judge ({FEWEST} at least)"
        return Advice(Kind.NOTHING, f"nothing to suggest: {words}")
    best = best_wait(episodes)
    if best is not None:
        return Advice(Kind.WAIT, wait_words(best), best.wait)
    found = _group(fired, together, by) or _lower(episodes, now) or _drop(episodes)
    return found or Advice(Kind.NOTHING, f"nothing to suggest: {_why_not(episodes)}")


def wait_words(one: Removal) -> str:
    """Return what a longer ``for:`` would have done: ``for: 5m would have removed 38 of 41; …``."""
    text = f"for: {minutes(one.wait)} would have removed {one.removed} of {one.fired}"
    if one.delayed:
        real = f" ({one.real} acked)" if one.real else ""
        text += f"; {count(one.delayed, 'other')}{real} would have come {minutes(one.wait)} later"
    if one.lost:
        text += f"; {one.lost} that a person acked would not have come"
    return text


def minutes(wait: timedelta) -> str:
    """Return a wait as rules write it: ``5m``, ``1h``."""
    whole = wait // timedelta(minutes=1)
    return f"{whole // 60}h" if whole % 60 == 0 else f"{whole}m"


def _group(fired: int, together: tuple[int, str], by: tuple[str, ...]) -> Advice | None:
    many, other = together
    if "alertname" not in by or "service" not in by or many * 2 < fired:
        return None
    near = f"within {minutes(TOGETHER)} of {other}, each in an incident of its own"
    return Advice(Kind.GROUP, f"group by service: {many} of {fired} came {near}")


def _lower(episodes: Sequence[Episode], now: datetime) -> Advice | None:
    judged = [one for one in episodes if one.start + SLOW <= now]
    urgent = any(one.priority is not None and one.priority < Priority.P4 for one in judged)
    in_time = any(one.acked_at is not None and one.acked_at - one.start <= SLOW for one in judged)
    if len(judged) < FEWEST or not urgent or in_time:
        return None
    return Advice(Kind.LOWER, f"lower to P4: never acked within an hour ({count(len(judged), 'time')})")


def _drop(episodes: Sequence[Episode]) -> Advice | None:
    marked = sum(one.marked for one in episodes)
    if marked * 2 < len(episodes):
        return None
    return Advice(Kind.DROP, f"rewrite or remove it: people marked {marked} of {len(episodes)} as noise")


def _why_not(episodes: Sequence[Episode]) -> str:
    acked, alone = sum(one.acked for one in episodes), sum(one.cleared_alone for one in episodes)
    return (
        f"a person acked {acked} of {len(episodes)}, {alone} cleared by themselves, no wait fits them"
        if alone
        else f"a person acked {acked} of {len(episodes)}"
    )
