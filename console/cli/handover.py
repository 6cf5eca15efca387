"""``oncall handover``: the document of a shift, also while the console runs."""

from __future__ import annotations

import argparse
from pathlib import Path

from console import bootstrap
from console.cli.context import Context, opened
from console.cli.output import complain, put, say
from console.cli.times import parse_when
from console.cli.tofile import to_file
from console.domain.handover import build
from console.domain.handover_document import Handover
from console.domain.team.handovers import Stage
from console.errors import UsageError
from console.outputs.gather import Asked, gather, whose
from console.outputs.handover import to_html, to_json, to_markdown
from console.ports.handover import HandoverView

WRITERS = {"md": to_markdown, "html": to_html, "json": to_json}


def handover(args: argparse.Namespace) -> int:
    """Print the handover, or write it to a file that only its owner may read."""
    with opened(args) as context:
        view = None if args.start or args.end else current(context, args.team, args.role)
        document = view.document if view is not None else _of_span(args, context)
    for line in said(view) if view is not None else ():
        complain(line)
    return put_out(args, document)


def current(context: Context, team: str, role: str = "") -> HandoverView | None:
    """Return the handover that concerns the person now; None where nobody holds a role that was not named."""
    try:
        return bootstrap.make_sheets(context.setup, context.store, context.me).look(team=team, role=role)
    except UsageError:
        if role:
            raise
        return None


def said(view: HandoverView) -> tuple[str, ...]:
    """Return what to know beside the document: how far it is, and what has changed since it was offered."""
    if view.handing.stage is Stage.DRAFT:
        return ()
    reason = f": {view.handing.answer}" if view.handing.stage is Stage.RETURNED else ""
    return (
        f"this handover is {view.handing.stage}{reason}",
        *(f"since it was offered: {one}" for one in view.since),
    )


def put_out(args: argparse.Namespace, document: Handover) -> int:
    """Write a document in the form that was asked for, to stdout or to a file."""
    form = "json" if args.json else args.format
    text = WRITERS[form](document)
    if not args.output or args.output == "-":
        if form == "md":
            say(text.rstrip("\n"))
        else:
            put(text)
        return 0
    target = Path(args.output).expanduser()
    to_file(target, text)
    complain(f"{target}: written")
    return 0


def _of_span(args: argparse.Namespace, context: Context) -> Handover:
    now = context.store.now()
    asked = Asked(
        team=whose(context.policy, context.me, args.team, now)[0] if args.role else args.team,
        role=args.role,
        start=parse_when(args.start, now) if args.start else None,
        end=parse_when(args.end, now) if args.end else None,
    )
    sources = bootstrap.known_sources(context.setup, context.store.engine())
    return build(gather(context.store, context.policy, context.me, asked, sources))
