"""``oncall watch``: the engine without a screen, for a server or as a console's child."""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import signal
import threading
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from functools import partial
from typing import Any

from console import bootstrap, service
from console.cli.context import setup_for
from console.cli.health import health
from console.cli.logs import log_to_stderr
from console.cli.output import complain, say
from console.config.addresses import listen_address
from console.config.setup import Setup
from console.desk.worker import StoreWorker
from console.domain.human import count
from console.errors import OncallError, StoreError, UsageError
from console.ports.store import IncidentStore

DONE, HELD, BROKEN, FAILED = 0, 1, 1, 3
PATIENT = 5.0  # seconds a store on a server has for one call
ASK_AGAIN = 2.0  # seconds between attempts to open a store that is not there
GONE_WITHIN = 3.0  # seconds after a signal; whatever still hangs then is left behind
_STOPS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)

log = logging.getLogger(__name__)


def watch(args: argparse.Namespace) -> int:
    """Run the engine until told to stop, or for one cycle; its log goes to stderr, a line an event."""
    if args.health:
        return health(args)
    if args.json:
        raise UsageError("--json goes with --health", hint="the log as JSON is --log json")
    log_to_stderr(args.log)
    try:
        setup = setup_for(args, tell=False)
        for line in setup.set_aside:
            log.error("%s", line, extra={"event": "set_aside"})
        for warning in setup.warnings:
            log.warning("%s", warning)
        if args.once:
            return asyncio.run(_until_signal(_once(setup, args.store)))
        metrics = _metrics_address(args.metrics) or setup.metrics
        return asyncio.run(_watch(setup, args.store, metrics, child=args.child))
    except OncallError as error:
        if args.log == "text":
            raise
        log.error("%s", error, extra={"event": "failed"})  # noqa: TRY400 - one line is what is promised
        return error.exit_code
    except Exception:
        if args.log == "text":
            raise
        log.exception("stopped by an unexpected error", extra={"event": "failed"})
        return BROKEN


def _metrics_address(value: str | None) -> str | None:
    try:
        return None if value is None else listen_address(value)
    except ValueError as error:
        raise UsageError(f"--metrics: {error}") from None


async def _watch(setup: Setup, url: str | None, metrics: str | None, *, child: bool) -> int:
    """Be the engine whenever nobody else is, until a signal or, as a child, the end of standard input."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    manager = service.service_manager()
    for number in _STOPS:
        loop.add_signal_handler(number, partial(_told_to_stop, stop, manager.tell, number))
    if child:
        service.stop_with_parent(stop)
    store = await _opened(setup, url, stop, manager.status)
    if store is not None:
        engine = service.make_engine(setup, store, "console" if child else "service")
        service.collect_less_often()
        async with AsyncExitStack() as stack:
            stack.push_async_callback(engine.close)
            if metrics:
                stack.push_async_callback(service.serve_metrics(engine, metrics).close)
            telling = asyncio.create_task(manager.follow(engine.view))
            stack.callback(telling.cancel)
            if child:
                leaving = asyncio.create_task(service.stop_when_not_needed(engine, stop))
                stack.callback(leaving.cancel)
            await engine.run(stop)
    log.info("stopped", extra={"event": "stopped"})
    return DONE


def _told_to_stop(stop: asyncio.Event, tell: Callable[[str], object], number: int) -> None:
    if stop.is_set():
        return
    name = signal.Signals(number).name
    log.info("told to stop (%s)", name, extra={"event": "stopping", "signal": name})
    tell("STOPPING=1")
    stop.set()
    last = threading.Timer(GONE_WITHIN, _leave_behind)
    last.daemon = True
    last.start()


def _leave_behind() -> None:
    """End the process without those parts that still hang: a look-up of a name, a disk."""
    log.warning("something hangs and is left behind", extra={"event": "stopped"})
    os._exit(DONE)


async def _opened(
    setup: Setup, url: str | None, stop: asyncio.Event, tell: Callable[[str], object]
) -> IncidentStore | None:
    """Open the store, however long it takes to be there; None when told to stop before.

    A service is not to give up because its database starts later than itself. Raises
    ``ConfigError`` for an address that can never work.
    """
    worker = StoreWorker("store")
    said = ""
    stopping = asyncio.create_task(stop.wait())
    try:
        while not stop.is_set():
            opening = asyncio.wrap_future(
                worker.submit(lambda: bootstrap.open_store(setup, url, answer_within=PATIENT))
            )
            waited: set[asyncio.Future[Any]] = {opening, stopping}
            await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
            if not opening.done():
                break
            try:
                store = opening.result()
            except StoreError as error:
                if str(error) != said:
                    said = str(error)
                    log.warning("waiting for the store: %s", error, extra={"event": "store_lost"})
                    tell(f"waiting for the store: {error}")
                await asyncio.wait({stopping}, timeout=ASK_AGAIN)
            else:
                for warning in getattr(store, "warnings", ()):
                    log.warning("%s", warning)
                return store
        return None
    finally:
        stopping.cancel()
        await worker.close(grace=0.1)


async def _once(setup: Setup, url: str | None) -> int:
    """Do one cycle and say what it did; 3 where a source or the store failed, 1 where another engine works."""
    engine = service.make_engine(setup, bootstrap.open_store(setup, url, answer_within=PATIENT), "once")
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
