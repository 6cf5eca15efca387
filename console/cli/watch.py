"""``oncall watch``: the engine without a screen, for a server or as a console's child."""

from __future__ import annotations

import argparse
import asyncio
import logging
import signal
import sys
from collections.abc import Coroutine
from datetime import UTC, datetime
from typing import Any

from console import bootstrap
from console.cli.context import setup_for
from console.cli.output import complain, say
from console.config.setup import Setup
from console.domain.human import count
from console.domain.text import one_line

DONE, HELD, FAILED = 0, 1, 3
_STOPS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)

log = logging.getLogger(__name__)


def watch(args: argparse.Namespace) -> int:
    """Run the engine until told to stop, or for one cycle; its log goes to stderr, a line an event."""
    _log_to_stderr()
    setup = setup_for(args)
    for warning in setup.warnings:
        log.warning("%s", warning)
    if args.once:
        return asyncio.run(_until_signal(_once(setup, args.store)))
    return asyncio.run(_watch(setup, args.store, child=args.child))


async def _watch(setup: Setup, url: str | None, *, child: bool) -> int:
    """Be the engine whenever nobody else is, until a signal or, as a child, the end of standard input."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in _STOPS:
        loop.add_signal_handler(number, stop.set)
    if child:
        bootstrap.stop_with_parent(stop)
    engine = bootstrap.make_engine(setup, bootstrap.open_store(setup, url))
    try:
        await engine.run(stop)
    finally:
        await engine.close()
    log.info("stopped")
    return DONE


async def _once(setup: Setup, url: str | None) -> int:
    """Do one cycle and say what it did; 3 where a source or the store failed, 1 where another engine works."""
    engine = bootstrap.make_engine(setup, bootstrap.open_store(setup, url))
    try:
        cycle = await engine.once()
    finally:
        await engine.close()
    if cycle.held_by:
        complain(f"another engine works already ({cycle.held_by}): nothing was done")
        return HELD
    for failure in cycle.failures:
        complain(failure)
    alerts = sum(source.alerts or 0 for source in cycle.sources)
    say(
        f"{count(len(cycle.sources), 'source')}, {count(alerts, 'alert')}: "
        f"{count(cycle.incidents_changed, 'incident')} changed, {cycle.incidents_advanced} advanced, "
        f"{count(len(cycle.effects), 'effect')} carried out, {count(len(cycle.failures), 'failure')}"
    )
    return FAILED if cycle.failures else DONE


async def _until_signal(work: Coroutine[Any, Any, int]) -> int:
    """Do the work; a signal ends it early, in order, with the exit code that shells expect."""
    task = asyncio.create_task(work)
    caught: list[int] = []

    def stop(number: int) -> None:
        caught.append(number)
        task.cancel()

    for number in _STOPS:
        asyncio.get_running_loop().add_signal_handler(number, stop, number)
    try:
        return await task
    except asyncio.CancelledError:
        if not caught:
            raise
        return 128 + caught[0]


class _Lines(logging.Formatter):
    """One line an entry: time in UTC, level, text without control codes; a traceback keeps its lines."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the entry as text."""
        at = datetime.fromtimestamp(record.created, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        text = f"{at} {record.levelname.lower()} {one_line(record.getMessage(), 2000)}"
        return f"{text}\n{self.formatException(record.exc_info)}" if record.exc_info else text


def _log_to_stderr() -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Lines())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("console").setLevel(logging.INFO)
