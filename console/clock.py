"""The only place that reads a clock. Everything else takes the time as an argument."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


class Clock(Protocol):
    """Tells the time; stores and engines are given one so that tests can hold it still."""

    def now(self) -> datetime:
        """Return the current instant, timezone-aware UTC, cut to milliseconds."""
        ...


def to_millis(moment: datetime) -> datetime:
    """Return the instant cut (not rounded) to whole milliseconds, the store's resolution."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


class SystemClock:
    """This machine's wall clock."""

    def now(self) -> datetime:
        """Return the current instant in UTC, cut to milliseconds."""
        return to_millis(datetime.now(UTC))


def _never_jumping() -> Callable[[], float]:
    """Return the system's clock for spans; Linux's monotonic one stands still while the machine is suspended."""
    boottime: int | None = getattr(time, "CLOCK_BOOTTIME", None)
    if boottime is None:
        return time.monotonic
    try:
        time.clock_gettime(boottime)
    except OSError:
        return time.monotonic
    return lambda: time.clock_gettime(boottime)


_read_ticks = _never_jumping()


def ticks() -> float:
    """Return seconds on a clock that never jumps, for measuring spans within one process.

    Where the system has such a clock, the time that the machine was suspended counts too.
    """
    return _read_ticks()


_LOCALTIME = Path("/etc/localtime")


def local_zone(localtime: Path = _LOCALTIME) -> tzinfo:
    """Return this machine's time zone, with its rules for summer time: ``$TZ``, ``/etc/localtime``, else UTC."""
    linked = str(localtime.resolve()).partition("zoneinfo/")[2]
    for name in (os.environ.get("TZ", "").removeprefix(":"), linked):
        try:
            if name:
                return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):  # a path, or rules written out: "CET-1CEST"
            continue
    try:
        with localtime.open("rb") as file:
            return ZoneInfo.from_file(file)
    except (OSError, ValueError):
        return UTC
