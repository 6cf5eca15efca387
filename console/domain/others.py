"""The others on the store: who looks at what, whose rules differ, and how far this machine's clock is off."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta

from console.domain.human import length, listed
from console.domain.policy import Policy
from console.domain.presence import Presence
from console.domain.snapshot import Snapshot

ELSEWHERE = "you, elsewhere"
"""The person at this console, at another one."""


def onlookers(consoles: Iterable[Presence]) -> dict[str, tuple[str, ...]]:
    """Return the people who look at an incident, by incident, each once."""
    found: dict[str, dict[str, None]] = {}
    for one in consoles:
        if one.incident:
            found.setdefault(one.incident, {})[one.person] = None
    return {incident: tuple(people) for incident, people in found.items()}


def looking_words(people: tuple[str, ...], me: str, policy: Policy) -> str:
    """Return ``Rina is looking``, ``Rina, Budi are looking``, ``you, elsewhere``; empty for nobody."""
    others = tuple(policy.name_of(person) for person in people if person != me)
    own = ELSEWHERE if me in people else ""
    if not others:
        return own
    verb = "is" if len(others) == 1 else "are"
    words = f"{listed(others, most=2)} {verb} looking"
    return f"{words}; {own}" if own else words


def short(digest: str) -> str:
    """Return as much of a config's fingerprint as tells it apart."""
    return digest[:6]


def differs(digest: str, ours: str) -> bool:
    """Return whether another goes by other rules; what says nothing of its rules does not."""
    return bool(digest and ours and digest != ours)


def other_rules(snapshot: Snapshot) -> Iterator[str]:
    """Yield in a sentence each who goes by another team config: the engine first, it decides who is paged."""
    ours, engine = snapshot.digest, snapshot.engine
    if engine is not None and differs(engine.policy_digest, ours):
        yield f"the engine goes by another team config ({short(engine.policy_digest)}, yours {short(ours)})"
    told: dict[tuple[str, str], None] = {}
    for one in snapshot.consoles:
        if differs(one.digest, ours):
            told[one.person, one.digest] = None
    for person, digest in told:
        name = f"{snapshot.policy.name_of(person)}'s" if person != snapshot.me else "your other"
        yield f"{name} console goes by another team config ({short(digest)}, yours {short(ours)})"


def clock_off(skew: timedelta | None) -> str:
    """Return what is wrong with this machine's clock in a sentence; empty where nothing is (V19)."""
    if skew is None:
        return ""
    side = "ahead of" if skew > timedelta() else "behind"
    return f"this clock is {length(abs(skew))} {side} the store's; times here follow the store"
