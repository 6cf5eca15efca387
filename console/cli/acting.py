"""Commands that change incidents: the same as the keys, decided by the same rules, on several at once."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable
from datetime import datetime, timedelta

from console import bootstrap
from console.cli.context import Context, acting_person, opened
from console.cli.ids import incident_id
from console.cli.outcomes import DONE, NO, new_op, say_if_nobody_is_the_engine, tell
from console.cli.output import complain, print_json
from console.cli.selecting import asked_for, chosen
from console.cli.times import parse_span, parse_when
from console.config.nearest import did_you_mean
from console.domain import commands as cmd
from console.domain.actors import Actor
from console.domain.priority import Priority
from console.domain.roster import shift_of
from console.domain.text import multi_line, one_line
from console.domain.vocabulary import ReporterKind, Sufficed
from console.errors import UsageError
from console.ports.desk import Saved

LONGEST_NOTE = 20_000
_PRIORITY = re.compile(r"[Pp]?([1-4])", re.ASCII)

Make = Callable[[Context, str], cmd.Command]


def ack(args: argparse.Namespace) -> int:
    """Take incidents."""
    return each(args, lambda _context, _id: cmd.Ack(take=args.take), note=args.message)


def resolve(args: argparse.Namespace) -> int:
    """Declare incidents over."""
    sufficed = Sufficed(args.runbook) if args.runbook else Sufficed.UNSAID
    command = cmd.Resolve(
        multi_line(args.message),
        one_line(args.cause, 60),
        sufficed,
        args.despite_firing,
        despite_tracks=args.despite_tracks,
    )
    return each(args, lambda _context, _id: command)


def escalate(args: argparse.Namespace) -> int:
    """Page the next level, a certain one, a person, or a team's primary."""

    def make(context: Context, incident: str) -> cmd.Escalate:
        row = context.store.summary(incident)
        plain = args.level is None and not args.to
        seen = row.level if row is not None and plain else None
        to_team = args.to not in context.policy.people and args.to in context.policy.teams
        person, team = ("", args.to) if to_team else (args.to, "")
        return cmd.Escalate(args.level, person, one_line(args.message), seen, team)

    if args.dry_run:
        from console.cli.escalating import preview  # noqa: PLC0415 - only this command needs it

        return preview(args, make)
    return each(args, make)


def note(args: argparse.Namespace) -> int:
    """Write down something."""
    text = multi_line(_note_text(args.message), LONGEST_NOTE)
    if not text:
        raise UsageError("an empty note says nothing", hint="give -m TEXT, or the text on stdin")
    return each(args, lambda _context, _id: cmd.Note(text))


def mark_noise(args: argparse.Namespace) -> int:
    """Say that incidents were noise, and why."""
    reason = one_line(args.message)
    return each(args, lambda _context, _id: cmd.MarkNoise(reason))


def unmark_noise(args: argparse.Namespace) -> int:
    """Take that back."""
    return each(args, lambda _context, _id: cmd.MarkNoise(noise=False))


def snooze(args: argparse.Namespace) -> int:
    """Put incidents out of sight for a while."""
    span = parse_span(args.span or "1h")

    def make(context: Context, _incident: str) -> cmd.Command:
        now = context.store.now()
        # A span is counted from the next full second, so that "1h" is not told as 59m 59s.
        started = now.replace(microsecond=0) + timedelta(seconds=1)
        until = _until(args.until, context, now) if args.until else started + span
        return cmd.Snooze(until, one_line(args.message))

    return each(args, make)


def priority(args: argparse.Namespace) -> int:
    """Set the priority, which stands last: ``INC-42 P2``."""
    *args.incidents, word = args.incidents
    match = _PRIORITY.fullmatch(word)
    if match is None or not (args.incidents or args.filter):
        raise UsageError("say the incidents, then the priority", hint="oncall priority INC-42 P2")
    command = cmd.SetPriority(Priority(int(match[1])), one_line(args.message))
    return each(args, lambda _context, _id: command)


