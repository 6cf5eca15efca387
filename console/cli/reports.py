"""``oncall report``: whether it gets better, for a terminal or as a file."""

from __future__ import annotations

import argparse
import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from console.cli.context import opened
from console.cli.output import complain, say
from console.cli.times import parse_past
from console.config.files import write_whole
from console.config.nearest import did_you_mean
from console.desk.measuring import read_report
from console.domain.policy import Policy
from console.domain.reports.report import MOST_WEEKS, Report, Scope
from console.errors import UsageError
from console.outputs.reports.bars import ASCII, BLOCKS, Signs
from console.outputs.reports.document import to_html, to_markdown
from console.outputs.reports.rows import to_csv, to_json
from console.outputs.reports.text import definition_lines, to_lines


def report(args: argparse.Namespace) -> int:
    """Print the report, or write it to a file that only its owner may read."""
    if not 1 <= args.weeks <= MOST_WEEKS:
        raise UsageError(f"--weeks: give 1 to {MOST_WEEKS}")
    with opened(args) as context:
        policy = context.policy
        _known("team", args.team, policy.teams)
        _known("service", args.service, tuple(policy.services))
        until = parse_past(args.until, context.store.now()) if args.until else None
        scope = Scope(args.weeks, args.team, args.service, until)
        with _collecting_nothing():
            found = read_report(context.store, policy, scope)
    form = "json" if args.json else args.format
    if args.output and args.output != "-":
        _write(args.output, _written(found, policy, form))
    elif form == "text":
        say(_written(found, policy, form).rstrip("\n"))
    else:
        sys.stdout.write(_written(found, policy, form))
    return 0


@contextmanager
def _collecting_nothing() -> Iterator[None]:
    """Spare the search for garbage: a report makes tens of thousands of records and drops none of them."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _written(found: Report, policy: Policy, form: str) -> str:
    if form == "md":
        return to_markdown(found, policy)
    if form == "html":
        return to_html(found, policy)
    if form in {"json", "csv"}:
        return to_json(found) if form == "json" else to_csv(found)
    lines = [*to_lines(found, policy, _signs()), "", "what the numbers mean"]
    return "\n".join([*lines, *(f"  {line}" for line in definition_lines())]) + "\n"


def _signs() -> Signs:
    """Return blocks where they can be shown, ASCII elsewhere."""
    try:
        (BLOCKS.full + BLOCKS.parts + BLOCKS.target + BLOCKS.sparks).encode(sys.stdout.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return ASCII
    return BLOCKS


def _known(what: str, name: str, names: tuple[str, ...]) -> None:
    if name and names and name not in names:
        raise UsageError(f'--{what}: there is no {what} "{name}"{did_you_mean(name, names)}')


def _write(output: str, text: str) -> None:
    target = Path(output).expanduser()
    try:
        write_whole(target, text, overwrite=True)
    except OSError as error:
        raise UsageError(f"{target}: cannot be written ({error.strerror})") from None
    complain(f"{target}: written")
