"""The composition root: from a config to the things that work. Only this module knows concrete classes.

Imports stand inside the functions, so that a command loads only what it uses.
"""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from console.clock import SystemClock
from console.config.load import Loaded, load
from console.config.policy import policy_digest, policy_of
from console.config.problems import from_pydantic
from console.domain.actors import Actor
from console.domain.alert import Poll
from console.domain.health import EngineReport, SourceHealth
from console.domain.incident import Incident
from console.domain.policy import Policy
from console.domain.runbook import Runbook
from console.domain.snapshot import Detail
from console.errors import ConfigError, StoreError
from console.ports.desk import Desk
from console.ports.sources import AlertSource
from console.ports.store import IncidentStore

if TYPE_CHECKING:
    import asyncio

    from console.desk.executor import Executor
    from console.engine.engine import Engine
    from console.library.index import Index
    from console.ui.settings import UiSettings

FindRunbook = Callable[[Incident], tuple[Runbook | None, str]]


def default_store_url() -> str:
    """Return the store that is used where the config names none: a file in the platform's data folder."""
    from platformdirs import user_data_path  # noqa: PLC0415 - see the module

    return f"sqlite:///{user_data_path('oncall', appauthor=False) / 'oncall.db'}"


def store_address(loaded: Loaded, url: str | None) -> tuple[str, Path]:
    """Return the store's address and the folder that a relative one starts from."""
    if url:
        return url, Path.cwd()
    return loaded.config.store.url or default_store_url(), loaded.folder


def open_store(loaded: Loaded, url: str | None = None) -> IncidentStore:
    """Open the store that ``--store`` (relative to the current folder) or else the config names.

    Raises ``ConfigError`` for an address that cannot be used, ``StoreError`` for a store that
    cannot be opened. Call ``close`` on what it returns.
    """
    from console.store.address import open_store as opened  # noqa: PLC0415

    return opened(*store_address(loaded, url))


def open_existing_store(loaded: Loaded, url: str | None = None) -> IncidentStore:
    """Open a store as ``open_store`` does, but never make one. Raises ``StoreError`` where there is none."""
    from console.store.address import store_path  # noqa: PLC0415

    path = store_path(*store_address(loaded, url))
    if not path.exists():
        raise StoreError(f"there is no store {path}", hint="the first command that writes makes it")
    return open_store(loaded, url)


def make_sources(loaded: Loaded) -> tuple[AlertSource, ...]:
    """Return the config's sources, ready to be asked; nothing is opened before the first fetch."""
    from console.sources import registry  # noqa: PLC0415

    clock = SystemClock()
    return tuple(
        registry.build(table.kind, table.name, options, clock)
        for table, options in zip(loaded.config.sources, loaded.options, strict=True)
    )


def known_sources(loaded: Loaded, report: EngineReport | None) -> tuple[SourceHealth, ...]:
    """Return every source that the config or the engine knows; one that was never asked says so."""
    told = {health.name: health for health in report.sources} if report else {}
    for table, options in zip(loaded.config.sources, loaded.options, strict=True):
        told.setdefault(table.name, SourceHealth(table.name, table.kind, options.interval.total_seconds()))
    return tuple(told.values())


async def fetch(source: AlertSource) -> Poll:
    """Ask a source once and let go of it. Raises ``SourceError``, or ``ConfigError`` for its secrets."""
    try:
        return await source.fetch()
    finally:
        await source.close()


def try_source(kind: str, table: Mapping[str, Any]) -> Poll:
    """Ask a source that is not in a config yet. Raises ``ConfigError`` or ``SourceError``."""
    from pydantic import ValidationError  # noqa: PLC0415

    from console.sources import registry  # noqa: PLC0415

    model = registry.options_of(kind)
    try:
        options = model.model_validate(dict(table))
    except ValidationError as error:
        problem = next(from_pydantic(error, model))
        raise ConfigError(" ".join((*map(str, problem.path), problem.text))) from None
    import asyncio  # noqa: PLC0415

    return asyncio.run(fetch(registry.build(kind, kind, options, SystemClock())))


def make_engine(loaded: Loaded, store: IncidentStore) -> Engine:
    """Return an engine on an open store; make it inside the running event loop, ``close`` it and the store goes too."""
    from console.engine.engine import Engine  # noqa: PLC0415
    from console.engine.settings import Identity, Settings  # noqa: PLC0415

    policy = policy_of(loaded)
    host, pid = socket.gethostname(), os.getpid()
    identity = Identity(f"{host}-{pid}-{secrets.token_hex(4)}", host, pid, policy_digest(loaded))
    settings = Settings(ttl=loaded.config.engine.lease.total_seconds())
    return Engine(store, make_sources(loaded), lambda: policy, identity, settings)


