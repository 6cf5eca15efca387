"""Copies of fetched pages on this disk, in a folder of the user's own: a runbook is needed when the wiki is down, too."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import stat
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path

MOST_KEPT = 500
"""Copies; those written longest ago go."""
_BIGGEST = 8_000_000  # bytes of a file: a megabyte of text with its signs escaped


@dataclass(frozen=True, slots=True)
class Copy:
    """A page as it was at ``at`` (UTC), and what the server wants to be asked with next time."""

    url: str
    at: datetime
    text: str
    etag: str = ""
    modified: str = ""


class Copies:
    """``write`` writes a file whole, with mode 0600, and makes its folder with 0700."""

    def __init__(self, folder: Path, write: Callable[[Path, str], None]) -> None:
        self._folder, self._write = folder, write

    def read(self, url: str) -> Copy | None:
        """Return the copy of an address, None where there is none that is whole and ours alone."""
        try:
            descriptor = os.open(self._file(url), os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW)
            with os.fdopen(descriptor, "rb") as file:
                status = os.fstat(file.fileno())
                if not stat.S_ISREG(status.st_mode) or status.st_uid != os.getuid() or status.st_mode & 0o077:
                    return None
                said = json.loads(file.read(_BIGGEST))
            copy = Copy(**{**said, "at": datetime.fromisoformat(said["at"])})
        except (OSError, ValueError, TypeError, KeyError):  # ValueError: not JSON, no time
            return None
        return copy if _whole(copy) and copy.url == url else None

    def keep(self, copy: Copy) -> None:
        """Write a copy. Where there is no room or no permission the page is shown all the same."""
        with contextlib.suppress(OSError):
            self._write(self._file(copy.url), json.dumps({**asdict(copy), "at": copy.at.isoformat()}))
            kept = sorted(self._folder.glob("*.json"), key=lambda file: file.stat().st_mtime_ns)
            for old in kept[:-MOST_KEPT]:
                old.unlink(missing_ok=True)

    def checked(self, copy: Copy, at: datetime) -> Copy:
        """Keep and return a copy that was found unchanged at ``at`` (UTC)."""
        fresh = replace(copy, at=at)
        self.keep(fresh)
        return fresh

    def _file(self, url: str) -> Path:
        return self._folder / f"{hashlib.sha256(url.encode()).hexdigest()[:32]}.json"


def _whole(copy: Copy) -> bool:
    texts = (copy.url, copy.text, copy.etag, copy.modified)
    return copy.at.tzinfo is not None and all(isinstance(text, str) for text in texts)
