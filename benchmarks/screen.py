"""The screen from outside: start, keys, a held key, idle, memory. Ratios are taken in this one run."""

from __future__ import annotations

import os
import pty
import select
import struct
import subprocess
import sys
import tempfile
import termios
import time
from fcntl import ioctl
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.fill import fill, write_config
from benchmarks.probe import drive, step

MINIMAL = [sys.executable, "-m", "benchmarks.minimal_app"]
ROW = r"Rule\d+ fires"
IN_VIEW = ",".join(("j*20", "k*19", "j*19", "k*19") * 4)

Row = tuple[str, str, str]


def console(config: Path) -> list[str]:
    """Return the command that starts the console on a config."""
    return [sys.executable, "-m", "console", "--config", str(config)]


def rows() -> list[Row]:
    """Measure everything and return (what, figure, bar) lines."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        few, many = folder / "few", folder / "many"
        configs = {}
        for place, count in ((few, 100), (many, 10_000)):
            place.mkdir()
            fill(place, count)
            configs[place] = write_config(place)
            # The first start checks the config; later ones, which are the rule, find it checked.
            subprocess.run([*console(configs[place]), "status", "--line"], check=False, capture_output=True)
        return [
            *start(configs[few]),
            *keys(configs[few], configs[many]),
            *acks(configs[many]),
            *idle(configs[few]),
        ]


def start(config: Path, pairs: int = 5) -> list[Row]:
    """Compare the complete first screen, and ``--help``, with the minimal app, in turns."""
    floor, ours, helps = [], [], []
    for _ in range(pairs):
        floor.append(drive(MINIMAL, [], ready="minimal app is ready")["startup"]["ready_ms"]["median"])
        ours.append(drive(console(config), [], ready=f"(?s){ROW}.*palette")["startup"]["ready_ms"]["median"])
        helps.append(_wall([sys.executable, "-m", "console", "--help"]))
    return [
        ("complete first screen / minimal app", f"{median(o / f for o, f in zip(ours, floor, strict=True)):.2f}", "≤ 1.4"),
        ("oncall --help / minimal app", f"{median(h / f for h, f in zip(helps, floor, strict=True)):.2f}", "≤ 0.25"),
        ("(minimal app, ready)", f"{median(floor):.0f} ms", ""),
    ]  # fmt: skip


def keys(few: Path, many: Path) -> list[Row]:
    """Measure key to paint at 10,000 open incidents, and cpu per key against 100."""
    steps = ["settle 800", f"keys view {IN_VIEW}", "keys scroll j*80", "burst held j*60@30"]
    small = drive(console(few), ["settle 800", f"keys view {IN_VIEW}"], ready=ROW)
    large = drive(console(many), [*steps, "idle rest 3"], ready=ROW)
    view, scroll, held = step(large, "view"), step(large, "scroll"), step(large, "held")
    per_key = view["cpu_ms_per_key"]["median"], step(small, "view")["cpu_ms_per_key"]["median"]
    return [
        ("key → paint in view, 10,000 open, p50 / p99", _p(view), "p99 ≤ 20 ms"),
        ("key → paint scrolling, p50 / p99", _p(scroll), "p99 ≤ 60 ms"),
        ("cpu per key, 10,000 / 100 open", f"{per_key[0] / per_key[1]:.2f} ({per_key[0]:.1f} ms)", "≤ 1.3"),
        ("a held key (30 Hz) drains in", f"{held['drain_ms']['median']:.0f} ms", "≤ 100 ms"),
        ("console memory at 10,000", f"{large['peak_rss_kb']['median'] / 1000:.0f} MB", "≤ 80 MB"),
        ("(cpu used by others meanwhile)", f"{view['foreign_cpu_pct']['median']:.0f} %", ""),
    ]


def acks(many: Path) -> list[Row]:
    """Measure ack → its own words on the screen, saved, ten times on the first row."""
    steps = ["settle 800"]
    for _ in range(10):
        steps += ["keys top g", "sleep 0.6", r"keywait a /acked INC-\d+/ 3", r"gone /acked INC-\d+/ 12"]
    figures = drive(console(many), steps, ready=ROW)
    times = [
        entry["ms"]["median"] for entry in figures["steps"] if entry["step"] == "keywait" and "ms" in entry
    ]
    return [
        ("ack → visible as saved, median / max", f"{median(times):.0f} / {max(times):.0f} ms", "≤ 100 ms")
    ]


def idle(config: Path, seconds: float = 20) -> list[Row]:
    """Measure the cpu of an untouched console, focused and not."""
    return [
        (f"idle, 40 countdowns, {name}", f"{idle_cpu(console(config), seconds, focused=focused):.2f} %", bar)
        for name, focused, bar in (("focused", True, "≤ 1.5 %"), ("unfocused", False, "≤ 0.4 %"))
    ]


def idle_cpu(command: list[str], seconds: float, *, focused: bool) -> float:
    """Return the share of one core (%) that a program uses while nobody touches it."""
    master, slave = pty.openpty()
    ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 45, 160, 0, 0))
    env = {**os.environ, "TERM": "xterm-256color"}
    child = subprocess.Popen(
        command, stdin=slave, stdout=slave, stderr=slave, env=env, start_new_session=True
    )
    os.close(slave)
    try:
        _drain(master, 5)
        if not focused:
            os.write(master, b"\x1b[O")
            _drain(master, 3)
        before = _cpu(child.pid)
        begun = time.monotonic()
        _drain(master, seconds)
        return (_cpu(child.pid) - before) / (time.monotonic() - begun) * 100
    finally:
        child.terminate()
        child.wait(10)
        os.close(master)


def _drain(master: int, seconds: float) -> None:
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        if select.select([master], [], [], left)[0]:
            os.read(master, 65536)


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _wall(command: list[str], times: int = 3) -> float:
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        taken.append((time.perf_counter() - begun) * 1000)
    return median(taken)


def _p(entry: dict[str, Any]) -> str:
    paint = entry["paint_ms"]
    return f"{paint['p50']:.1f} / {paint['p99']:.1f} ms"


def main() -> None:
    """Print the figures."""
    for what, figure, bar in rows():
        print(f"| {what} | {figure} | {bar} |", flush=True)


if __name__ == "__main__":
    main()
