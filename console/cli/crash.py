"""A bug in the product: one line for the user, the rest in a log that only they can read."""

from __future__ import annotations

import os
import sys
import traceback
from pathlib import Path

import platformdirs

from console import __version__
from console.cli.output import complain

FAILED = 1


def report(error: Exception) -> int:
    """Write the traceback, without the values of variables, to a 0600 file; say so; return the exit code."""
    what = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    try:
        complain(f"internal error: {what} (details in {write(error)})")
    except OSError as failed:
        complain(f"internal error: {what} (no details: {failed.strerror})")
    return FAILED


def write(error: Exception, folder: Path | None = None) -> Path:
    """Write the log and return its path. Raises ``OSError``."""
    folder = folder or Path(platformdirs.user_log_dir("oncall", appauthor=False))
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"crash-{os.getpid()}.log"
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as file:
        file.write(f"oncall {__version__}, Python {sys.version.split()[0]}, {sys.platform}\n")
        file.write("".join(traceback.format_exception(error)))
    return path
