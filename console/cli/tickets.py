"""``oncall ticket``: show, make, link and unlink the tickets of an incident. The engine does what is asked for."""

from __future__ import annotations

import argparse
from typing import Any

from console import bootstrap
from console.cli.context import Context, acting_person, opened
from console.cli.ids import incident_id
from console.cli.known import incident_of, log_of
from console.cli.outcomes import DONE, new_op, say_if_nobody_is_the_engine, tell
from console.cli.output import print_json, say, table, width
from console.domain.actors import Actor
from console.domain.commands import Command, DropTicket, LinkTicket, OpenTicket
from console.domain.fold import fold
from console.domain.text import multi_line
from console.domain.tickets.place import place_named
from console.domain.tickets.standing import stands
from console.domain.tickets.text import LONGEST_ANSWER, draft_of, preview, said
from console.errors import OncallError, UsageError
from console.ports.desk import Nothing, Saved


def ticket(args: argparse.Namespace) -> int:
    """Show an incident's tickets, or ask for one, or for a link."""
    incident = incident_id(args.incident)
    command = _command(args)
    with opened(args) as context:
        if args.dry_run:
            return _preview(context, incident, args)
        if command is None:
            return _show(context, incident, json=args.json)
        if args.readonly:
            raise OncallError("this command writes to the store", hint="leave out --readonly")
        actor = Actor(acting_person(context))
        executor = bootstrap.make_executor(context.store, context.policy)
        outcome = executor.carry_out(incident, command, actor, new_op())
        if args.json and isinstance(outcome, Saved | Nothing):
            return _show(context, incident, json=True)
        code = tell(outcome)
        if isinstance(outcome, Saved):
            say_if_nobody_is_the_engine(context)
    return code


def _command(args: argparse.Namespace) -> Command | None:
    written = args.new or args.actual or args.ideal
    if (args.link or args.unlink) and (written or args.dry_run):
        raise UsageError("--link and --unlink go without --new, --actual, --ideal and --dry-run")
    if args.unlink:
        return DropTicket(args.unlink)
    if args.link:
        return LinkTicket(args.link, args.to)
    if written or args.to:
        return OpenTicket(args.to, _text(args.actual), _text(args.ideal))
    return None


def _preview(context: Context, name: str, args: argparse.Namespace) -> int:
    log = log_of(context, name)
    place = place_named(args.to, context.policy.tickets)
    if place is None:
        known = ", ".join(one.name for one in context.policy.tickets)
        hint = f"there are: {known}" if known else "add [[tickets]] to the config"
        raise UsageError("there is no such ticket system", hint=hint)
    texts = {"actual": _text(args.actual), "ideal": _text(args.ideal)}
    draft = draft_of(fold(log), log, context.policy, place, context.store.now(), **texts)
    if args.json:
        sections = [
            {"title": one.title, "lines": [said(item) for item in one.items]} for one in draft.sections
        ]
        facts = {"incident": name, "in": place.name, "project": draft.project, "title": draft.title}
        print_json({**facts, "assignee": draft.assignee, "labels": list(draft.labels), "sections": sections})
        return DONE
    for line in preview(draft):
        say(line)
    return DONE


def _show(context: Context, name: str, *, json: bool) -> int:
    found = stands(incident_of(context, name))
    if json:
        known: list[dict[str, Any]] = [
            {"in": one.outlet, "key": one.key, "state": one.state.value, "text": one.words, "url": one.url}
            for one in found
        ]
        print_json({"incident": name, "tickets": known})
    elif found:
        rows = [(one.outlet, one.key or "-", one.words or "linked", one.url or "-") for one in found]
        say(table(rows, ("IN", "TICKET", "STATE", "ADDRESS"), width(), stretch=2))
    else:
        say(f"{name} has no ticket: oncall ticket {name} --new has one made")
    return DONE


def _text(text: str) -> str:
    return multi_line(text.strip(), LONGEST_ANSWER, 100)
