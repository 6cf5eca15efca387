"""Every way a terminal can be bad, in a real one. Scenes run side by side; every wait is bounded."""

from __future__ import annotations

import contextlib
import os
import re
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.paths import REPO
from tests.ui.pty_session import Session
from tests.waiting import PATIENCE

SCENES: dict[str, Callable[[Path], None]] = {}


def scene(play: Callable[[Path], None]) -> Callable[[Path], None]:
    """Register a scene; its test finds it by name."""
    SCENES[play.__name__] = play
    return play


def demo(home: Path, *arguments: str, **options: Any) -> Session:
    return Session(["-m", "tests.ui.demo", *arguments], home=home, **options)


def shown(session: Session) -> None:
    session.until_shown(r"INC-9 ")


@pytest.fixture(scope="module")
def play(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Callable[[str], None]]:
    """Return what plays a scene. All that were asked for start at once, three at a time."""
    if "PYTEST_XDIST_WORKER" in os.environ:  # then others play the other scenes
        yield lambda name: SCENES[name](tmp_path_factory.mktemp(name))
        return
    items: list[Any] = list(request.session.items)
    wanted = {item.callspec.params["name"] for item in items if _is_scene(item)}
    with ThreadPoolExecutor(3) as pool:
        playing = {
            name: pool.submit(SCENES[name], tmp_path_factory.mktemp(name))
            for name in SCENES
            if name in wanted
        }
        yield lambda name: playing[name].result()


def _is_scene(item: Any) -> bool:
    return item.path == Path(__file__) and hasattr(item, "callspec") and "name" in item.callspec.params


# Ends


@scene
def sigterm(home: Path) -> None:
    with demo(home) as session:
        shown(session)
        session.process.terminate()
        assert session.until_ended() == 143
        session.assert_restored()


@scene
def sighup(home: Path) -> None:
    with demo(home) as session:
        shown(session)
        session.process.send_signal(signal.SIGHUP)
        assert session.until_ended() == 129
        session.assert_restored()


@scene
def sigint_and_ctrl_c(home: Path) -> None:
    with demo(home) as session:
        shown(session)
        session.type("\x03")
        session.until_shown("ctrl\\+q leaves the console")
        session.process.send_signal(signal.SIGINT)
        assert session.until_ended() == 130
        session.assert_restored()


@scene
def ctrl_q(home: Path) -> None:
    with demo(home, "nomouse") as session:
        shown(session)
        session.type("\x11")
        assert session.until_ended() == 0
        session.assert_restored()
        assert "\x1b[?1000h" not in session.text


# Errors


def fails(home: Path, key: str, where: str) -> None:
    with demo(home) as session:
        shown(session)
        session.type(key)
        assert session.until_ended() == 1
        session.assert_restored()
        left = re.sub(
            r"\x1b\[[?<>0-9;]*[a-zA-Z]|\x1b\][^\x07]*\x07", "", session.text.split("\x1b[?1049l")[-1]
        )
        lines = [line for line in left.splitlines() if line.strip()]
        assert len(lines) == 1
        assert lines[0].startswith(
            f"oncall: stopped by an unexpected error (RuntimeError: made to fail in the {where}"
        )
        assert "abc123" not in session.text
        [log] = (home / "state" / "oncall" / "log").iterdir()
        assert str(log) in lines[0]
        assert log.stat().st_mode & 0o777 == 0o600
        text = log.read_text(encoding="utf-8")
        assert "in fail" in text
        assert "hunter2" not in text.replace('password = "hunter2-in-a-local"', "")


@scene
def error_in_a_handler(home: Path) -> None:
    fails(home, "x", "handler")


@scene
def error_in_a_timer(home: Path) -> None:
    fails(home, "t", "timer")


@scene
def error_in_a_worker(home: Path) -> None:
    fails(home, "w", "worker")


@scene
def error_in_a_thread_worker(home: Path) -> None:
    fails(home, "W", "thread worker")


@scene
def error_in_the_background(home: Path) -> None:
    with demo(home) as session:
        shown(session)
        session.type("b")
        session.until_shown("background stopped: RuntimeError")
        session.type("B")
        session.until_shown("thread stopped: RuntimeError")
        session.type("q")
        assert session.until_ended() == 0


# Terminals that do not read, or are gone


