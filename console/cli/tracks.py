"""``oncall track``, ``pause`` and ``resume``: parallel work, and the fix clock that waits for it."""

from __future__ import annotations

import argparse
from datetime import datetime, timedelta
from typing import Any

from console import bootstrap
from console.cli.acting import each
from console.cli.context import acting_person, opened
from console.cli.ids import incident_id
from console.cli.known import incident_of
from console.cli.outcomes import DONE, new_op, say_if_nobody_is_the_engine, tell
from console.cli.output import print_json, say, stamp, table, width
from console.cli.times import parse_span, parse_when
from console.cli.trackreport import HEADS, in_order, track_row, tracks_json
from console.domain.actors import Actor
from console.domain.commands import PauseClock, ResumeClock, SetTrack
from console.domain.incident import Incident
from console.domain.text import one_line
from console.domain.vocabulary import PauseReason, TrackState
from console.errors import OncallError, UsageError
from console.ports.desk import Saved

REASONS = {
    "vendor": PauseReason.WAITING_VENDOR,
    "client": PauseReason.WAITING_CLIENT,
    "scheduled": PauseReason.SCHEDULED,
}


def track(args: argparse.Namespace) -> int:
    """List an incident's tracks, or open or change one."""
    incident = incident_id(args.incident)
    if not args.track:
        if any((args.what, args.owner, args.state, args.check, args.no_check, args.message)):
            raise UsageError("say which track", hint=f"oncall track {incident} vendor --check +45m")
        return _list(args, incident)
    if args.readonly:
        raise OncallError("this command writes to the store", hint="leave out --readonly")
    with opened(args) as context:
        command = SetTrack(
            args.track,
            TrackState(args.state) if args.state else None,
            args.what,
            args.owner,
            args.message,
            _check_at(args.check, context.store.now()) if args.check else None,
            args.no_check,
        )
        actor = Actor(acting_person(context))
        executor = bootstrap.make_executor(context.store, context.policy)
        outcome = executor.carry_out(incident, command, actor, new_op())
        if args.json and isinstance(outcome, Saved):
            print_json(_document(incident_of(context, incident), context.store.now()))
            return DONE
        code = tell(outcome)
        if isinstance(outcome, Saved):
            say_if_nobody_is_the_engine(context)
    return code


def pause(args: argparse.Namespace) -> int:
    """Let the fix clock stand still."""
    command = PauseClock(REASONS[args.reason], one_line(args.text))
    return each(args, lambda _context, _id: command)


def resume(args: argparse.Namespace) -> int:
    """Let it run again."""
    return each(args, lambda _context, _id: ResumeClock())


def _list(args: argparse.Namespace, name: str) -> int:
    with opened(args) as context:
        incident, now = incident_of(context, name), context.store.now()
        if args.json:
            print_json(_document(incident, now))
        elif incident.tracks:
            rows = [track_row(one, incident, context.policy, now) for one in in_order(incident)]
            say(table(rows, HEADS, width(), stretch=4))
        else:
            say(f"{name} has no tracks")
    return DONE


def _document(incident: Incident, now: datetime) -> dict[str, Any]:
    return {"incident": incident.id, "now": stamp(now), "tracks": tracks_json(incident, now)}


def _check_at(text: str, now: datetime) -> datetime:
    """Return when: a span from the next full second on, or the next such time. Raises ``UsageError``."""
    if ":" in text or "-" in text:
        return parse_when(text, now, ahead=True)
    return now.replace(microsecond=0) + timedelta(seconds=1) + parse_span(text.strip().removeprefix("+"))
