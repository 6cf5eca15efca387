"""What a handover says about the shift itself: its numbers, who comes next, what changes hands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from console.domain.change import Change
from console.domain.changes.words import plainly
from console.domain.escalation import level_name, people_of
from console.domain.handover_document import Contact, Figure, Remark
from console.domain.human import count, length
from console.domain.incident import Incident
from console.domain.metrics import Metrics, Stats
from console.domain.policy import Policy
from console.domain.roster import Gap, duty, gaps, roles
from console.domain.team.shifts import keeps_clients_told

GAPS_AHEAD = timedelta(days=14)
CHANGED_WITHIN = timedelta(hours=24)
MOST_CHANGES = 10


class Shift(Protocol):
    """The span that is handed over."""

    @property
    def team(self) -> str:
        """Whose."""

    @property
    def role(self) -> str:
        """What they held."""

    @property
    def end(self) -> datetime:
        """Until when (UTC)."""


def figures(metrics: Metrics, policy: Policy) -> tuple[Figure, ...]:
    """Return the numbers of the shift in words; targets are those of the most urgent priority."""
    target = policy.target(None)
    return (
        Figure("incidents", str(metrics.incidents)),
        Figure("pages", str(metrics.pages)),
        Figure("pages at night (22-07)", str(metrics.night_pages)),
        Figure("MTTA", _stats(metrics.tta), length(target.ack)),
        Figure("MTTR", _stats(metrics.ttr_total), f"{length(target.resolve)} for P1"),
        Figure("still unacked", str(metrics.unacked)),
        Figure("cleared before an ack", str(metrics.auto_cleared)),
        Figure("recurring", _share(metrics.recurrence)),
        Figure("false positives", _share(metrics.false_positives)),
        *(
            Figure(f"pages to {policy.name_of(load.person)}", f"{load.pages}, {load.night} at night")
            for load in metrics.load
        ),
        *(Figure(f"cause {cause}", count(n, "incident")) for cause, n in metrics.causes),
    )


def next_shift(policy: Policy, team: str, at: datetime) -> tuple[Contact, ...]:
    """Return who holds each role from ``at`` on."""
    held = [duty(policy.roster, team, role, at) for role in roles(policy.roster, team)]
    return tuple(
        Contact(one.role, policy.name_of(one.person or ""), one.until, _contacts(policy, one.person or ""))
        for one in held
    )


def escalation(policy: Policy, team: str, at: datetime) -> tuple[Contact, ...]:
    """Return whom the team's chains page from ``at`` on, level by level; a level with nobody is listed too."""
    found = []
    for chain in policy.chains:
        if chain.team != team:
            continue
        scope = f"{chain.scope}: " if chain.scope else ""
        for n, level in enumerate(chain.levels):
            people = people_of(level, team, policy, at) or ("",)
            when = f"after {length(level.after)}" if level.after else "at once"
            title = f"{scope}level {n} {level_name(level)}, {when}"
            found += [Contact(title, policy.name_of(one), None, _contacts(policy, one)) for one in people]
    return tuple(found)


def roster_gaps(policy: Policy, team: str, at: datetime) -> tuple[Gap, ...]:
    """Return when nobody holds a role of the team within two weeks after ``at``, earliest first."""
    found = [
        gap
        for role in roles(policy.roster, team)
        for gap in gaps(policy.roster, team, role, at, at + GAPS_AHEAD)
    ]
    return tuple(sorted(found, key=lambda gap: (gap.start, gap.role)))


def changes(
    known: Sequence[Change], policy: Policy, team: str, now: datetime
) -> tuple[tuple[Remark, ...], int]:
    """Return what was changed in the last day for a team's services or all, by time, and how many before were left out."""
    ours = [
        Remark(one.at, policy.name_of(one.actor) if one.actor else one.source, "", plainly(one))
        for one in known
        if now - CHANGED_WITHIN <= one.at <= now and policy.team_of(one.service) in {"", team}
    ]
    return tuple(ours[-MOST_CHANGES:]), max(0, len(ours) - MOST_CHANGES)


def transfer(
    still_open: Sequence[Incident], policy: Policy, outgoing: str, incoming: str, shift: Shift
) -> tuple[str, ...]:
    """Return what changes hands, one line for each thing to do."""
    mine = [one.id for one in still_open if one.owner == outgoing and outgoing]
    told = [one.id for one in still_open if one.public_from is not None]
    to = policy.name_of(incoming) if incoming else "somebody (the roster has nobody)"
    covers = [
        one
        for one in policy.roster.overrides
        if one.team == shift.team and one.end > shift.end and one.person == outgoing and outgoing
    ]
    lines = []
    if mine:
        lines.append(f"reassign {count(len(mine), 'incident')} to {to}: {', '.join(mine)}")
    tickets = [ticket.key for one in still_open if one.id in mine for ticket in one.tickets]
    if tickets:
        lines.append(f"reassign {count(len(tickets), 'ticket')} to {to}: {', '.join(tickets)}")
    if told:
        holder = policy.telling.get(shift.team)
        goes = keeps_clients_told(holder, policy.roster, (shift.team, shift.role), outgoing)
        under = to if goes else policy.name_of(holder) if holder else ""
        if under:
            lines.append(f"client updates and the status page go on under {under}: {', '.join(told)}")
    lines += [f"{policy.name_of(one.person)} still covers {one.role} beyond the shift" for one in covers]
    return tuple(lines)


def _contacts(policy: Policy, person: str) -> tuple[tuple[str, str], ...]:
    known = policy.people.get(person)
    return known.contacts if known else ()


def _stats(stats: Stats) -> str:
    if stats.mean is None or stats.p50 is None or stats.p90 is None or stats.within is None:
        return "none"
    spread = f"P50 {length(stats.p50)}, P90 {length(stats.p90)}"
    return f"{length(stats.mean)} (n {stats.n}, {spread}, {_share(stats.within)} within target)"


def _share(share: float | None) -> str:
    return "none" if share is None else f"{share:.0%}"