def stop_with_parent(stop: asyncio.Event) -> None:
    """Set ``stop`` once the console that holds the other end of our standard input is gone."""
    from console.engine.child import stop_with_parent as watch_stdin  # noqa: PLC0415

    watch_stdin(stop)


def make_executor(store: IncidentStore, policy: Policy) -> Executor:
    """Return what decides commands and saves them, for a front end that waits for the answer."""
    from console.desk.executor import Executor  # noqa: PLC0415

    return Executor(store, lambda: policy)


def runbook_index(loaded: Loaded) -> Index:
    """Return the runbooks below the configured folders; nothing is read before it is asked."""
    from console.library.index import Index  # noqa: PLC0415

    return Index([loaded.folder / Path(path).expanduser() for path in loaded.config.runbooks.paths])


def runbook_finder(loaded: Loaded, policy: Policy) -> FindRunbook:
    """Return what finds an incident's runbook, with the reason or why there is none. It reads files."""
    index = runbook_index(loaded)

    def find(incident: Incident) -> tuple[Runbook | None, str]:
        service = policy.services.get(incident.service)
        configured = service.runbooks if service else ()
        return index.find(incident.alert_name, incident.service, configured, incident.runbook_url)

    return find


def read_detail(loaded: Loaded, store: IncidentStore, policy: Policy, incident: str) -> Detail | None:
    """Return all about one incident, or None where there is none."""
    from console.desk.details import read_detail as read  # noqa: PLC0415

    found = read(store, incident)
    if found is None:
        return None
    runbook, note = runbook_finder(loaded, policy)(found.incident)
    return Detail(found.incident, found.events, runbook, note, found.last_time)


def run_console(
    loaded: Loaded, me: str, settings: UiSettings, url: str | None = None, *, demo: bool = False
) -> int:
    """Run the console until its person leaves; return the exit code. Raises ``StoreError`` where the store cannot be opened."""
    from console.ui.run import run_console as run  # noqa: PLC0415

    store = open_store(loaded, url)
    told = replace(settings, notices=(*settings.notices, *getattr(store, "warnings", ())))
    return run(lambda: make_desk(loaded, store, me, url, demo=demo), told)


def make_desk(loaded: Loaded, store: IncidentStore, me: str, url: str | None, *, demo: bool = False) -> Desk:
    """Return the console's desk on an open store, which it closes; make it inside the running event loop."""
    from console.desk.local import LocalDesk  # noqa: PLC0415
    from console.desk.process import EngineProcess, engine_command, engine_log  # noqa: PLC0415

    policy = policy_of(loaded)
    config = str(loaded.path.resolve()) if loaded.path.is_file() else ""
    engine = EngineProcess(engine_command(config, url or ""), engine_log())
    return LocalDesk(
        store,
        lambda: policy,
        Actor(me),
        find_runbook=runbook_finder(loaded, policy),
        handover=lambda: handover_markdown(loaded, store, policy, me),
        engine=engine if loaded.config.engine.autostart else None,
        demo=demo,
    )


def handover_markdown(loaded: Loaded, store: IncidentStore, policy: Policy, me: str) -> str:
    """Return the handover of the shift that ``me`` holds, as Markdown. Raises ``StoreError``, ``UsageError``."""
    from console.domain.handover import build  # noqa: PLC0415
    from console.outputs.gather import Asked, gather  # noqa: PLC0415
    from console.outputs.handover import to_markdown  # noqa: PLC0415

    sources = known_sources(loaded, store.engine())
    return to_markdown(build(gather(store, policy, me, Asked(), sources)))


def write_demo(folder: Path, speed: float) -> Path:
    """Fill an empty folder with the demo's config, its past and its shift; return the config file."""
    from console.demo import folder as demo  # noqa: PLC0415
    from console.demo.history import TurnedBack  # noqa: PLC0415
    from console.demo.history import write as write_history  # noqa: PLC0415
    from console.store.address import open_store as opened  # noqa: PLC0415

    now = SystemClock().now()
    config = demo.write(folder, now, speed)
    loaded = load(config)
    clock = TurnedBack(now)
    store = opened(*store_address(loaded, None), clock)
    try:
        write_history(make_executor(store, policy_of(loaded)), clock, now)
    finally:
        store.close()
    return config


def play_teammates(loaded: Loaded, wait: Callable[[float], bool], speed: float) -> None:
    """Let the demo's colleagues work, through a store connection of their own, until ``wait`` returns True."""
    from console.demo.teammate import play  # noqa: PLC0415

    store = open_store(loaded)
    try:
        play(make_executor(store, policy_of(loaded)), lambda: store.open_rows().rows, wait, speed)
    finally:
        store.close()
