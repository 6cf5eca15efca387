"""The texts of the runbooks, with what they include in its place, parsed again only where a file has changed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from os import path as paths
from pathlib import Path
from urllib.parse import unquote

from console.domain.runbook import Runbook
from console.library.entries import Entry
from console.library.files import Unreadable, problem_line, stamp_of, text_of
from console.library.includes import Expanded, Piece, expand
from console.library.parse import parse

Entries = Mapping[str, Entry]
"""The files that have been listed, by their whole path."""


@dataclass(frozen=True, slots=True)
class _Parsed:
    """A runbook, and how its file and what it includes stood when it was read; None: what was missing."""

    stamps: tuple[tuple[Path, tuple[int, int] | None], ...]
    runbook: Runbook


class Reading:
    """Keeps what was parsed. Only files that have been listed are read, so no path leads out of the folders."""

    def __init__(self) -> None:
        self._parsed: dict[Path, _Parsed] = {}

    def runbook(self, entry: Entry, entries: Entries) -> Runbook:
        """Return a file's runbook. Raises ``OSError`` and ``Unreadable``."""
        stamp_of(entry.file.stat())
        cached = self._parsed.get(entry.file)
        if cached is None or any(_stamp(file) != stamp for file, stamp in cached.stamps):
            stamps = {entry.file: _stamp(entry.file)}
            text = expanded(entry, entries, stamps).text
            self._parsed[entry.file] = cached = _Parsed(tuple(stamps.items()), parse(text, entry.path))
        return cached.runbook

    def keep(self, files: Collection[Path]) -> None:
        """Forget all others."""
        self._parsed = {file: one for file, one in self._parsed.items() if file in files}


def expanded(
    entry: Entry, entries: Entries, stamps: dict[Path, tuple[int, int] | None] | None = None
) -> Expanded:
    """Return a file's text with its includes; ``stamps`` gets what was read. Raises ``OSError`` and ``Unreadable``."""
    seen = {} if stamps is None else stamps

    def find(above: str, target: str) -> Piece | str:
        inner = beside(entries.get(above, entry), target, entries)
        if inner is None:
            seen[Path(above).parent / target] = None
            return "no such runbook"
        seen[inner.file] = _stamp(inner.file)
        try:
            return Piece(str(inner.file), text_of(inner.file))
        except (OSError, Unreadable) as error:
            return problem_line("", error).removeprefix(": ")

    return expand(text_of(entry.file), str(entry.file), find)


def beside(entry: Entry, target: str, entries: Entries) -> Entry | None:
    """Return the runbook that a path in a runbook names: from its own folder, or from the top of the runbook folder."""
    wanted = unquote(target)
    places = (entry.file.parent, entry.root)
    return next((found for place in places if (found := entries.get(paths.normpath(place / wanted)))), None)


def _stamp(file: Path) -> tuple[int, int] | None:
    """Return what tells a change of a file, None where it is not there or cannot be read."""
    try:
        return stamp_of(file.stat())
    except (OSError, ValueError, Unreadable):  # ValueError: a path with a NUL
        return None
