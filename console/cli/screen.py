"""``oncall`` and ``oncall demo``: the console."""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import FrameType

from console import bootstrap, rehearsal
from console.cli.context import person, setup_for
from console.cli.looks import ui_settings
from console.config.find import find
from console.errors import UsageError

_PREFIX = "oncall-demo-"


def console(args: argparse.Namespace) -> int:
    """Run the console on the config found; without one offer the demo or to write one."""
    if find(args.config) is None and not args.store and _somebody_looks():
        return _offer(args)
    setup = setup_for(args, tell=False)  # the screen does
    me = person(args, setup)
    if not me:
        raise UsageError("who are you?", hint=f"set [me] id in {setup.path} or give --as WHO")
    settings = replace(ui_settings(setup), readonly=args.readonly)
    return bootstrap.run_console(setup, me, settings, args.store)


def _somebody_looks() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()


def demo(args: argparse.Namespace) -> int:
    """Run the console on a replayed shift. Its store is in a private folder that is removed at the end."""
    if not 0 < args.speed <= 100:
        raise UsageError("--speed: between 0 and 100")
    with _private_folder() as folder:
        setup = rehearsal.write_demo(folder, args.speed)
        stop = threading.Event()
        mate = threading.Thread(
            target=rehearsal.play_teammates,
            args=(setup, stop.wait, args.speed),
            name="teammates",
            daemon=True,
        )
        mate.start()
        try:
            return bootstrap.run_console(setup, person(args, setup), ui_settings(setup), demo=True)
        finally:
            stop.set()
            mate.join(5)


def _offer(args: argparse.Namespace) -> int:
    """Ask somebody who starts for the first time what they want."""
    print("There is no config yet.\n  d  see the demo\n  i  write a config (a few questions)\n  q  leave")
    while True:
        print("d, i or q: ", end="", flush=True)
        answer = sys.stdin.readline()
        match answer.strip().lower():
            case "d" | "demo":
                args.speed = 1.0
                return demo(args)
            case "i" | "init":
                from console.cli.init import init  # noqa: PLC0415 - the console itself starts without it

                args.force = False
                return init(args)
            case "q" | "quit":
                return 0
            case _ if not answer:
                print()
                return 0


@contextmanager
def _private_folder() -> Iterator[Path]:
    """Make a folder that only we may enter, and remove it however we end; after a SIGKILL the next demo does."""
    _remove_left_behind()
    folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-"))  # made with mode 0700
    previous = {number: signal.signal(number, _leave) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield folder
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
        shutil.rmtree(folder, ignore_errors=True)


def _remove_left_behind() -> None:
    """Remove the folders of demos of ours whose process is gone."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        pid = folder.name.removeprefix(_PREFIX).partition("-")[0]
        try:
            os.kill(int(pid), 0)
        except ProcessLookupError:
            shutil.rmtree(folder, ignore_errors=True)
        except (ValueError, OSError, OverflowError):  # not ours, or still there
            continue


def _leave(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + number)
