"""A folder for a console that is not for real: nobody else may enter it, and it is gone afterwards."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType


@contextmanager
def private_folder(prefix: str) -> Iterator[Path]:
    """Make a folder that only we may enter, and remove it however we end; after a SIGKILL the next one does."""
    _remove_left_behind(prefix)
    folder = Path(tempfile.mkdtemp(prefix=f"{prefix}{os.getpid()}-"))  # made with mode 0700
    previous = {number: signal.signal(number, _leave) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield folder
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
        shutil.rmtree(folder, ignore_errors=True)


def _remove_left_behind(prefix: str) -> None:
    """Remove such folders of ours whose process is gone."""
    for folder in Path(tempfile.gettempdir()).glob(f"{prefix}*"):
        pid = folder.name.removeprefix(prefix).partition("-")[0]
        try:
            os.kill(int(pid), 0)
        except ProcessLookupError:
            shutil.rmtree(folder, ignore_errors=True)
        except (ValueError, OSError, OverflowError):  # not ours, or still there
            continue


def _leave(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + number)
