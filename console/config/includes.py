"""Reading a config file and the files that it includes, each with the lines its keys stand on.

::

    include = ["team.toml", "team.d"]     # before the first [section]

A file, or a folder of which every ``*.toml`` counts in the order of names; relative to the file
that includes it. Included files may include others; a file that is included twice counts once.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from console.config.lines import Path as Key
from console.config.lines import lines_of
from console.config.stamps import BIGGEST, Stamp, read_file, read_folder
from console.domain.text import one_line
from console.errors import ConfigError

KEY = "include"
MOST_FILES = 100
DEEPEST = 10
"""How many files may include one another in a row."""


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a config. ``mode`` is its permissions; None for a text that is in no file yet."""

    path: Path
    data: Mapping[str, Any]
    lines: Mapping[Key, int]
    mode: int | None


@dataclass(slots=True)
class Parts:
    """A config's files: the including one before those it includes."""

    parts: list[Part] = field(default_factory=list)
    stamps: list[Stamp] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def read(path: Path, text: str | None = None) -> Parts:
    """Return a config file and all that it includes. Raises ``ConfigError`` for what cannot be read.

    ``text`` is read as if it stood in ``path``.
    """
    found = Parts()
    _Reader(found).read(path, text)
    return found


class _Reader:
    def __init__(self, found: Parts) -> None:
        self._found = found
        self._trail: list[Path] = []  # the files that are being read, each included by the one before
        self._known: set[Path] = set()
        self._size = 0

    def read(self, path: Path, text: str | None = None) -> None:
        mode = None
        if text is None:
            text, mode = self._text(path)
        data = _toml(text, path)
        part = Part(path, data, lines_of(text), mode)
        self._found.parts.append(part)
        self._known.add(path.resolve())
        self._trail.append(path)
        for number, name in enumerate(_names(part)):
            self._include(part, number, name)
        self._trail.pop()

    def _text(self, path: Path) -> tuple[str, int]:
        try:
            content = read_file(path)
        except OSError as error:
            raise ConfigError(f"{path}: cannot be read ({error.strerror})") from None
        self._found.stamps.append(content.stamp)
        raw = content.raw
        self._size += len(raw)
        if self._size > BIGGEST:
            raise ConfigError(f"{path}: is larger than {BIGGEST // 1_000_000} MB; is it the config?")
        try:
            return raw.decode("utf-8-sig").replace("\r\n", "\n"), content.mode
        except UnicodeDecodeError as error:
            line = raw.count(b"\n", 0, error.start) + 1
            raise ConfigError(f"{path}:{line}: is not UTF-8 text") from None

    def _include(self, part: Part, number: int, name: str) -> None:
        def wrong(text: str) -> ConfigError:
            return _wrong(part, (KEY, number), text)

        for path in self._files(part, number, name):
            if path.resolve() in {file.resolve() for file in self._trail}:
                raise wrong(f"{path} is being read already: it includes itself, directly or through others")
            if path.resolve() in self._known:
                continue
            if len(self._trail) > DEEPEST:
                raise wrong(f"more than {DEEPEST} files include one another in a row")
            if len(self._found.parts) >= MOST_FILES:
                raise wrong(f"more than {MOST_FILES} files")
            self.read(path)

    def _files(self, part: Part, number: int, name: str) -> Iterator[Path]:
        path = _beside(part.path, name)
        try:
            if path.is_file():
                yield path
                return
            names, stamp = read_folder(path)
        except (OSError, ValueError) as error:
            why = (error.strerror if isinstance(error, OSError) else None) or "cannot be used"
            raise _wrong(part, (KEY, number), f"{path}: {why}") from None
        self._found.stamps.append(stamp)
        if not names:
            self._found.warnings.append(_said(part, (KEY, number), f"{path} has no *.toml file"))
        yield from (path / file for file in names)


def _beside(file: Path, name: str) -> Path:
    """Return what a name means in a file; a link stands for the file that it leads to."""
    folder = file.resolve().parent if file.is_symlink() else file.parent
    try:
        return folder / Path(name).expanduser()
    except RuntimeError:  # ~somebody whom this machine does not know
        return folder / name


def _names(part: Part) -> list[str]:
    names = part.data.get(KEY, [])
    if not isinstance(names, list):
        raise _wrong(part, (KEY,), "must be a list in [ ]")
    for number, name in enumerate(names):
        if not isinstance(name, str) or not name.strip():
            raise _wrong(part, (KEY, number), "must be a file or folder in quotes")
    return names


def _said(part: Part, key: Key, text: str) -> str:
    line = part.lines.get(key, part.lines.get(key[:1], 0))
    return one_line(f"{part.path}:{line}: {KEY}: {text}", 400)


def _wrong(part: Part, key: Key, text: str) -> ConfigError:
    return ConfigError(_said(part, key, text))


def _toml(text: str, path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = str(error)
        found = re.search(r" \(at line (\d+), column (\d+)\)$", message)
        if found is None:  # "(at end of document)"
            line, what = text.rstrip("\n").count("\n") + 1, message
        else:
            line, what = int(found[1]), f"{message[: found.start()]} (column {found[2]})"
        raise ConfigError(f"{path}:{line}: not valid TOML: {what}") from None
    except RecursionError:
        raise ConfigError(f"{path}: not valid TOML: nested too deeply") from None
