"""Reminders before a shift ends: an hour before and again a quarter, for who has it and for who follows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from console.domain.human import stamp
from console.domain.notify.matching import About
from console.domain.notify.notification import Topic
from console.domain.notify.saying import Saying
from console.domain.policy import Policy
from console.domain.roster import Duty
from console.domain.team.handovers import NAG_BEFORE, REMIND_BEFORE, Handing, Stage, find
from console.domain.team.shifts import HandoverShift, shift_at, worth_asking
from console.domain.team.state import TeamState
from console.domain.zones import zone_of


def reminders(
    held: Duty, policy: Policy, now: datetime, team: TeamState, owners: Sequence[tuple[str, str]]
) -> Iterator[Saying]:
    """Yield the reminders of one role at ``now``; an hour's and a quarter's have a key each, however it stands.

    What was accepted, or offered since the reminder was due, needs none. Of a shift that nobody follows only one is
    reminded who has something to hand over.
    """
    if held.until is None or held.person is None:
        return
    left = held.until - now
    if not timedelta(0) < left <= REMIND_BEFORE:
        return
    shift = shift_at(policy.roster, team, held.team, held.role, now)
    if shift is None:
        return
    mark = NAG_BEFORE if left <= NAG_BEFORE else REMIND_BEFORE
    handing = find(team.handovers, shift.id)
    if handing.stage is Stage.ACCEPTED:
        return
    offered = handing.stage is Stage.OFFERED
    if offered and handing.offered_at and handing.offered_at >= held.until - mark:
        return
    if shift.end != held.until:
        words = _cover(held, policy)
    elif offered:
        words = _unanswered(handing, policy)
    elif held.next_person:
        words = _ending(held, held.next_person, policy)
    else:
        words = _gap(held, shift, policy) if worth_asking(shift, handing, owners) else ()
    key = f"handoff/{held.team}/{held.role}/{held.until:%Y%m%dT%H%M}/{mark // timedelta(minutes=1)}"
    follows = policy.name_of(held.next_person) if held.next_person else "nobody"
    everybody = (
        f"{held.role} of {held.team}: {policy.name_of(held.person)} hands over to {follows}"
        f" at {held.until:%H:%M} UTC."
    )
    for person, text in words:
        about = About(Topic.HANDOVER, (person,), None, held.team)
        yield Saying(key, about, f"Hand-off of {held.role} of {held.team}", text, everybody)


_Words = Sequence[tuple[str, str]]
"""Whom to tell, and what."""


def _ending(held: Duty, into: str, policy: Policy) -> _Words:
    out = held.person or ""
    what = f"Your shift as {held.role} of {held.team}"
    return (
        (
            out,
            f"{what} ends at {_at(held, out, policy)}; {policy.name_of(into)} follows. Offer the handover (H).",
        ),
        (
            into,
            f"{what} begins at {_at(held, into, policy)}, after {policy.name_of(out)}. Ask for the handover.",
        ),
    )


def _unanswered(one: Handing, policy: Policy) -> _Words:
    out, into = policy.name_of(one.outgoing), policy.name_of(one.incoming)
    what = f"{one.role} of {one.team}"
    return (
        (
            one.outgoing,
            f"{into} has not answered the handover of {what} that you offered. It is all yours so far.",
        ),
        (
            one.incoming,
            f"{out}'s handover of {what} waits for your answer: read it, accept it or return it (H).",
        ),
    )


def _gap(held: Duty, shift: HandoverShift, policy: Policy) -> _Words:
    out = held.person or ""
    because = f" ({shift.gap})" if shift.gap else ""
    text = (
        f"Your shift as {held.role} of {held.team} ends at {_at(held, out, policy)} and NOBODY follows{because}:"
        " what is open stays yours until somebody covers it (w) and accepts the handover (H)."
    )
    return ((out, text),)


def _cover(held: Duty, policy: Policy) -> _Words:
    """Return what is said of a short cover within a shift: nothing is handed over."""
    out, into = held.person or "", held.next_person or ""
    what = f"{held.role} of {held.team}"
    if not into:
        return ((out, f"NOBODY has {what} from {_at(held, out, policy)}; it is yours again after that."),)
    return (
        (
            out,
            f"{policy.name_of(into)} covers {what} from {_at(held, out, policy)}; it is yours again after that.",
        ),
        (into, f"You cover {what} from {_at(held, into, policy)}, for {policy.name_of(out)}."),
    )


def _at(held: Duty, person: str, policy: Policy) -> str:
    return stamp(held.until, zone_of(person, held.team, policy)) if held.until else ""
