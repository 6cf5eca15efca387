"""The files of the runbook folders: which there are, whether they have changed, their text. Nothing outside is read."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from console.domain.text import one_line
from console.library.parse import MAX_BYTES

_ENDINGS = (".md", ".markdown")
_SKIPPED = {"node_modules", "venv", "__pycache__"}


class Unreadable(Exception):  # noqa: N818 - it is an answer about a file, told to the user as a problem
    """A file that cannot be a runbook, and why."""


def files_below(place: Path, problems: list[str]) -> Iterator[tuple[str, str, os.stat_result | OSError]]:
    """Yield the Markdown files of a folder, or one file: path in the folder, whole path, what the system says of it.

    Links to folders and hidden ones are left out. A link to a file counts where that lies in the
    same folder: a runbook folder is often somebody else's checkout, and must not show what else
    this machine has.
    """
    if place.is_file():
        yield place.name, str(place), place.stat()
    elif not place.is_dir():
        problems.append(f"{place}: no such folder")
    else:
        yield from _below(str(place), "", place.resolve(), problems)


def _below(
    folder: str, above: str, inside: Path, problems: list[str]
) -> Iterator[tuple[str, str, os.stat_result | OSError]]:
    try:
        with os.scandir(folder) as listing:
            entries = sorted(listing, key=lambda entry: entry.name)
    except OSError as error:
        problems.append(problem_line("", error))
        return
    for entry in entries:
        path = above + entry.name
        if entry.name.startswith("."):
            continue
        if entry.is_dir(follow_symlinks=False):
            if entry.name not in _SKIPPED:
                yield from _below(entry.path, f"{path}/", inside, problems)
        elif entry.name.lower().endswith(_ENDINGS):
            if entry.is_symlink() and not Path(entry.path).resolve().is_relative_to(inside):
                problems.append(one_line(f"{path}: a link that leads out of the folder"))
                continue
            try:
                yield path, entry.path, entry.stat()
            except OSError as error:
                yield path, entry.path, error


def stamp_of(status: os.stat_result) -> tuple[int, int]:
    """Return what tells a change of a file: mtime in ns and size. Raises ``Unreadable``."""
    if not stat.S_ISREG(status.st_mode):
        raise Unreadable("not a regular file")
    if status.st_size > MAX_BYTES:
        raise Unreadable(f"larger than {MAX_BYTES // 1_000_000} MB")
    return status.st_mtime_ns, status.st_size


def text_of(file: Path) -> str:
    """Return a file's text. Raises ``OSError``, and ``Unreadable`` where it is not UTF-8 text."""
    # What has become a pipe since it was listed keeps nobody waiting.
    descriptor = os.open(file, os.O_RDONLY | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as opened:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise Unreadable("not a regular file")
        raw = opened.read(MAX_BYTES + 1)
    if b"\0" in raw:
        raise Unreadable("not a text file")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable(f"not UTF-8 text (byte {error.start})") from None


def problem_line(path: str, error: Exception) -> str:
    """Return one line about a file that cannot be used."""
    if isinstance(error, OSError):
        return one_line(f"{path or error.filename}: {(error.strerror or str(error)).lower()}")
    return one_line(f"{path}: {error}")
