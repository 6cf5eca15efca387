"""What a file or a folder was when it was read, so that a change of it is noticed later."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

BIGGEST = 4_000_000
"""Bytes that are read of one file; a file that is larger is no config."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """A file's permissions and content, or the files that a folder had; ``path`` is absolute."""

    path: Path
    folder: bool
    seen: str


@dataclass(frozen=True, slots=True)
class Content:
    """A file as it was read: at most ``BIGGEST`` bytes and one more, and its permissions."""

    raw: bytes
    mode: int
    stamp: Stamp


def read_file(path: Path) -> Content:
    """Return a file's content. Raises ``OSError``."""
    with path.open("rb") as file:
        mode = os.fstat(file.fileno()).st_mode & 0o777
        raw = file.read(BIGGEST + 1)
    return Content(raw, mode, Stamp(path.absolute(), folder=False, seen=f"{mode} {short_digest(raw)}"))


def read_folder(folder: Path) -> tuple[tuple[str, ...], Stamp]:
    """Return the names of a folder's ``*.toml`` files in their order. Raises ``OSError``.

    Hidden ones do not count: editors keep copies and locks under such names.
    """
    names = tuple(
        sorted(
            entry.name
            for entry in folder.iterdir()
            if entry.suffix == ".toml" and not entry.name.startswith(".") and not entry.is_dir()
        )
    )
    return names, Stamp(folder.absolute(), folder=True, seen=short_digest("\0".join(names).encode()))


def unchanged(stamp: Stamp) -> bool:
    """Return whether a file or folder is still what it was."""
    try:
        now = read_folder(stamp.path)[1] if stamp.folder else read_file(stamp.path).stamp
    except OSError:
        return False
    return now == stamp


def short_digest(data: bytes) -> str:
    """Return a fingerprint that no accident makes twice."""
    return hashlib.sha256(data).hexdigest()[:24]
