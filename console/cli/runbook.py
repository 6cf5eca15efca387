"""``oncall runbook``: the runbook that is found for an incident, a service or an alert, and its steps."""

from __future__ import annotations

import argparse

from console import bootstrap
from console.cli.context import opened, setup_for
from console.cli.contract import runbook_json
from console.cli.ids import incident_id, is_incident
from console.cli.output import complain, print_json, say
from console.cli.report import step_lines
from console.domain.incident import Incident
from console.domain.runbook import Runbook
from console.errors import OncallError


def runbook(args: argparse.Namespace) -> int:
    """Show a runbook, or list all of them where nothing is asked for; 1 where none is found."""
    if args.subject and is_incident(args.subject):
        with opened(args) as context:
            incident = incident_id(args.subject)
            detail = bootstrap.read_detail(context.setup, context.store, incident)
        if detail is None:
            raise OncallError(f"{incident}: no such incident", hint="oncall incidents --state all lists them")
        return _answer(args, detail.runbook, detail.runbook_note, detail.incident)
    setup = setup_for(args)
    index = bootstrap.runbook_index(setup)
    if not args.subject and not args.alert:
        found = [(entry.path, entry.head.title) for entry in index.entries()]
        if args.json:
            print_json({"runbooks": [{"path": path, "title": title} for path, title in found]})
        else:
            say("\n".join(f"{path}  {title}" for path, title in found) or "no runbooks")
        code = 0 if found else 1
    else:
        service = setup.policy.services.get(args.subject or "")
        configured = service.runbooks if service else ()
        code = _answer(args, *index.find(args.alert, args.subject or "", configured), None)
    for problem in index.problems:
        complain(f"warning: {problem}")
    return code


def _answer(args: argparse.Namespace, found: Runbook | None, note: str, incident: Incident | None) -> int:
    if args.json:
        print_json({"runbook": runbook_json(found, incident) if found else None, "note": note})
    elif found is None:
        complain(note)
    else:
        say("\n".join([f"{found.path}: {found.title} ({note})", *step_lines(found, incident)]))
    return 0 if found else 1
