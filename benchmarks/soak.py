"""A shift in fast motion: the console's memory from the 6,000th to the 20,000th tick, at ten thousand incidents."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from pathlib import Path

from benchmarks.fill import fill, write_config
from console import bootstrap
from console.config.kept import load_setup
from console.ui.app import ConsoleApp
from console.ui.settings import UiSettings

TICKS = 20_000
WARM = 6_000


def resident() -> float:
    """Return the megabytes this process holds."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


async def soak(config: Path, ticks: int) -> tuple[float, float]:
    """Let so many seconds pass on a screen without a terminal; return the memory when warm and at the end."""
    setup = load_setup(config)
    store = bootstrap.open_store(setup)
    app = ConsoleApp(lambda: bootstrap.make_desk(setup, store, "asha", None), UiSettings())
    warm = 0.0
    async with app.run_test(size=(160, 45)) as pilot:
        await pilot.pause(2)
        for number in range(ticks):
            app.main.tick()
            if number % 10 == 0:
                await pilot.press("j" if number % 400 < 200 else "k")
            await pilot.pause(0)
            if number == min(WARM, ticks // 3):
                warm = resident()
    return warm, resident()


def main() -> None:
    """Print the figures."""
    ticks = int(sys.argv[1]) if len(sys.argv) > 1 else TICKS
    with tempfile.TemporaryDirectory() as name:
        fill(Path(name), 10_000)
        warm, end = asyncio.run(soak(write_config(Path(name)), ticks))
    print(
        f"| memory growth, tick {min(WARM, ticks // 3)} to {ticks} | {end - warm:+.1f} MB (at {end:.0f}) | ≤ 5 MB |"
    )


if __name__ == "__main__":
    main()
