from __future__ import annotations

import shutil
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from console.clock import SystemClock, _never_jumping, local_zone, ticks, to_millis

JANUARY, JULY = datetime(2026, 1, 5, tzinfo=UTC), datetime(2026, 7, 6, tzinfo=UTC)


def offsets(localtime: Path) -> tuple[timedelta | None, timedelta | None]:
    zone = local_zone(localtime)
    return JANUARY.astimezone(zone).utcoffset(), JULY.astimezone(zone).utcoffset()


def test_the_zone_has_its_rules_for_summer_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    none = tmp_path / "none"
    monkeypatch.setenv("TZ", "Europe/Berlin")
    assert offsets(none) == (timedelta(hours=1), timedelta(hours=2))
    for unusable in ("", "no/such", "../../etc/passwd", "CET-1CEST"):
        monkeypatch.setenv("TZ", unusable)
        assert offsets(none) == (timedelta(0), timedelta(0))


def test_the_machine_s_own_file_counts_where_tz_says_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TZ", raising=False)
    source = Path("/usr/share/zoneinfo/Asia/Jakarta")
    if not source.exists():
        pytest.skip("this machine has no time zone files")
    copied, linked = tmp_path / "copied", tmp_path / "linked"
    shutil.copyfile(source, copied)
    linked.symlink_to(source)
    assert offsets(copied) == offsets(linked) == (timedelta(hours=7), timedelta(hours=7))
    copied.write_bytes(b"rubbish")
    assert offsets(copied) == (timedelta(0), timedelta(0))


def test_instants_are_cut_to_milliseconds() -> None:
    assert to_millis(JANUARY.replace(microsecond=999_999)).microsecond == 999_000
    now = SystemClock().now()
    assert now.tzinfo is UTC
    assert now.microsecond % 1000 == 0
    assert ticks() <= ticks()


@pytest.mark.skipif(not hasattr(time, "CLOCK_BOOTTIME"), reason="only Linux has a clock that counts sleep")
def test_time_that_the_machine_slept_counts() -> None:
    """``CLOCK_MONOTONIC`` stands still while the machine is suspended; a countdown must not."""
    before = time.clock_gettime(time.CLOCK_BOOTTIME)
    read = ticks()
    assert before <= read <= time.clock_gettime(time.CLOCK_BOOTTIME)


def test_a_system_without_such_a_clock_has_the_ordinary_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(time, "CLOCK_BOOTTIME", raising=False)
    assert _never_jumping() is time.monotonic
    monkeypatch.setattr(time, "CLOCK_BOOTTIME", 9999, raising=False)  # a sandbox may refuse it
    assert _never_jumping() is time.monotonic


def test_a_suspended_machine_counts_on(monkeypatch: pytest.MonkeyPatch) -> None:
    slept = 0.0
    monkeypatch.setattr(time, "CLOCK_BOOTTIME", 7, raising=False)
    monkeypatch.setattr(time, "clock_gettime", lambda clock: 100.0 + slept if clock == 7 else 100.0)
    read = _never_jumping()
    before = read()
    slept = 3600.0
    assert read() - before == 3600.0
