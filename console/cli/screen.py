"""``oncall`` and ``oncall demo``: the console."""

from __future__ import annotations

import argparse
import sys
import threading
from dataclasses import replace

from console import bootstrap, rehearsal
from console.cli.context import person, setup_for
from console.cli.looks import ui_settings
from console.cli.privatefolder import private_folder
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
    with private_folder(_PREFIX) as folder:
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
            return bootstrap.run_console(setup, person(args, setup), ui_settings(setup), rehearsal="demo")
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
