"""Full-text search over the runbooks: every word must occur; names count most, headings more than text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from console.domain.text import one_line
from console.library.entries import Entry
from console.library.files import Unreadable, text_of
from console.library.index import Index
from console.library.sections import headings_of
from console.ports.books import Hit

MOST = 20
"""Results that are told."""
MOST_WORDS = 12
_WORDS = re.compile(r'"([^"]*)"|(\S+)')
_NAME, _HEADING = 100, 10
_MOST_TIMES = 5
_COUNTED = 200
"""Candidates in which the words are counted: counting in all of them takes longer than finding them."""
PIECE = 25
"""Files that are read at once while nobody waits: some milliseconds."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """A file in memory, folded: its names and headings, and all of its text."""

    stamp: tuple[int, int]
    names: str
    headings: str
    text: str


class Search:
    """Keeps the runbooks' texts in memory, from ``warm`` or the first search on. One thread at a time, like the index."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._texts: dict[str, _Kept] = {}  # by path
        self._warmed = 0

    def find(self, words: str, most: int = MOST) -> tuple[Hit, ...]:
        """Return what all the words occur in, best first; ``"two words"`` in quotes stand together."""
        wanted = words_of(words)
        if not wanted:
            return ()
        left = [(entry, self._texts[entry.path]) for entry in self._fresh()]
        for word in wanted:  # what lacks one word is not looked through for the next
            left = [one for one in left if word in one[1].text or word in one[1].names]
        found = [(_rank(wanted, kept), entry) for entry, kept in left]
        found.sort(key=lambda one: -one[0])  # stable: by path among equals
        likely = [(rank + self._times(wanted, entry), entry) for rank, entry in found[:_COUNTED]]
        likely.sort(key=lambda one: -one[0])
        return tuple(_hit(entry, wanted) for _, entry in likely[:most])

    def _times(self, wanted: tuple[str, ...], entry: Entry) -> int:
        text = self._texts[entry.path].text
        return sum(min(text.count(word), _MOST_TIMES) for word in wanted)

    def warm(self, most: int = PIECE) -> bool:
        """Read the texts of some more files; return whether there are others. The folders are not listed again.

        So the first search finds all texts in memory, and nobody waits while they are read.
        """
        piece = self._index.listed[self._warmed : self._warmed + most]
        self._warmed += most
        for _ in self._read(piece):
            pass
        return self._warmed < len(self._index.listed)

    def _fresh(self) -> tuple[Entry, ...]:
        """Return the entries whose texts are at hand, read again where they have changed."""
        entries = tuple(self._read(self._index.entries()))
        self._texts = {entry.path: self._texts[entry.path] for entry in entries}
        return entries

    def _read(self, entries: tuple[Entry, ...]) -> Iterator[Entry]:
        for entry in entries:
            kept = self._texts.get(entry.path)
            if kept is None or kept.stamp != entry.stamp:
                try:
                    text = text_of(entry.file).casefold()
                except (OSError, Unreadable):
                    continue  # the index says what is wrong with it
                head = entry.head
                names = " ".join((entry.path, head.title, *head.alerts, *head.services)).casefold()
                headings = "\n".join(line for line in text.split("\n") if line.startswith("#"))
                self._texts[entry.path] = _Kept(entry.stamp, names, headings, text)
            yield entry


def _rank(wanted: tuple[str, ...], kept: _Kept) -> int:
    rank = 0
    for word in wanted:  # thousands of texts for each letter that is typed: no generator for each
        rank += _NAME * (word in kept.names) + _HEADING * (word in kept.headings)
    return rank


def words_of(asked: str) -> tuple[str, ...]:
    """Return the words and quoted phrases that are asked for, in the form in which they are compared."""
    found = (phrase or word.strip('"') for phrase, word in _WORDS.findall(asked.casefold()[:1_000]))
    return tuple(dict.fromkeys(word for word in found if word.strip()))[:MOST_WORDS]


def _hit(entry: Entry, wanted: tuple[str, ...]) -> Hit:
    """Return a result with the line in which most of the words stand."""
    try:
        lines = text_of(entry.file).splitlines()
    except (OSError, Unreadable):
        lines = []
    best, most = -1, 0
    for n, line in enumerate(lines):
        folded = line.casefold()
        times = sum(word in folded for word in wanted)
        if times > most:
            best, most = n, times
    above = [heading.text for heading in headings_of("\n".join(lines[: best + 1]))] if best >= 0 else []
    return Hit(
        one_line(entry.path),
        entry.head.title,
        one_line(above[-1], 200) if above else "",
        one_line(lines[best].strip(), 200) if best >= 0 else "",
    )
