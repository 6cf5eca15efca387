from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from console.clock import SystemClock, local_zone, ticks, to_millis

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
