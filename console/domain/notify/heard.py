"""Who would hear of something, when and by which channel: said before it is sent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from console.domain.human import length
from console.domain.notify.matching import About, Way, not_before, rooms, soonest, ways
from console.domain.policy import Policy


@dataclass(frozen=True, slots=True)
class Hearing:
    """Somebody (``person``, an id) or a room (empty) hears at ``at`` (UTC) by ``channel`` at ``address``.

    ``why_not`` says why they do not hear of it; ``channel`` and ``address`` are empty then.
    ``delayed``: only unless somebody has acked by then. ``quiet``: it waits for the end of quiet hours.
    """

    person: str
    channel: str
    address: str
    at: datetime
    why_not: str = ""
    delayed: bool = False
    quiet: bool = False


def hearings(policy: Policy, about: About, at: datetime, channels: Sequence[str] = ()) -> tuple[Hearing, ...]:
    """Return who hears of a fact of ``at``: whom it concerns first, each with all their ways, then rooms.

    ``channels`` are names of rooms that are told whatever the rules say. Whom it concerns and who does
    not hear of it is in it with the reason.
    """
    told = soonest((*rooms(channels, policy), *ways(about, policy, at)), about, policy, at)
    found: list[Hearing] = []
    in_room = any(not way.person for way in told)
    for person in dict.fromkeys((*about.people, *(way.person for way in told if way.person))):
        theirs = [_hearing(way, about, policy, at) for way in told if way.person == person]
        found += theirs or [Hearing(person, "", "", at, _why_not(person, about, policy, in_room=in_room))]
    found += [_hearing(way, about, policy, at) for way in told if not way.person]
    known = {channel.name for channel in policy.channels if channel.room}
    found += [
        Hearing("", "", "", at, f'no room is told: no [[channels]] called "{name}" has one')
        for name in channels
        if name not in known
    ]
    return tuple(found)


def spoken(
    found: Sequence[Hearing], policy: Policy, now: datetime, clock: Callable[[datetime], str]
) -> list[tuple[str, bool]]:
    """Return it in words, a line a person or room, and whether they are told at all.

    ``Budi · slack @budi now, email budi@shop.example after 5m``. ``clock`` says a time of day.
    """
    lines: list[tuple[str, bool]] = []
    for person in dict.fromkeys(one.person for one in found if one.person):
        theirs = [one for one in found if one.person == person]
        said = ", ".join(f"{one.channel} {one.address} {_when(one, now, clock)}" for one in theirs)
        why_not = theirs[0].why_not
        lines.append((why_not or f"{policy.name_of(person)} · {said}", not why_not))
    for one in found:
        if not one.person:
            room = f"room {one.address} · {one.channel} {_when(one, now, clock)}"
            lines.append((one.why_not or room, not one.why_not))
    return lines


def _when(one: Hearing, now: datetime, clock: Callable[[datetime], str]) -> str:
    if one.at <= now:
        return "now"
    if one.quiet:
        return f"at {clock(one.at)}, after quiet hours"
    return f"after {length(one.at - now)}" if one.delayed else f"at {clock(one.at)}"


def _hearing(way: Way, about: About, policy: Policy, at: datetime) -> Hearing:
    due = not_before(way, about, policy, at)
    return Hearing(
        person=way.person,
        channel=way.channel.name,
        address=way.address,
        at=due,
        delayed=bool(way.after),
        quiet=due > at + way.after,
    )


def _why_not(person: str, about: About, policy: Policy, *, in_room: bool) -> str:
    name = policy.name_of(person)
    if not policy.channels:
        return f"{name} is told by the console only: the config has no [[channels]]"
    if in_room:
        return f"{name} is told in the room only"
    known = policy.people.get(person)
    if known is None or not any(channel.address(known) for channel in policy.channels):
        return f"nobody is told: no [[channels]] reach {name}"
    return f"nobody is told: no [[notify]] is about {name} being {about.topic}"
