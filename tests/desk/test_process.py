from __future__ import annotations

import asyncio
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from console.desk import process
from console.desk.process import EngineProcess, engine_command
from tests.waiting import PATIENCE, until

# Says it runs, then waits for the end of its input; says goodbye before it goes.
FAITHFUL = """
import os, signal, sys
signal.signal(signal.SIGTERM, lambda *_: (print("term", flush=True), sys.exit(0)))
print("up", os.getpid(), os.getsid(0), flush=True)
sys.stdin.buffer.read()
print("parent gone", flush=True)
"""
STUBBORN = """
import signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("up", flush=True)
while True:
    signal.pause()
"""
DYING = "import sys; print('starting', flush=True); sys.exit('oncall: the store is \\x1b[31mlocked')"


class Ticks:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def python(script: str) -> tuple[str, ...]:
    return (sys.executable, "-c", script)


def gone(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return True
    return state == "Z"


async def test_one_child_in_its_own_session_with_its_words_in_a_private_file(tmp_path: Path) -> None:
    log_file = tmp_path / "logs" / "engine.log"
    engine = EngineProcess(python(FAITHFUL), log_file)
    await asyncio.gather(*(engine.ensure() for _ in range(5)))
    pid = engine.pid
    assert pid is not None
    await until(lambda: log_file.read_text().startswith("up"))
    assert log_file.read_text().split() == ["up", str(pid), str(pid)]  # once, and leader of a session
    assert stat.S_IMODE(log_file.stat().st_mode) == 0o600
    await engine.close()
    assert gone(pid)
    assert log_file.read_text().endswith("term\n")
    await engine.ensure()
    assert engine.pid is None  # closed is closed


async def test_a_child_that_ignores_sigterm_is_killed(tmp_path: Path) -> None:
    log_file = tmp_path / "engine.log"
    engine = EngineProcess(python(STUBBORN), log_file)
    await engine.ensure()
    pid = engine.pid
    assert pid is not None
    await until(lambda: log_file.read_text() == "up\n")
    await engine.close(grace=0.1)
    assert gone(pid)


async def test_a_child_that_keeps_dying_is_told_and_started_ever_more_rarely(tmp_path: Path) -> None:
    monotonic = Ticks()
    engine = EngineProcess(python(DYING), tmp_path / "engine.log", monotonic=monotonic)
    pauses = []
    for _ in range(9):
        await engine.ensure()
        await until(lambda: engine.pid is None)
        assert engine.trouble.startswith("the engine stopped with exit code 1: oncall: the store is ")
        assert "\x1b" not in engine.trouble
        before = engine._not_before
        await engine.ensure()
        assert engine.pid is None, "started again before its pause was over"
        pauses.append(before - monotonic.now)
        monotonic.now = before
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    await engine.close()


async def test_trouble_is_over_once_a_child_has_settled(tmp_path: Path) -> None:
    monotonic = Ticks()
    engine = EngineProcess(python(FAITHFUL), tmp_path / "engine.log", monotonic=monotonic)
    await engine.ensure()
    first = engine.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    await until(lambda: engine.pid is None)
    assert engine.trouble == "the engine was killed by signal 9"  # what it wrote last is not the reason
    monotonic.now += 1
    await engine.ensure()
    assert engine.pid not in {None, first}
    assert "signal 9" in engine.trouble
    monotonic.now += process.SETTLED
    assert engine.trouble == ""
    await engine.close()


async def test_one_that_left_because_it_is_not_needed_is_no_trouble(tmp_path: Path) -> None:
    monotonic = Ticks()
    engine = EngineProcess(python("input()"), tmp_path / "engine.log", monotonic=monotonic)
    await engine.ensure()
    child = engine._child
    assert child is not None
    assert child.stdin is not None
    monotonic.now += process.SETTLED
    child.stdin.write(b"leave\n")
    child.stdin.flush()
    await until(lambda: engine.pid is None)
    assert engine.trouble == ""
    await engine.ensure()
    assert engine.pid is not None
    await engine.close()


async def test_a_command_that_is_not_there(tmp_path: Path) -> None:
    engine = EngineProcess((str(tmp_path / "absent"),), tmp_path / "engine.log")
    await engine.ensure()
    assert engine.pid is None
    assert engine.trouble == "the engine cannot be started: No such file or directory"


async def test_a_long_log_is_put_aside_at_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "LOG_LIMIT", 10)
    log_file = tmp_path / "engine.log"
    log_file.write_text("much was written\n")
    log_file.chmod(0o644)
    engine = EngineProcess(python("print('fresh')"), log_file)
    await engine.ensure()
    await until(lambda: engine.pid is None)
    assert log_file.read_text() == "fresh\n"
    assert (tmp_path / "engine.log.1").read_text() == "much was written\n"
    await engine.close()


def test_the_child_stops_when_its_console_is_killed(tmp_path: Path) -> None:
    log_file = tmp_path / "engine.log"
    child = """
import asyncio
from console.engine.child import stop_with_parent
async def main():
    stop = asyncio.Event()
    stop_with_parent(stop)
    print("up", flush=True)
    await stop.wait()
    print("stopped cleanly", flush=True)
asyncio.run(main())
"""
    console = f"""
import asyncio, os, signal, sys
from pathlib import Path
from console.desk.process import EngineProcess
async def main():
    log_file = Path({str(log_file)!r})
    engine = EngineProcess((sys.executable, "-c", {child!r}), log_file)
    await engine.ensure()
    while "up" not in log_file.read_text():
        await asyncio.sleep(0.01)
    print(engine.pid, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
asyncio.run(main())
"""
    done = subprocess.run(
        [sys.executable, "-c", console], capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert done.returncode == -signal.SIGKILL
    asyncio.run(until(lambda: gone(int(done.stdout))))
    assert log_file.read_text() == "up\nstopped cleanly\n"


def test_the_command_names_the_same_config_and_store() -> None:
    command = engine_command("/etc/oncall.toml", "sqlite:////srv/a.db")
    assert command[0] == sys.executable
    assert command[1:] == (
        *("-P", "-m", "console", "watch", "--child"),
        *("--config", "/etc/oncall.toml", "--store", "sqlite:////srv/a.db"),
    )
    assert engine_command() == command[:6]