@scene
def stalled(home: Path) -> None:
    """Nobody reads for a while: the loop goes on; then everything is painted again."""
    log = home / "beats"
    with demo(home, "busy", "log", str(log)) as session:
        shown(session)

        def beats() -> list[str]:
            text = log.read_text(encoding="utf-8") if log.exists() else ""
            return text.splitlines() or [""]  # the file is there before its first line is

        wait_until(lambda: beats()[-1].endswith("True"), "the stall to be noticed")
        before = len(beats())
        wait_until(lambda: len(beats()) > before + 50, "the loop to go on")
        session.type("jj")
        session.until_shown(r"▌  P1 .*INC-2 ")
        session.until(lambda: beats()[-1].endswith("False"), "the stall to be over")
        session.type("q")
        assert session.until_ended() == 0
        session.assert_restored()


@scene
def stalled_and_told_to_end(home: Path) -> None:
    log = home / "beats"
    with demo(home, "busy", "log", str(log)) as session:
        shown(session)
        wait_until(
            lambda: log.exists() and log.read_text("utf-8").endswith("True\n"), "the stall to be noticed"
        )
        session.process.terminate()
        assert session.until_ended(reading=False) == 143
        while select.select((session.master,), (), (), 0.2)[0] and session.read(0):
            pass
        session.assert_restored()


@scene
def gone_with_hang_ups_ignored(home: Path) -> None:
    with demo(home, before=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN)) as session:
        shown(session)
        for fd in (session.slave, session.master):
            os.close(fd)
        session.master = session.slave = os.open(os.devnull, os.O_RDONLY)
        start = time.monotonic()
        assert session.process.wait(PATIENCE) == 129
        assert time.monotonic() - start < 4.0 + PATIENCE / 4  # 4 s, and a busy machine's share


@scene
def suspended_and_resumed(home: Path) -> None:
    with demo(home) as session:
        shown(session)
        session.type("\x1a")
        session.until(lambda: os.waitpid(session.process.pid, os.WUNTRACED | os.WNOHANG)[0], "stopped")
        while select.select((session.master,), (), (), 0.1)[0] and session.read(0):
            pass
        session.assert_restored()
        before = len(session.raw)
        session.process.send_signal(signal.SIGCONT)
        session.until(lambda: b"INC-9 " in session.raw[before:], "painted again")
        session.type("j")
        session.until_shown(r"▌  P1 .*INC-1 ")
        session.type("q")
        assert session.until_ended() == 0
        session.assert_restored()


@scene
def lent_to_a_child(home: Path) -> None:
    """While another program has the terminal, the clock goes on and nothing is written."""
    log = home / "beats"
    with demo(home, "busy", "log", str(log)) as session:
        shown(session)
        session.until(log.exists, "the first beat")
        session.type("e")
        session.until(lambda: "the child speaks" in session.text, "the child")
        before = len(log.read_text(encoding="utf-8").splitlines())
        wait_until(
            lambda: len(log.read_text(encoding="utf-8").splitlines()) > before + 50, "the loop to go on"
        )
        session.type("it ends\n")
        session.until_shown(r"back after \d\d+ beats")
        between = session.text.split("the child speaks")[1].split("\x1b[?1049h")[0]
        assert "INC-" not in between
        session.type("q")
        assert session.until_ended() == 0
        session.assert_restored()


@scene
def resize_storm(home: Path) -> None:
    with demo(home) as session:
        shown(session)
        for step in range(200):
            session.resize(1 + step * 7 % 180, 1 + step * 3 % 60)
            session.read(0)
        session.resize(100, 30)
        session.until_shown(r"INC-25 ")
        session.type("q")
        assert session.until_ended() == 0


# Terminals that will not do


def refused(home: Path, said: str, **options: Any) -> None:
    with demo(home, **options) as session:
        assert session.until_ended() == 1
        lines = session.text.splitlines()
        assert len(lines) == 1
        assert said in lines[0]
        assert "\x1b" not in session.text


@scene
def stdin_is_dev_null(home: Path) -> None:
    refused(home, "standard input is not a terminal", redirect={"stdin": subprocess.DEVNULL})


@scene
def stdin_is_a_pipe(home: Path) -> None:
    refused(home, "standard input is not a terminal", redirect={"stdin": subprocess.PIPE})


@scene
def stdin_is_closed(home: Path) -> None:
    refused(home, "standard input is closed", before=lambda: os.close(0))


