"""The rules a drill goes by: the team's own, without anything that reaches out, as fast as the drill is played."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from console.domain.drill.recording import Recording
from console.domain.policy import Chain, Level, Policy, Service
from console.domain.roster import Override

LASTS = timedelta(hours=12)
"""For so long the person at the drill holds the pager there."""

ValueT = TypeVar("ValueT")


def drill_rules(policy: Policy, recording: Recording, me: str, now: datetime, speed: float = 1.0) -> Policy:
    """Return the rules. ``me`` is primary for the services concerned; targets pass ``speed`` times as fast.

    Roster, targets, chains and services are the team's. Channels, rules of telling, what is asked of
    sources, checklists and maintenance are not there: nothing leaves the drill.
    """
    own = _own_team(policy, recording, me)
    services = dict(policy.services)
    below = dict(recording.depends_on)
    for name in recording.services:
        known = services.get(name) or Service(name, own)
        stands_on = tuple(dict.fromkeys((*known.depends_on, *below.get(name, ()))))
        services[name] = replace(known, depends_on=stands_on)
    teams = tuple(dict.fromkeys(services[name].team for name in recording.services))
    covers = tuple(
        Override(team, "primary", me, now - timedelta(hours=1), now + LASTS, reason="drill") for team in teams
    )
    chained = {chain.team for chain in policy.chains}
    simple = tuple(Chain(team, (Level(("primary",), timedelta()),)) for team in teams if team not in chained)
    rules = replace(
        policy,
        services=services,
        teams=tuple(dict.fromkeys((*policy.teams, *teams))),
        roster=replace(policy.roster, overrides=(*policy.roster.overrides, *covers)),
        chains=(*policy.chains, *simple),
        channels=(),
        rules=(),
        abilities={},
        watchdogs={},
        maintenance=(),
        checklists=(),
    )
    return rules if speed == 1 else _faster_rules(rules, speed)


def _own_team(policy: Policy, recording: Recording, me: str) -> str:
    """Return the team whose services the config does not know belong to in the drill: the person's own."""
    known = (policy.services[name].team for name in recording.services if name in policy.services)
    rotates = (rotation.team for rotation in policy.roster.rotations if me in rotation.members)
    return (*known, *rotates, *policy.teams, "drill")[0]


def _faster_rules(policy: Policy, speed: float) -> Policy:
    return replace(
        policy,
        targets={priority: _faster(target, speed) for priority, target in policy.targets.items()},
        chains=tuple(
            replace(chain, levels=tuple(_faster(level, speed) for level in chain.levels))
            for chain in policy.chains
        ),
        grouping=replace(
            policy.grouping,
            window=_quick(policy.grouping.window, speed),
            flapping=_faster(policy.grouping.flapping, speed),
        ),
        nudge_answer=_quick(policy.nudge_answer, speed),
        priority_within=_quick(policy.priority_within, speed),
        wake_before=_quick(policy.wake_before, speed),
    )


def _faster(value: ValueT, speed: float) -> ValueT:
    """Return a record with every span of time in it shortened."""
    kind: Any = value
    spans = {field.name: getattr(kind, field.name) for field in fields(kind)}
    quick = {name: _quick(span, speed) for name, span in spans.items() if isinstance(span, timedelta)}
    shortened: ValueT = replace(kind, **quick)
    return shortened


def _quick(span: timedelta, speed: float) -> timedelta:
    return timedelta(milliseconds=round(span.total_seconds() * 1000 / speed))
