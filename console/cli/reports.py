"""``oncall report``: whether it gets better, for a terminal or as a file."""

from __future__ import annotations

import argparse
import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from console.cli.context import opened
from console.cli.output import complain, put, say, width
from console.cli.times import parse_past
from console.cli.tofile import to_file
from console.config.nearest import did_you_mean
from console.desk.measuring import read_report
from console.domain.policy import Policy
from console.domain.reports.report import MOST_WEEKS, Report, Scope
from console.errors import UsageError
from console.outputs.reports.bars import ASCII, BLOCKS, Signs
from console.outputs.reports.document import to_html, to_markdown
from console.outputs.reports.rows import TABLES, to_csv, to_json
from console.outputs.reports.text import definition_lines, to_lines


def report(args: argparse.Namespace) -> int:
    """Print the report, or write it to a file that only its owner may read."""
    if not 1 <= args.weeks <= MOST_WEEKS:
        raise UsageError(f"--weeks: give 1 to {MOST_WEEKS}")
    form = "json" if args.json else args.format or ("csv" if args.table else "text")
    if args.table and form != "csv":
        raise UsageError("--table: only CSV is one table", hint="leave --format out")
    with opened(args) as context:
        policy = context.policy
        _known("team", args.team, policy.teams)
        _known("service", args.service, tuple(policy.services))
        until = None if args.until is None else parse_past(args.until, context.store.now())
        scope = Scope(args.weeks, args.team, args.service, until)
        with _collecting_nothing():
            found = read_report(context.store, policy, scope)
    if args.table == "all":
        _write_tables(args.output, found, policy)
        return 0
    room = None if args.output else width()
    text = _written(found, policy, form, args.table or "weeks", room)
    if args.output and args.output != "-":
        _write(Path(args.output).expanduser(), text)
    elif form == "text":
        say(text.rstrip("\n"))
    else:
        put(text)
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


def _written(found: Report, policy: Policy, form: str, table: str, room: int | None) -> str:
    if form == "md":
        return to_markdown(found, policy)
    if form == "html":
        return to_html(found, policy)
    if form in {"json", "csv"}:
        return to_json(found) if form == "json" else to_csv(found, policy, table)
    lines = [*to_lines(found, policy, _signs(), room), "", "what the numbers mean"]
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


def _write_tables(output: str | None, found: Report, policy: Policy) -> None:
    if not output or output == "-":
        raise UsageError("--table all: these are several files", hint="name a folder for them: -o FOLDER")
    folder = Path(output).expanduser()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{folder}: is no folder ({error.strerror})") from None
    for table in TABLES:
        _write(folder / f"{table}.csv", to_csv(found, policy, table))


def _write(target: Path, text: str) -> None:
    to_file(target, text)
    complain(f"{target}: written")
