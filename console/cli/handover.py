"""``oncall handover``: the document of a shift, also while the console runs."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from console import bootstrap
from console.cli.context import opened
from console.cli.output import complain, say
from console.cli.times import parse_when
from console.config.files import write_whole
from console.domain.handover import build
from console.errors import UsageError
from console.outputs.gather import Asked, gather
from console.outputs.handover import to_json, to_markdown


def handover(args: argparse.Namespace) -> int:
    """Print the handover, or write it to a file that only its owner may read."""
    with opened(args) as context:
        now = context.store.now()
        asked = Asked(
            team=args.team or "",
            start=parse_when(args.start, now) if args.start else None,
            end=parse_when(args.end, now) if args.end else None,
        )
        sources = bootstrap.known_sources(context.setup, context.store.engine())
        document = build(gather(context.store, context.policy, context.me, asked, sources))
    text = to_json(document) if args.json or args.format == "json" else to_markdown(document)
    if not args.output or args.output == "-":
        if args.json or args.format == "json":
            sys.stdout.write(text)
        else:
            say(text.rstrip("\n"))
        return 0
    target = Path(args.output).expanduser()
    try:
        write_whole(target, text, overwrite=True)
    except OSError as error:
        raise UsageError(f"{target}: cannot be written ({error.strerror})") from None
    complain(f"{target}: written")
    return 0
