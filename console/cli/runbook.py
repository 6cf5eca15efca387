"""``oncall runbook``: finding, searching, checking and beginning runbooks."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path

from console import books
from console.cli.context import opened, setup_for
from console.cli.contract import runbook_json
from console.cli.ids import incident_id, is_incident
from console.cli.known import detail_of
from console.cli.output import complain, print_json, say
from console.cli.report import step_lines
from console.cli.steps import asked, mark
from console.clock import SystemClock, local_zone
from console.desk.answers import read_answered
from console.domain.human import count
from console.domain.incident import Incident
from console.domain.runbook import Runbook
from console.errors import OncallError, UsageError

ASKED_WITHIN = timedelta(days=90)
"""How far back ``lint`` looks for alerts that have no runbook."""


def runbook(args: argparse.Namespace) -> int:
    """Carry out what the words say; 1 where nothing is found, or where something is wrong."""
    if step := asked(args):
        return mark(args, *step)
    first, *rest = args.words or [""]
    if args.search is not None:
        return _search(args, " ".join([args.search, *args.words]))
    if first == "new":
        if len(rest) != 1:
            raise UsageError("oncall runbook new NAME --service SERVICE: one name, such as DiskFull")
        return _new(args, rest[0])
    if first == "lint" and not rest:
        return _lint(args)
    if rest:
        raise UsageError("one service or incident", hint='oncall runbook --search "WORDS" searches in them')
    return _show(args, first)


def _show(args: argparse.Namespace, subject: str) -> int:
    """Show a runbook, or list all of them where nothing is asked for."""
    if subject and is_incident(subject):
        with opened(args) as context:
            incident = incident_id(subject)
            detail = detail_of(context, incident)
        return _answer(args, detail.runbook, detail.runbook_note, detail.incident)
    setup = setup_for(args)
    index = books.runbook_index(setup)
    if not subject and not args.alert:
        found = [(entry.path, entry.head.title) for entry in index.entries()]
        if args.json:
            print_json({"runbooks": [{"path": path, "title": title} for path, title in found]})
        else:
            say("\n".join(f"{path}  {title}" for path, title in found) or "no runbooks")
        code = 0 if found else 1
    else:
        service = setup.policy.services.get(subject)
        configured = service.runbooks if service else ()
        code = _answer(args, *index.find(args.alert, subject, configured), None)
    for problem in index.problems:
        complain(f"warning: {problem}")
    return code


def _answer(args: argparse.Namespace, found: Runbook | None, note: str, incident: Incident | None) -> int:
    if args.json:
        print_json({"runbook": runbook_json(found, incident) if found else None, "note": note})
    elif found is None:
        complain(note)
    else:
        section = f" § {found.section}" if found.section else ""
        say("\n".join([f"{found.path}: {found.title}{section} ({note})", *step_lines(found, incident)]))
        if found.fetched is not None:
            complain(found.fetched.words(SystemClock().now(), local_zone()))
        if found.steps:
            complain("steps as found in the text; the whole document is what counts")
    return 0 if found else 1


def _search(args: argparse.Namespace, words: str) -> int:
    """Search in the text of all runbooks."""
    hits = books.runbook_shelf(setup_for(args)).search(words)
    if args.json:
        print_json({"hits": [asdict(hit) for hit in hits]})
    elif not hits:
        complain(f"no runbook has all of: {words.strip() or 'nothing was asked for'}")
    for hit in hits if not args.json else ():
        place = f" § {hit.heading}" if hit.heading and hit.heading != hit.title else ""
        say(f"{hit.path}: {hit.title}{place}\n    {hit.line}")
    return 0 if hits else 1


def _new(args: argparse.Namespace, name: str) -> int:
    """Begin a runbook from the template, in the first folder."""
    setup = setup_for(args)
    if not setup.runbooks:
        raise OncallError("there is no folder for it", hint='[runbooks] paths = ["runbooks"] in the config')
    known = setup.policy.services
    if args.service and args.service not in known and known:
        complain(f"warning: {args.service} is not one of [[services]]")
    team = known[args.service].team if args.service in known else ""
    today = SystemClock().now().date()
    try:
        file = books.runbook_shelf(setup).begin(Path(setup.runbooks[0]), name, args.service, team, today)
    except ValueError as error:
        raise UsageError(str(error)) from None
    except FileExistsError:
        raise OncallError(f"{name}: there is one already", hint="edit that one") from None
    except OSError as error:
        raise OncallError(f"{name}: not written: {(error.strerror or str(error)).lower()}") from None
    say(f"{file}\nwrite what says TODO, then: oncall runbook lint")
    return 0


def _lint(args: argparse.Namespace) -> int:
    """Say what is wrong with the runbooks, and which alerts have none."""
    setup, now = setup_for(args), SystemClock().now()
    try:
        with opened(args) as context:
            now = context.store.now()
            rows = context.store.rows(since=now - ASKED_WITHIN)
            answered = read_answered(context.store, rows)
    except OncallError as error:
        complain(f"not looked for alerts without a runbook, nor for what was said of the others: {error}")
        rows, answered = (), []
    shelf = books.runbook_shelf(setup, fetch="never")
    faults = shelf.faults(now.date(), setup.review_months, rows, answered)
    if args.json:
        print_json({"files": shelf.count(), "faults": [asdict(fault) for fault in faults]})
    else:
        for fault in faults:
            place = f"{fault.path}:{fault.line}" if fault.line else fault.path
            say(f"{place}: {fault.text}" if place else fault.text)
        complain(f"{count(shelf.count(), 'runbook')}, {count(len(faults), 'fault')}")
    return 1 if faults else 0