def assign(args: argparse.Namespace) -> int:
    """Make somebody the owner."""
    return each(args, lambda _context, _id: cmd.Assign(args.to), note=args.message)


def merge(args: argparse.Namespace) -> int:
    """Make incidents part of another."""
    into = incident_id(args.into)
    code = each(args, lambda _context, _id: cmd.MergeInto(into))
    if args.message and code == DONE:
        args.incidents, args.filter = [into], None
        code = each(args, lambda _context, _id: cmd.Note(multi_line(args.message, LONGEST_NOTE)))
    return code


def undo(args: argparse.Namespace) -> int:
    """Take back the person's own last action."""
    return each(args, lambda _context, _id: cmd.Undo(), note=args.message)


def new(args: argparse.Namespace) -> int:
    """Report an incident."""
    if args.at and not args.message:
        raise UsageError("a report in the past needs a reason", hint="say with -m why it is entered only now")
    with opened(args) as context:
        actor = Actor(acting_person(context))
        service = one_line(args.service, 200)
        if not context.policy.team_of(service):
            hint = did_you_mean(service, context.policy.services)
            complain(f'warning: no [[services]] has the name "{service}"{hint}: nobody is paged for it')
        command = cmd.Open(
            title=one_line(args.title, 500),
            service=service,
            priority=_priority_of(args.priority),
            reporter=ReporterKind(args.reporter),
            reported_by=one_line(args.reported_by, 200),
            reported_at=parse_when(args.at, context.store.now()) if args.at else None,
            backdated=one_line(args.message) if args.at else "",
            body=multi_line(args.message, LONGEST_NOTE),
        )
        executor = bootstrap.make_executor(context.store, context.policy)
        outcome = executor.carry_out("", command, actor, new_op())
        if args.json and isinstance(outcome, Saved):
            print_json({"id": outcome.incident})
            code = DONE
        else:
            code = tell(outcome)
        if isinstance(outcome, Saved):
            say_if_nobody_is_the_engine(context)
    return code


def each(args: argparse.Namespace, make: Make, *, note: str = "") -> int:
    """Carry out a command on each incident, ``note`` after it; the worst outcome is the exit code."""
    incidents, query = asked_for(args)
    with opened(args) as context:
        actor = Actor(acting_person(context))
        if query is not None:
            incidents = chosen(context, query, args.command, yes=args.yes)
        executor = bootstrap.make_executor(context.store, context.policy)
        codes, saved = [], False
        for incident in incidents:
            outcome = executor.carry_out(incident, make(context, incident), actor, new_op())
            codes.append(tell(outcome))
            if note and codes[-1] == DONE:
                text = multi_line(note, LONGEST_NOTE)
                outcome = executor.carry_out(incident, cmd.Note(text), actor, new_op())
                codes.append(tell(outcome))
            saved = saved or isinstance(outcome, Saved)
        if saved:
            say_if_nobody_is_the_engine(context)
        if query is not None and codes and max(codes) != DONE:
            complain(f"not done: {sum(code != DONE for code in codes)}, named above")
    return max(codes, default=NO)


def _note_text(message: str) -> str:
    if message and message != "-":
        return message
    if not message and sys.stdin.isatty():
        raise UsageError("what is the note?", hint="give -m TEXT, or the text on stdin")
    return sys.stdin.read(LONGEST_NOTE * 4)


def _until(text: str, context: Context, now: datetime) -> datetime:
    if text != "shift-end":
        moment = parse_when(text, now, ahead=True)
        if moment <= now + timedelta(seconds=1):
            raise UsageError(f'--until: "{text}" is not ahead')
        return moment
    held = shift_of(context.policy.roster, acting_person(context), now)
    if held is None or held.until is None:
        raise UsageError("--until shift-end: you hold no shift that ends")
    return held.until


def _priority_of(word: str | None) -> Priority | None:
    if word is None:
        return None
    match = _PRIORITY.fullmatch(word)
    if match is None:
        raise UsageError(f'--priority: "{one_line(word, 40)}" is not one of P1, P2, P3, P4')
    return Priority(int(match[1]))
