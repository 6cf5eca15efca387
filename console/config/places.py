"""In which file, and on which line of it, each key of a config stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from console.config.lines import Path as Key
from console.config.lines import written_at


@dataclass(frozen=True, slots=True)
class Place:
    """A line of a file; 0 where the line is not known."""

    file: Path
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.line else str(self.file)


class Places:
    """The places of all keys of a config, which begins with the file ``first``."""

    def __init__(self, first: Path) -> None:
        self._first = first
        self._known: dict[Key, Place] = {}
        self._shifts: dict[Path, Mapping[str, int]] = {}  # by file, in the order of reading

    def add(self, file: Path, lines: Mapping[Key, int], shifts: Mapping[str, int]) -> None:
        """Add a file. ``shifts``: how many tables of each list of tables the earlier files have.

        What an earlier file says as well keeps that file's place.
        """
        self._shifts[file] = shifts
        for key, line in lines.items():
            self._known.setdefault(_shifted(key, shifts), Place(file, line))

    def at(self, key: Key) -> Place:
        """Return the place of a key, or of the nearest table or key around it that is written down."""
        return written_at(self._known, key) or Place(self._first, 0)

    def order(self, key: Key) -> tuple[int, int]:
        """Return what sorts keys by file, in the order of reading, and line."""
        place = self.at(key)
        return list(self._shifts).index(place.file), place.line

    def number(self, section: str, index: int) -> int:
        """Return which table of its file, counted from 1, one of a list of tables is."""
        return index - self._shifts[self.at((section, index)).file].get(section, 0) + 1

    def folder(self, key: Key) -> Path:
        """Return the folder that relative paths at a key are relative to: that of the file it stands in."""
        return self.at(key).file.resolve().parent

    def below(self, section: str) -> Iterator[tuple[Key, Place]]:
        """Yield all keys of a section with their places."""
        return ((key, place) for key, place in self._known.items() if key[0] == section)


def _shifted(key: Key, shifts: Mapping[str, int]) -> Key:
    """Return a file's key as a key of the whole config."""
    if len(key) < 2 or not isinstance(key[0], str) or not isinstance(key[1], int):
        return key
    return (key[0], key[1] + shifts.get(key[0], 0), *key[2:])
