"""What commands print: text without control codes, tables that fit, one JSON document."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from console.cli.writingout import writing_out
from console.domain.cells import cells, fitted
from console.domain.text import multi_line, one_line
from console.outputs import values

_EVERYTHING = 10_000_000


def say(text: str) -> None:
    """Print text for a person. Line ends are the only control codes that get through."""
    with writing_out():
        print(multi_line(text, limit=_EVERYTHING, lines=_EVERYTHING))


def put(text: str) -> None:
    """Write a document to stdout as it is: its own writer took care of control codes."""
    with writing_out():
        sys.stdout.write(text)


def put_bytes(data: bytes) -> None:
    """Write a file's content to stdout, after what was printed before."""
    with writing_out():
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()


def complain(text: str) -> None:
    """Print on stderr, one line for each line of the text; where that fails, nobody can be told."""
    with suppress(OSError):
        for line in text.splitlines():
            print(one_line(line, 1000), file=sys.stderr)


def print_json(value: Any) -> None:
    """Print one JSON document in plain ASCII, so that it reads the same everywhere; in lines for a person."""
    with writing_out():
        print(json.dumps(value, indent=2 if sys.stdout.isatty() else None))


def stamp(moment: datetime | None) -> str | None:
    """Return an instant as JSON says it: ISO 8601 in UTC with ``Z``, milliseconds where there are any."""
    return values.stamp(moment) if moment else None


def width() -> int | None:
    """Return how wide a line may be; None where nobody looks at the width (a pipe, a file)."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def table(rows: Iterable[Sequence[str]], heads: Sequence[str], room: int | None, stretch: int) -> str:
    """Return aligned columns, two blanks apart.

    Where the rows are wider than ``room`` cells, column ``stretch`` gives way, then whole lines are cut.
    """
    lines = [tuple(heads), *(tuple(one_line(cell) for cell in row) for row in rows)]
    wide = [max(cells(line[column]) for line in lines) for column in range(len(heads))]
    if room is not None:
        excess = sum(wide) + 2 * (len(wide) - 1) - room
        wide[stretch] = max(8, wide[stretch] - max(0, excess))
    shown = []
    for line in lines:
        text = "  ".join(fitted(cell, size) for cell, size in zip(line, wide, strict=True)).rstrip()
        shown.append(text if room is None or cells(text) <= room else fitted(text, room))
    return "\n".join(shown)
