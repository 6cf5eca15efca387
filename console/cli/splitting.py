"""``oncall split``."""

from __future__ import annotations

import argparse

from console import bootstrap
from console.cli.context import acting_person, opened
from console.cli.ids import incident_id, incident_ids
from console.cli.outcomes import DONE, NO, new_op, say_if_nobody_is_the_engine, tell
from console.cli.output import print_json
from console.domain import commands as cmd
from console.domain import events as ev
from console.domain.actors import Actor
from console.domain.text import one_line
from console.ports.desk import Outcome, Saved


def split(args: argparse.Namespace) -> int:
    """Take an incident apart; with ``--json`` the incidents that stand alone now."""
    incident = incident_id(args.incident)
    children = incident_ids(args.child)
    services = tuple(dict.fromkeys(one_line(name, 200) for name in args.service))
    commands = [cmd.Split(child=child) for child in children] or [cmd.Split(services=services)]
    with opened(args) as context:
        actor = Actor(acting_person(context))
        executor = bootstrap.make_executor(context.store, context.policy)
        codes, alone = [], []
        for command in commands:
            outcome = executor.carry_out(incident, command, actor, new_op())
            alone += _alone(outcome)
            codes.append(DONE if args.json and isinstance(outcome, Saved) else tell(outcome))
        if args.json and alone:
            print_json({"id": incident, "split_off": alone})
        if alone:
            say_if_nobody_is_the_engine(context)
    return max(codes, default=NO)


def _alone(outcome: Outcome) -> list[str]:
    """Return the incident that a split made or set free."""
    events = outcome.events if isinstance(outcome, Saved) else ()
    return [event.body.into for event in events if isinstance(event.body, ev.SplitOff)]
