"""On which line of a TOML text each key stands, so that a complaint can name it.

``tomllib`` does not say. The text has been parsed by it before, so this scanner may rely on the
text being valid and only follows its shape: headers, dotted keys, inline tables, arrays, strings.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from typing import TypeVar

T = TypeVar("T")

Path = tuple[str | int, ...]
"""A key's place: table and key names, and positions (from 0) in arrays."""

_BLANK = re.compile(r"[ \t]*")
_SKIP = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_STRING = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}'
    r"|'''.*?'{3,5}"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'",
    re.DOTALL,
)
_SCALAR = re.compile(r"[^\s,\]}#]+(?: [0-9][^\s,\]}#]*)?")  # a date and its time may have a blank between


def lines_of(text: str) -> dict[Path, int]:
    """Return the line (from 1) of every table, key and array element of a valid TOML text."""
    return _Scanner(text).lines


def written_at(known: Mapping[Path, T], path: Path) -> T | None:
    """Return what is known (a line) of a path, or of the nearest table or key around it that is written down."""
    for end in range(len(path), 0, -1):
        if path[:end] in known:
            return known[path[:end]]
    return None


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.counted, self.line = 0, 1
        self.lines: dict[Path, int] = {}
        self.lengths: dict[Path, int] = {}  # arrays of tables: how many elements so far
        table: Path = ()
        while self._skip(_SKIP) < len(text):
            if text[self.at] == "[":
                table = self._header()
            else:
                self._pair(table)

    def _skip(self, pattern: re.Pattern[str]) -> int:
        match = pattern.match(self.text, self.at)
        if match is None:
            raise ValueError("not a TOML text that tomllib accepts")  # a bug here, never the user's fault
        self.at = match.end()
        return self.at

    def _note(self, path: Path) -> None:
        """Write down the current line for a path, unless an earlier line made it known."""
        self.line += self.text.count("\n", self.counted, self.at)
        self.counted = self.at
        self.lines.setdefault(path, self.line)

    def _header(self) -> Path:
        start = self.at
        double = self.text.startswith("[[", start)
        self.at += 2 if double else 1
        keys = self._key()
        path: Path = ()
        for key in keys[:-1] if double else keys:
            path = (*path, key)
            if path in self.lengths:  # [fruit.taste] after [[fruit]] belongs to the last fruit
                path = (*path, self.lengths[path] - 1)
            self._note(path)
        if double:
            path = (*path, keys[-1])
            self._note(path)
            self.lengths[path] = self.lengths.get(path, 0) + 1
            path = (*path, self.lengths[path] - 1)
            self._note(path)
        self._skip(_BLANK)
        self.at += 2 if double else 1
        return path

    def _key(self) -> tuple[str, ...]:
        """Read a dotted key and the blanks around it."""
        parts: list[str] = []
        while True:
            self._skip(_BLANK)
            start = self.at
            if self.text[start] in "\"'":
                part = tomllib.loads(f"v = {self.text[start : self._skip(_STRING)]}")["v"]
            else:
                part = self.text[start : self._skip(_BARE)]
            parts.append(part)
            self._skip(_BLANK)
            if not self.text.startswith(".", self.at):
                return tuple(parts)
            self.at += 1

    def _pair(self, table: Path) -> None:
        self._skip(_SKIP)
        keys = self._key()
        for end in range(1, len(keys) + 1):
            self._note((*table, *keys[:end]))
        self.at += 1  # the equals sign
        self._skip(_SKIP)
        self._value((*table, *keys))

    def _value(self, path: Path) -> None:
        first = self.text[self.at]
        if first == "[":
            self._list(path, "]")
        elif first == "{":
            self._list(path, "}")
        else:
            self._skip(_STRING if first in "\"'" else _SCALAR)

    def _list(self, path: Path, closing: str) -> None:
        """Read an array or an inline table."""
        self.at += 1
        index = 0
        while True:
            self._skip(_SKIP)
            if self.text[self.at] == closing:
                self.at += 1
                return
            if self.text[self.at] == ",":
                self.at += 1
            elif closing == "}":
                self._pair(path)
            else:
                self._note((*path, index))
                self._value((*path, index))
                index += 1
