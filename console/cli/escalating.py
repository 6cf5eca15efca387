"""``oncall escalate --dry-run``: who would be paged, by which channels they hear of it, and what follows."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from datetime import datetime

from console.cli.context import Context, acting_person, opened
from console.cli.output import complain, say
from console.cli.selecting import asked_for, found
from console.clock import local_zone
from console.domain import commands as cmd
from console.domain.byhand import afterwards, heard, planned
from console.domain.escalation import Planned, standstill
from console.domain.escalation import preview as ahead
from console.domain.human import until
from console.domain.levels import whom
from console.domain.notify.heard import spoken
from console.domain.policy import Policy
from console.domain.summary import Summary

DONE, NO = 0, 1
LEVELS = 3
"""How many pages after it are told."""


def preview(args: argparse.Namespace, make: Callable[[Context, str], cmd.Escalate]) -> int:
    """Say it for each incident and change nothing; 1 where one of them would page nobody."""
    code = DONE
    names, query = asked_for(args)
    with opened(args) as context:
        if query is not None:
            names = tuple(item.row.id for item in found(context, query))
        by, now, policy = acting_person(context), context.store.now(), context.policy
        for name in names:
            row = context.store.summary(name)
            if row is None or not row.is_open:
                complain(f"{name}: {'it is over' if row else 'there is no such incident'}")
                code = NO
                continue
            plan = planned(row, make(context, name), policy, now, by)
            if isinstance(plan, str):
                complain(f"{name}: {plan}")
                code = NO
                continue
            for line in _lines(row, plan, policy, now):
                say(line)
    return code


def _lines(row: Summary, plan: Planned, policy: Policy, now: datetime) -> Iterator[str]:
    def clock(at: datetime) -> str:
        return until(at, now, local_zone())

    yield f"{row.id}: would page {whom(plan, policy)} ({plan.name})"
    for text, _ in spoken(heard(row, plan, policy), policy, now, clock):
        yield f"  {text}"
    if plan.note:
        yield f"  {plan.note}"
    if row.owner:
        yield f"  {policy.name_of(row.owner)} no longer has it then"
    after = afterwards(row, plan, policy)
    steps = ahead(after, policy, now, LEVELS)
    for step in steps:
        held = f", {step.hold.words(clock)}" if step.hold else ""
        yield f"  then {clock(step.at)} {whom(step, policy) or 'nobody'} ({step.name or step.note}{held})"
    if not steps:
        yield f"  then nobody: {standstill(after, policy)}"
