from __future__ import annotations

import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from console.ui.terminal.crashlog import last_line, log_dir, redact, write_crash

NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


def fail(password: str) -> None:
    raise ValueError(
        f"no answer from https://asha:{password}@pager.example/v2 token={password}\nsecond\x1b[2J"
    )


def crash() -> Exception:
    try:
        fail("hunter2")
    except ValueError as error:
        return error
    raise AssertionError


def test_the_file_is_private_and_tells_no_secrets(tmp_path: Path) -> None:
    path = write_crash(crash(), NOW, tmp_path / "new" / "log")
    assert path is not None
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    text = path.read_text(encoding="utf-8")
    assert "Traceback" in text
    assert "test_crashlog.py" in text
    assert "ValueError" in text
    assert "https://***@pager.example" in text
    assert "password = 'hunter2'" not in text  # local variables are not shown
    assert "@pager.example/v2 token=***" in text


def test_the_line_is_one_line(tmp_path: Path) -> None:
    line = last_line(crash(), tmp_path / "crash.log")
    assert line.startswith(
        "oncall: stopped by an unexpected error (ValueError: no answer from https://***@pager"
    )
    assert line.endswith(f"details in {tmp_path / 'crash.log'}")
    assert line.isprintable()
    assert "hunter2" not in line
    assert last_line(KeyError(), None).endswith("(KeyError); no crash file could be written")


def test_a_directory_that_cannot_be_written_is_no_second_crash(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert write_crash(crash(), NOW, tmp_path / "file" / "log") is None


def test_only_the_newest_are_kept(tmp_path: Path) -> None:
    for minute in range(15):
        assert write_crash(crash(), NOW.replace(minute=minute), tmp_path)
    kept = sorted(path.name for path in tmp_path.iterdir())
    assert len(kept) == 10
    assert kept[0].startswith("crash-20260105T0905")


def test_the_platform_says_where() -> None:
    assert "oncall" in str(log_dir())


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Authorization: Bearer abc.def", "Authorization: ***"),
        ('{"api_key": "s3cret"}', '{"api_key": "***"}'),
        ("postgresql://me:pw@db/oncall", "postgresql://***@db/oncall"),
        ("the token was refused", "the token was refused"),
        ("sent Bearer abcdefgh.ij", "sent Bearer ***"),
        ("plain text", "plain text"),
    ],
)
def test_what_looks_like_a_secret_is_taken_out(text: str, told: str) -> None:
    assert redact(text) == told
