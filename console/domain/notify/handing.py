"""What handovers tell people: one waits for an answer, how it was answered, that nobody took over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from console.domain.escalation import people_of
from console.domain.human import count, stamp
from console.domain.notify.matching import About
from console.domain.notify.notification import Topic
from console.domain.notify.saying import Saying
from console.domain.policy import Policy
from console.domain.team.facts import Fact
from console.domain.team.handoverfacts import HandoverAccepted, HandoverOffered, HandoverReturned
from console.domain.team.handovers import Handing, HandoverFact, Nag, Stage, after, find, nag
from console.domain.team.shifts import owed, worth_asking
from console.domain.team.state import TeamState
from console.domain.zones import zone_of


def handed(fact: Fact, team: TeamState, policy: Policy) -> Iterator[Saying]:
    """Yield what an offer or its answer tells the other person. ``team`` is the log with the fact in it."""
    body, name_of = fact.body, policy.name_of
    if not isinstance(body, HandoverOffered | HandoverAccepted | HandoverReturned):
        return
    one = find(team.handovers, body.handover)
    what, key = f"{one.role} of {one.team}", f"team/{fact.n}"
    out, into = name_of(one.outgoing), name_of(one.incoming)
    if isinstance(body, HandoverOffered):
        end = stamp(body.end, zone_of(body.incoming, body.team, policy))
        remarks = f" {body.remarks}" if body.remarks else ""
        text = f"{out} offers you {what} (until {end}). Read it, then accept or return it (H).{remarks}"
        person, title, everybody = body.incoming, f"Handover of {what}", f"{out} offers {what} to {into}."
    elif isinstance(body, HandoverAccepted):
        moved = count(len(body.moved), "incident")
        text = f"{into} has accepted {what}: {moved} changed hands. You are free."
        person, title, everybody = (
            one.outgoing,
            f"{what} is handed over",
            f"{into} has taken over {what} from {out}.",
        )
    else:
        text = f"{into} has returned {what}: {body.reason} Everything is still yours; offer it again (H)."
        person, title, everybody = (
            one.outgoing,
            f"Handover of {what} returned",
            f"{into} has returned {what} to {out}.",
        )
    yield Saying(key, About(Topic.HANDOVER, (person,), None, one.team), title, text, everybody)


def withdrawn(facts: Sequence[Fact], before: TeamState, since: datetime, policy: Policy) -> Iterator[Saying]:
    """Yield for each offer since an instant that took the place of one to somebody else: they need not answer.

    ``before`` is the team's log without ``facts``.
    """
    name_of, handovers = policy.name_of, before.handovers
    for fact in facts:
        body = fact.body
        if not isinstance(body, HandoverFact):
            continue
        one = find(handovers, body.handover)
        handovers = after(handovers, body, fact.at, fact.actor.name)
        if not isinstance(body, HandoverOffered) or one.stage is not Stage.OFFERED or fact.at < since:
            continue
        if one.incoming != body.incoming:
            what, out, into = f"{one.role} of {one.team}", name_of(body.outgoing), name_of(body.incoming)
            yield Saying(
                f"team/{fact.n}/withdrawn",
                About(Topic.HANDOVER, (one.incoming,), None, one.team),
                f"Handover of {what} goes to somebody else",
                f"{out} offers {what} to {into} instead of you: you need not answer any more.",
                f"{out} offers {what} to {into} instead of {name_of(one.incoming)}.",
            )


def not_accepted(
    policy: Policy, team: TeamState, owners: Sequence[tuple[str, str]], now: datetime
) -> Iterator[Saying]:
    """Yield each shift that nobody took over a quarter of an hour after its end: both and level 1 are told, once (V22)."""
    for shift, handing in owed(policy.roster, team, now):
        if shift.end is None or nag(handing.stage, shift.end, now) is not Nag.OVERDUE:
            continue
        if not worth_asking(shift, handing, owners):
            continue
        out, into = shift.outgoing, handing.incoming or shift.incoming
        what = f"{shift.role} of {shift.team}"
        text = (
            f"The shift of {policy.name_of(out)} as {what} ended at {shift.end.astimezone(UTC):%H:%M} UTC, and"
            f" {_how_far(handing, policy)}. What was open is still {policy.name_of(out)}'s;"
            f" {policy.name_of(into) if into else 'nobody'} follows."
        )
        people = tuple(dict.fromkeys((out, into, shift.incoming, *_level_one(policy, shift.team, now))))
        about = About(Topic.HANDOVER, tuple(one for one in people if one), None, shift.team)
        yield Saying(f"handover/{shift.id}/overdue", about, f"Handover of {what} NOT accepted", text)


def _how_far(one: Handing, policy: Policy) -> str:
    if one.stage is Stage.RETURNED:
        return f"{policy.name_of(one.incoming)} returned its handover: {one.answer.rstrip('.')}"
    return f"its handover {'was offered and not accepted' if one.offered_at else 'was never offered'}"


def _level_one(policy: Policy, team: str, now: datetime) -> tuple[str, ...]:
    """Return whom level 1 of the team's general chain means now."""
    chain = next((one for one in policy.chains if one.team == team and not one.scope), None)
    if chain is None or len(chain.levels) < 2:
        return ()
    return tuple(people_of(chain.levels[1], team, policy, now))
