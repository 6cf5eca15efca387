"""Starting the console: what is offered without a config, and a demo that leaves nothing behind."""

from __future__ import annotations

import argparse
import fcntl
import io
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest

from console import bootstrap
from console.cli import init, screen
from console.config.setup import Setup
from tests.cli.conftest import Run
from tests.paths import REPO


@pytest.mark.parametrize(("typed", "expected"), [("d\n", "demo"), ("x\ni\n", "init"), ("q\n", ""), ("", "")])
def test_without_a_config_a_terminal_is_offered_the_demo_or_to_write_one(
    run: Run, monkeypatch: pytest.MonkeyPatch, typed: str, expected: str
) -> None:
    chosen: list[str] = []

    def note(name: str) -> object:
        return lambda _args: (chosen.append(name), 0)[1]  # type: ignore[func-returns-value]

    monkeypatch.setattr(screen, "demo", note("demo"))
    monkeypatch.setattr(init, "init", note("init"))
    monkeypatch.setattr(screen, "_somebody_looks", lambda: True)
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    found = run()
    assert found.code == 0
    assert "There is no config yet." in found.out
    assert "".join(chosen) == expected


def test_without_a_terminal_one_line_says_what_to_do(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    found = run()
    assert (found.code, found.out) == (2, "")
    assert found.err.startswith("no config found")


def test_keys_that_cannot_be_used_are_refused_with_their_line(run: Run, config: Path) -> None:
    config.write_text(config.read_text() + '\n[ui.keys]\n"incident.akc" = "f5"\n')
    found = run()
    assert (found.code, found.out) == (2, "")
    assert found.err.startswith(f"oncall.toml:{config.read_text().count(chr(10))}: [ui.keys] incident.akc: ")


@pytest.mark.usefixtures("config")
def test_a_console_without_a_keyboard_is_refused_in_one_line(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.__stdin__", io.StringIO(""))
    found = run()
    assert (found.code, found.out) == (1, "")
    assert found.err.count("\n") == 1
    assert "standard input is not a terminal" in found.err


def test_the_demo_is_private_has_a_past_and_goes_away(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    seen: list[Setup] = []

    def look(setup: Setup, me: str, _settings: object, *, rehearsal: str) -> int:
        assert rehearsal == "demo"
        assert me == "asha"
        assert setup.folder.stat().st_mode & 0o777 == 0o700
        store = bootstrap.open_store(setup, existing=True)
        try:
            assert store.info().incidents >= 5
        finally:
            store.close()
        seen.append(setup)
        return 0

    gone = tmp_path / "oncall-demo-999999999-x"
    gone.mkdir()
    other = tmp_path / "oncall-demo-mine"
    other.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(bootstrap, "run_console", look)
    monkeypatch.setattr(screen, "ui_settings", lambda _setup: None)
    assert screen.demo(argparse.Namespace(speed=5.0, who=None)) == 0
    (setup,) = seen
    assert not setup.folder.exists()
    assert not gone.exists()
    assert other.exists()


@pytest.mark.parametrize("speed", ["0", "-1", "1000", "nan"])
def test_a_speed_that_makes_no_sense(run: Run, speed: str) -> None:
    assert run("demo", f"--speed={speed}").code == 2


def test_a_demo_that_is_told_to_stop_leaves_nothing_behind(tmp_path: Path) -> None:
    """The real thing in a terminal: DEMO on the screen, then SIGTERM; folder and engine are gone."""
    terminal, other_end = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 140, 0, 0))
    console = subprocess.Popen(
        [sys.executable, "-m", "console", "demo"],
        stdin=other_end,
        stdout=other_end,
        stderr=other_end,
        start_new_session=True,
        cwd=REPO,
        env={**os.environ, "TERM": "xterm-256color", "TMPDIR": str(tmp_path)},
    )
    os.close(other_end)
    try:
        assert b"DEMO" in read_until(terminal, b"DEMO", 30)
        assert len(list(tmp_path.glob("oncall-demo-*"))) == 1
        console.send_signal(signal.SIGTERM)
        read_until(terminal, b"never", 10)
        assert console.wait(10) == 128 + signal.SIGTERM
        assert list(tmp_path.glob("oncall-demo-*")) == []
        listed = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True)
        assert str(tmp_path) not in listed.stdout
    finally:
        console.kill()
        console.wait()
        os.close(terminal)


def read_until(terminal: int, words: bytes, seconds: float) -> bytes:
    """Return what a terminal was sent up to some words, or to its end."""
    seen, end = b"", time.monotonic() + seconds
    while words not in seen and (left := end - time.monotonic()) > 0:
        ready, _, _ = select.select([terminal], [], [], left)
        try:
            more = os.read(terminal, 65_536) if ready else b""
        except OSError:  # the other end is closed
            break
        if not more:
            break
        seen += more
    return seen
