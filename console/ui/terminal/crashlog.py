"""What is left of an unexpected error: one line for the person, a private file for the developer."""

from __future__ import annotations

import os
import platform
import re
import sys
import traceback
from datetime import datetime
from pathlib import Path

import platformdirs

from console import __version__
from console.domain.text import one_line

_KEPT = 10
_SECRET = re.compile(
    r"(?i)\b(authorization|token|password|passwd|secret|api[-_]?key|routing[-_]?key)(['\"]?\s*[=:]\s*['\"]?)"
    r"(?:bearer\s+|basic\s+)?[^\s'\",;)]+"
)
_SCHEME = re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]{6,}")
_CREDENTIALS = re.compile(r"://[^/\s@]+@")


def log_dir() -> Path:
    """Return where crash files go."""
    return platformdirs.user_log_path("oncall")


def redact(text: str) -> str:
    """Return the text with what looks like a secret taken out."""
    return _SCHEME.sub(r"\1 ***", _CREDENTIALS.sub("://***@", _SECRET.sub(r"\1\2***", text)))


def write_crash(error: BaseException, now: datetime, directory: Path | None = None) -> Path | None:
    """Write the traceback, without any local variables, to a file of mode 0600; None where that fails."""
    directory = directory or log_dir()
    lines = traceback.TracebackException.from_exception(error, capture_locals=False).format()
    head = (
        f"oncall {__version__} · Python {platform.python_version()} · {sys.platform} · {now.isoformat()}\n\n"
    )
    path = directory / f"crash-{now:%Y%m%dT%H%M%S}-{os.getpid()}.log"
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(head + redact("".join(lines)))
        for old in sorted(directory.glob("crash-*.log"))[:-_KEPT]:
            old.unlink(missing_ok=True)
    except OSError:
        return None
    return path


def last_line(error: BaseException, path: Path | None) -> str:
    """Return the one line to leave on the terminal."""
    said = one_line(redact(str(error)), 160)
    what = f"{type(error).__name__}: {said}" if said else type(error).__name__
    where = f"details in {path}" if path else "no crash file could be written"
    return f"oncall: stopped by an unexpected error ({what}); {where}"