@scene
def term_is_dumb(home: Path) -> None:
    refused(home, "TERM=dumb", environ={"TERM": "dumb"})


@scene
def stderr_is_a_file(home: Path) -> None:
    path = home / "err"
    with path.open("wb") as file, demo(home, redirect={"stderr": file.fileno()}) as session:
        assert session.until_ended() == 1
        assert session.text == ""
    [line] = path.read_text(encoding="utf-8").splitlines()
    assert "standard error, which is not a terminal" in line


# Terminals that can do less


@scene
def no_color(home: Path) -> None:
    with demo(home, environ={"NO_COLOR": "1"}) as session:
        shown(session)
        session.type("j")
        session.until_shown(r"▌  P1 .*INC-1 ")
        session.type("\x03")
        session.until_shown("ctrl\\+q leaves")
        session.type("q")
        session.until_ended()
        codes = {
            code for found in re.findall(r"\x1b\[([0-9;:]*)m", session.text) for code in found.split(";")
        }
        assert codes <= {"", "0", "1", "2", "3", "4", "7", "9"}
        assert "7" in codes  # the row under the cursor is reversed


@scene
def empty_no_color_means_nothing(home: Path) -> None:
    with demo(home, environ={"NO_COLOR": ""}) as session:
        shown(session)
        session.type("q")
        session.until_ended()
        assert "48;2;247;118;142" in session.text  # the red of a P1


@scene
def latin_1(home: Path) -> None:
    with demo(home, environ={"PYTHONIOENCODING": "latin-1"}) as session:
        session.until_shown(r">  P1      1000 title of INC-0 >")
        session.type("q")
        session.until_ended()
        assert session.raw.isascii()


@scene
def c_locale_without_utf_8(home: Path) -> None:
    environ = {"LANG": "C", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    with demo(home, environ=environ) as session:
        session.until_shown(r">  P1      1000 title of INC-0 >")
        session.type("q")
        session.until_ended()
        assert session.raw.isascii()


@scene
def posix_locale(home: Path) -> None:
    with demo(home, environ={"LANG": "C", "LC_ALL": "POSIX"}) as session:
        session.until_shown(r"▌  P1      1000 title of INC-0 →")
        session.type("q")
        assert session.until_ended() == 0


@scene
def stdout_elsewhere_and_wrong_columns(home: Path) -> None:
    environ = {"COLUMNS": "300", "LINES": "100"}
    with demo(home, environ=environ, redirect={"stdout": subprocess.DEVNULL}) as session:
        session.until_shown(r"INC-22 ")
        assert "INC-23" not in session.screen  # 24 lines: a header and 23 rows
        session.type("q")
        assert session.until_ended() == 0


@pytest.mark.parametrize("name", SCENES)
def test_terminal(name: str, play: Callable[[str], None]) -> None:
    play(name)


@pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")
def test_tmux(tmp_path: Path) -> None:
    environ = {"HOME": str(tmp_path), "PATH": os.environ["PATH"], "TERM": "xterm-256color", "LANG": "C.UTF-8"}

    def tmux(*arguments: str) -> str:
        command = ["tmux", "-S", str(tmp_path / "socket"), "-f", "/dev/null", *arguments]
        return subprocess.run(
            command, env=environ, cwd=REPO, capture_output=True, text=True, check=False
        ).stdout

    tmux(
        "new-session",
        "-d",
        "-x",
        "80",
        "-y",
        "24",
        f"{sys.executable} -m tests.ui.demo; echo left with $?; cat",
    )
    try:
        wait_until(lambda: "INC-9 " in tmux("capture-pane", "-p"), "the first screen in tmux")
        tmux("send-keys", "j")
        wait_until(lambda: re.search(r"▌  P1 .*INC-1 ", tmux("capture-pane", "-p")), "the cursor to move")
        tmux("send-keys", "q")
        wait_until(lambda: "left with 0" in tmux("capture-pane", "-p"), "the end in tmux")
        assert "INC-" not in tmux("capture-pane", "-p")
    finally:
        with contextlib.suppress(OSError):
            tmux("kill-server")


def wait_until(reached: Callable[[], object], what: str) -> None:
    end = time.monotonic() + PATIENCE
    while not reached():
        assert time.monotonic() < end, f"not within {PATIENCE} s: {what}"
        select.select((), (), (), 0.05)
