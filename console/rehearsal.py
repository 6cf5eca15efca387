"""What ``oncall demo`` is made of. Beside ``bootstrap``, for that command only.

Imports stand inside the functions, as there.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from console import bootstrap
from console.clock import SystemClock
from console.config.setup import Setup


def write_demo(folder: Path, speed: float) -> Setup:
    """Fill an empty folder with the demo's config, its past and its shift; return what the config comes to."""
    from console.config.load import load  # noqa: PLC0415
    from console.config.policy import setup_of  # noqa: PLC0415
    from console.demo import folder as demo  # noqa: PLC0415
    from console.demo.changes import write as write_changes  # noqa: PLC0415
    from console.demo.history import TurnedBack  # noqa: PLC0415
    from console.demo.history import write as write_history  # noqa: PLC0415
    from console.store.address import open_store as opened  # noqa: PLC0415

    now = SystemClock().now()
    setup = setup_of(load(demo.write(folder, now, speed)))
    clock = TurnedBack(now)
    store = opened(*bootstrap.store_address(setup, None), clock)
    try:
        write_history(bootstrap.make_executor(store, setup.policy), clock, now)
        write_changes(store, clock, now)
    finally:
        store.close()
    return setup


def play_teammates(setup: Setup, wait: Callable[[float], bool], speed: float) -> None:
    """Let the demo's colleagues work, through a store connection of their own, until ``wait`` returns True."""
    from console.demo.teammate import play  # noqa: PLC0415

    store = bootstrap.open_store(setup)
    try:
        play(bootstrap.make_executor(store, setup.policy), lambda: store.open_rows().rows, wait, speed)
    finally:
        store.close()
