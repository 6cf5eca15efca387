"""What ``oncall watch`` is made of: the engine, and those who watch over it. Beside ``bootstrap``, for that process only.

Imports stand inside the functions, so that a probe loads only what it uses.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

from console import bootstrap
from console.clock import SystemClock
from console.config.setup import Setup
from console.errors import ConfigError
from console.ports.store import IncidentStore

if TYPE_CHECKING:
    import asyncio

    from console.engine.engine import Engine
    from console.engine.metrics import MetricsServer
    from console.engine.servicemanager import ServiceManager
    from console.ports.calendars import CalendarReader
    from console.ports.channels import Channel
    from console.ports.feeds import ChangeFeed
    from console.ports.outlets import Outlet
    from console.ports.sources import AlertSource
    from console.ports.tickets import TicketSystem

Kind = Literal["service", "console", "once"]  # see EngineReport.kind

_COLLECT = (20_000, 20, 100)  # new objects, then collections of the younger ones


def make_engine(setup: Setup, store: IncidentStore, kind: Kind) -> Engine:
    """Return an engine on an open store; make it inside the running event loop, ``close`` it and the store goes too."""
    import secrets  # noqa: PLC0415
    import socket  # noqa: PLC0415

    from console.engine.engine import Engine  # noqa: PLC0415
    from console.engine.settings import Identity, Settings  # noqa: PLC0415

    host, pid = socket.gethostname(), os.getpid()
    identity = Identity(f"{host}-{pid}-{secrets.token_hex(4)}", host, pid, setup.digest, kind)
    settings = Settings(ttl=setup.lease)
    sources = bootstrap.make_sources(setup)
    calendars = make_calendars(setup, sources)
    return Engine(
        *(store, sources, lambda: setup.policy, identity, settings),
        calendars=calendars,
        channels=make_channels(setup),
        feeds=make_feeds(setup),
        outlets=make_outlets(setup),
        tickets=make_tickets(setup),
    )


def make_channels(setup: Setup) -> tuple[Channel, ...]:
    """Return the config's channels, ready to send; nothing is opened before the first message."""
    from console.channels import registry  # noqa: PLC0415
    from console.clock import SystemClock  # noqa: PLC0415
    from console.config.load import load  # noqa: PLC0415

    if not setup.policy.channels:
        return ()
    loaded, clock = load(setup.path), SystemClock()
    return tuple(
        registry.build(table.kind, table.name, options, clock)
        for table, options in zip(loaded.config.channels, loaded.channels, strict=True)
    )


def make_feeds(setup: Setup) -> tuple[ChangeFeed, ...]:
    """Return the config's feeds of changes, ready to be asked; nothing is opened before the first question."""
    if not setup.feeds:
        return ()
    from console.config.load import load  # noqa: PLC0415
    from console.feeds import registry  # noqa: PLC0415

    loaded, clock, services = load(setup.path), SystemClock(), tuple(setup.policy.services)
    return tuple(
        registry.build(table.kind, table.name, options, clock, services)
        for table, options in zip(loaded.config.changes, loaded.feeds, strict=True)
    )


def make_outlets(setup: Setup) -> tuple[Outlet, ...]:
    """Return the config's outlets for clients, ready to publish; nothing is opened before the first update."""
    if not setup.policy.outlets:
        return ()
    from console.config.load import load  # noqa: PLC0415
    from console.outlets import registry  # noqa: PLC0415

    loaded, clock = load(setup.path), SystemClock()
    return tuple(
        registry.build(table.kind, table.name, options, clock)
        for table, options in zip(loaded.config.outlets, loaded.outlets, strict=True)
    )


def make_tickets(setup: Setup) -> tuple[TicketSystem, ...]:
    """Return the config's ticket systems, ready to be asked; nothing is opened before that."""
    if not setup.policy.tickets:
        return ()
    from console.config.load import load  # noqa: PLC0415
    from console.tickets import registry  # noqa: PLC0415

    loaded, clock = load(setup.path), SystemClock()
    return tuple(
        registry.build(table.kind, table.name, options, clock)
        for table, options in zip(loaded.config.tickets, loaded.tickets, strict=True)
    )


def make_calendars(setup: Setup, sources: Sequence[AlertSource]) -> tuple[CalendarReader, ...]:
    """Return the config's calendars, holidays last, ready to be read; nothing is opened before the first reading.

    ``sources`` are those that know other products' schedules.
    """
    if not setup.calendars and setup.holidays is None:
        return ()
    from console.calendars import reader  # noqa: PLC0415
    from console.calendars.people import Names  # noqa: PLC0415
    from console.config.load import load  # noqa: PLC0415
    from console.web.document import Document  # noqa: PLC0415
    from console.web.options import WebOptions  # noqa: PLC0415

    tables = {table.name: table for table in load(setup.path).config.calendars}
    known = {source.name: source for source in sources}
    found: list[CalendarReader] = []
    for spec in setup.calendars:
        names = Names(setup.policy.people.values(), spec.names)
        zone = spec.zone or ZoneInfo("UTC")
        place = reader.Place(spec.name, spec.team, spec.role, spec.layer, spec.interval, zone, names)
        if spec.file is not None:
            place = replace(place, interval=min(spec.interval, reader.FILE_EVERY))
            found.append(reader.file_reader(place, spec.file))
        elif spec.source in known:
            found.append(reader.ScheduleReader(place, known[spec.source], spec.schedule))
        elif spec.name in tables:
            document = Document(tables[spec.name].access, WebOptions(), SystemClock())
            found.append(reader.TextReader(place, document.read, document.close))
    if setup.holidays is not None:
        found.append(reader.HolidayReader(setup.holidays))
    return tuple(found)


def collect_less_often() -> None:
    """Let the garbage collector walk what is kept less often: polls make and drop tables by the hundred thousand.

    Those are gone as soon as they are dropped; in search of circular ones a fifth of each poll would be spent.
    """
    gc.collect()
    gc.freeze()  # what is loaded stays
    gc.set_threshold(*_COLLECT)


def serve_metrics(engine: Engine, address: str) -> MetricsServer:
    """Serve an engine's metrics on ``host:port`` until they are closed.

    Raises ``ConfigError`` where the extra is missing, ``UsageError`` where the address cannot be had.
    """
    try:
        from console.engine.metrics import MetricsServer  # noqa: PLC0415 - an extra
    except ImportError:
        raise ConfigError(
            "metrics need the extra [metrics]", hint="pip install 'oncall-console[metrics]'"
        ) from None
    host, _, port = address.rpartition(":")
    return MetricsServer(engine.view, host.strip("[]"), int(port))


def service_manager() -> ServiceManager:
    """Return the way to tell the service manager that started us, if one did, how we are."""
    from console.engine.servicemanager import ServiceManager  # noqa: PLC0415

    return ServiceManager(os.environ)


async def stop_when_not_needed(engine: Engine, stop: asyncio.Event) -> None:
    """Set ``stop`` once another engine has worked for a while and this one only stood by."""
    from console.engine.child import stop_when_not_needed as watch_others  # noqa: PLC0415

    def stands_by() -> bool:
        view = engine.view()
        return view.ready and view.other is not None

    await watch_others(stop, stands_by)


def stop_with_parent(stop: asyncio.Event) -> None:
    """Set ``stop`` once the console that holds the other end of our standard input is gone."""
    from console.engine.child import stop_with_parent as watch_stdin  # noqa: PLC0415

    watch_stdin(stop)
