"""A command of a checklist runs for real, tells its last line, and never outlives its time."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from console.library.commands import LINE, run_command


def python(code: str) -> list[str]:
    return [sys.executable, "-S", "-c", code]


def test_exit_code_nought_is_done_and_its_last_line_is_told() -> None:
    ran = run_command(["sh", "-c", "echo one; echo two >&2; echo; exit 0"], 10)
    assert (ran.ok, ran.line) == (True, "two")
    assert 0 <= ran.seconds < 10


def test_any_other_exit_code_is_a_failure() -> None:
    assert run_command(["sh", "-c", "echo no route; exit 3"], 10).line == "no route"
    silent = run_command(["false"], 10)
    assert (silent.ok, silent.line) == (False, "exit code 1")
    assert run_command(["sh", "-c", "kill -9 $$"], 10).line == "ended by signal 9"


def test_no_shell_reads_it(tmp_path: Path) -> None:
    ran = run_command(["echo", f"$HOME; touch {tmp_path}/x"], 10)
    assert ran.line == f"$HOME; touch {tmp_path}/x"
    assert not list(tmp_path.iterdir())


def test_there_is_nobody_to_ask() -> None:
    assert run_command(["sh", "-c", "read answer || echo nobody"], 10).line == "nobody"


@pytest.mark.parametrize("argv", [["/no/such/program"], ["a\0b"], []])
def test_what_cannot_be_run_has_failed(argv: list[str]) -> None:
    ran = run_command(argv, 10)
    assert not ran.ok
    assert ran.line.startswith("cannot be run")


def test_what_comes_from_a_command_is_text() -> None:
    ran = run_command(["printf", r"\033]0;title\007\033[31mred\200\n" + "x" * 500], 10)
    assert run_command(["printf", r"\033[31mred\200"], 10).line == "^[[31mred\ufffd"
    assert len(ran.line) <= LINE


def test_much_output_costs_no_memory_and_ends() -> None:
    ran = run_command(["sh", "-c", "yes | head -c 3000000; echo; echo end"], 20)
    assert (ran.ok, ran.line) == (True, "end")


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{pid}/stat")
    return not state.exists() or state.read_text().rpartition(")")[2].split()[0] != "Z"


def ended(pid: int) -> bool:
    for _ in range(100):
        if not alive(pid):
            return True
        time.sleep(0.02)
    return False


def test_its_time_ends_it_with_all_that_it_started(tmp_path: Path) -> None:
    script = f"sleep 60 & echo $! > {tmp_path}/child; echo waiting; wait"
    ran = run_command(["sh", "-c", script], 0.5)
    assert not ran.ok
    assert ran.line.startswith("no end after")
    assert ran.line.endswith(": waiting")
    assert ran.seconds < 5
    assert ended(int((tmp_path / "child").read_text()))


def test_it_can_be_stopped(tmp_path: Path) -> None:
    asked = iter([False, True, True, True, True])
    ran = run_command(["sh", "-c", f"echo $$ > {tmp_path}/pid; exec sleep 60"], 60, lambda: next(asked))
    assert not ran.ok
    assert ran.line.startswith("stopped after")
    assert ended(int((tmp_path / "pid").read_text()))


def test_one_that_will_not_listen_is_killed() -> None:
    code = "import signal, time; signal.signal(15, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)"
    ran = run_command(python(code), 0.8)
    assert not ran.ok
    assert "deaf" in ran.line
    assert ran.seconds < 6


def test_what_it_leaves_running_keeps_nobody_waiting(tmp_path: Path) -> None:
    ran = run_command(["sh", "-c", f"sleep 60 & echo $! > {tmp_path}/left; echo done"], 30)
    assert (ran.ok, ran.line) == (True, "done")
    assert ran.seconds < 5
    assert ended(int((tmp_path / "left").read_text()))
