"""The composition root: from a config to the things that work. Only this module knows concrete classes.

Imports stand inside the functions, so that a command loads only what it uses.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from console import __version__
from console.clock import SystemClock
from console.config.kept import store_password
from console.config.setup import Setup, SourceSpec
from console.domain.actors import Actor
from console.domain.health import EngineReport, SourceHealth
from console.domain.policy import Policy
from console.domain.snapshot import Detail
from console.errors import ConfigError
from console.ports.store import IncidentStore

if TYPE_CHECKING:
    from console.desk.arranger import Arranger
    from console.desk.executor import Executor
    from console.desk.livepolicy import LivePolicy
    from console.desk.waiting import WaitingNotes
    from console.domain.ability import Ability
    from console.domain.noise.tuning import Noise
    from console.domain.team.state import TeamState
    from console.ports.desk import Desk
    from console.ports.handover import Sheets
    from console.ports.sources import AlertSource
    from console.store.keeping import Keeper
    from console.ui.draftfile import DraftFile
    from console.ui.settings import UiSettings

PATIENT = 5.0  # seconds a store on a server has for one call where no one waits on the loop


def store_address(setup: Setup, url: str | None) -> tuple[str, Path]:
    """Return the store's address and the folder that a relative one starts from.

    ``url`` (``--store``) goes before the config's; with neither it is a file in the platform's data folder.
    Raises ``UsageError`` for a ``url`` with a password in it.
    """
    if url:
        from console.config.addresses import refuse_password  # noqa: PLC0415

        refuse_password(url)
        return url, Path.cwd()
    if setup.store_url:
        return setup.store_url, setup.store_folder
    from platformdirs import user_data_path  # noqa: PLC0415

    return f"sqlite:///{user_data_path('oncall', appauthor=False) / 'oncall.db'}", setup.folder


def open_store(
    setup: Setup,
    url: str | None = None,
    *,
    existing: bool = False,
    readonly: bool = False,
    answer_within: float = 1.9,
) -> IncidentStore:
    """Open the store. ``existing``: never make one where there is none. ``readonly``: never write.

    ``answer_within`` is how many seconds a server has for one call; who waits in a thread can
    give it more. The config's password is for the config's store only, never for another ``url``.
    Raises ``ConfigError`` for an address that cannot be used, ``StoreError`` for a store that
    cannot be opened. Call ``close`` on what it returns.
    """
    from console.store.address import open_store as opened  # noqa: PLC0415

    address, base = store_address(setup, url)
    return opened(
        address,
        base,
        password=store_password(setup) if address == setup.store_url else None,
        existing=existing,
        readonly=readonly,
        answer_within=answer_within,
    )


def store_there(setup: Setup, url: str | None = None) -> IncidentStore | None:
    """Open the store to read it; None where it is a file that nobody has made yet. Raises as ``open_store``."""
    from console.store.address import is_postgres, store_path  # noqa: PLC0415

    address, base = store_address(setup, url)
    if not is_postgres(address) and not store_path(address, base).exists():
        return None
    return open_store(setup, url, existing=True, readonly=True)


def make_keeper(store: IncidentStore, tell: Callable[[str, int, int], None] | None = None) -> Keeper:
    """Return what moves and prunes a store; ``tell`` is told a table, rows done and rows there are."""
    from console.store.keeping import Keeper  # noqa: PLC0415

    return Keeper(store, tell)


def role_sql(**names: str) -> str:
    """Return the SQL for the roles of a PostgreSQL store. Raises ``UsageError`` for impossible names."""
    from console.store.roles import Roles, statements  # noqa: PLC0415

    return statements(Roles(**names))


def live_policy(setup: Setup, store: IncidentStore) -> LivePolicy:
    """Return the rules with the team's plans in them; they are read from the store when it is asked to."""
    from console.desk.livepolicy import LivePolicy  # noqa: PLC0415

    return LivePolicy(store, lambda: setup.policy)


def make_arranger(store: IncidentStore, policy: LivePolicy) -> Arranger:
    """Return what decides commands about the team and saves them, for a front end that waits for the answer."""
    from console.desk.arranger import Arranger  # noqa: PLC0415

    return Arranger(store, policy)


def make_executor(store: IncidentStore, policy: Policy) -> Executor:
    """Return what decides commands and saves them, for a front end that waits for the answer."""
    from console.desk.executor import Executor  # noqa: PLC0415

    return Executor(store, lambda: policy)


def make_sources(setup: Setup) -> tuple[AlertSource, ...]:
    """Return the config's sources, ready to be asked; nothing is opened before the first fetch."""
    from console.config.load import load  # noqa: PLC0415
    from console.sources import registry  # noqa: PLC0415

    if not setup.sources:
        return ()
    loaded, clock = load(setup.path), SystemClock()
    return tuple(
        registry.build(table.kind, table.name, options, clock)
        for table, options in zip(loaded.config.sources, loaded.options, strict=True)
    )


def known_sources(setup: Setup, report: EngineReport | None) -> tuple[SourceHealth, ...]:
    """Return every source that the config or the engine knows; one that was never asked says so."""
    return _known(report.sources if report else (), setup.sources)


def known_feeds(setup: Setup, report: EngineReport | None) -> tuple[SourceHealth, ...]:
    """Return every feed of changes that the config or the engine knows; one that was never asked says so."""
    return _known(report.feeds if report else (), setup.feeds)


def _known(healths: Iterable[SourceHealth], specs: Iterable[SourceSpec]) -> tuple[SourceHealth, ...]:
    told = {health.name: health for health in healths}
    for spec in specs:
        told.setdefault(spec.name, SourceHealth(spec.name, spec.kind, spec.interval))
    return tuple(told.values())


def new_source(kind: str, name: str, table: Mapping[str, Any], folder: Path) -> tuple[AlertSource, Ability]:
    """Return a source that is not in a config yet, ready to be asked, and what can be done there.

    ``folder`` is what relative files are relative to. Raises ``ConfigError`` for a table that would not load.
    """
    from pydantic import ValidationError  # noqa: PLC0415

    from console.config.problems import from_pydantic  # noqa: PLC0415
    from console.sources import registry  # noqa: PLC0415

    model = registry.options_of(kind)
    try:
        options = model.model_validate(dict(table), context={"folder": folder})
    except ValidationError as error:
        problem = next(from_pydantic(error, model))
        raise ConfigError(" ".join((*map(str, problem.path), problem.text))) from None
    return registry.build(kind, name, options, SystemClock()), options.ability


def read_detail(setup: Setup, store: IncidentStore, incident: str) -> Detail | None:
    """Return all about one incident, or None where there is none. Raises ``StoreError``."""
    from console.books import runbook_shelf  # noqa: PLC0415
    from console.desk.details import read_detail as read  # noqa: PLC0415

    found = read(store, incident, setup.policy)
    if found is None:
        return None
    runbook, note = runbook_shelf(setup, fetch="wait").find(found.incident)
    return found.detail(runbook, note)


def read_noise(store: IncidentStore, policy: Policy, weeks: int, team: str = "") -> Noise:
    """Return which rules to tune, from the last weeks. Raises ``StoreError``."""
    from console.desk.noise import read_noise as read  # noqa: PLC0415

    return read(store, policy, weeks, team)


def make_sheets(setup: Setup, store: IncidentStore, me: str) -> Sheets:
    """Return the handovers of a store as one person works with them."""
    from console.handovers import StoreSheets  # noqa: PLC0415

    live = live_policy(setup, store)

    def both() -> tuple[Policy, TeamState]:
        live.look()
        return live.both

    return StoreSheets(store, both, me, lambda: known_sources(setup, store.engine()))


def run_console(
    setup: Setup, me: str, settings: UiSettings, url: str | None = None, *, rehearsal: str = ""
) -> int:
    """Run the console until its person leaves; return the exit code. Raises ``StoreError`` where the store cannot be opened.

    Where ``settings`` say so it only looks: it writes nothing and starts no engine. ``rehearsal``: a ``demo``
    or a ``drill`` on a private store: no note waits for it, and no command of a runbook is run.
    """
    gc.disable()  # until the first picture is there: loading makes much and throws away little
    from console.running import run_command, step_running  # noqa: PLC0415
    from console.ui.run import run_console as run  # noqa: PLC0415

    store = open_store(setup, url, readonly=settings.readonly, answer_within=PATIENT)
    notes = None if settings.readonly or rehearsal else waiting_notes(setup, url)
    notices = (*settings.notices, *getattr(store, "warnings", ()), *(notes.warnings if notes else ()))
    told = replace(settings, notices=notices, run_command=run_command)
    if not (settings.readonly or rehearsal):
        told = replace(told, step_running=step_running(setup), draft_file=draft_file(setup, me, url))
    return run(
        lambda: make_desk(setup, store, me, url, rehearsal=rehearsal, readonly=told.readonly, notes=notes),
        told,
    )


def waiting_notes(setup: Setup, url: str | None) -> WaitingNotes:
    """Return the notes that wait on this machine for the store; its warnings say what cannot be read of them."""
    from console.config.files import write_whole  # noqa: PLC0415
    from console.desk.waiting import WaitingNotes, notes_file  # noqa: PLC0415

    notes = WaitingNotes(notes_file(_place(setup, url)), partial(write_whole, overwrite=True))
    notes.load()
    return notes


def draft_file(setup: Setup, me: str, url: str | None) -> DraftFile:
    """Return what keeps on this machine what one person writes for the store."""
    from console.config.files import write_whole  # noqa: PLC0415
    from console.ui.draftfile import DraftFile, drafts_folder  # noqa: PLC0415

    return DraftFile(drafts_folder(), f"{me} {_place(setup, url)}", partial(write_whole, overwrite=True))


def _place(setup: Setup, url: str | None) -> str:
    """Return what tells the store from others, on this machine."""
    from console.store.address import is_postgres, store_path  # noqa: PLC0415

    address, base = store_address(setup, url)
    return address if is_postgres(address) else str(store_path(address, base))


def make_desk(  # noqa: PLR0913 - what a command line says of a console
    setup: Setup,
    store: IncidentStore,
    me: str,
    url: str | None,
    *,
    rehearsal: str = "",
    readonly: bool = False,
    notes: WaitingNotes | None = None,
) -> Desk:
    """Return the console's desk on an open store, which it closes; make it inside the running event loop."""
    from console.books import runbook_shelf  # noqa: PLC0415
    from console.desk.local import LocalDesk  # noqa: PLC0415
    from console.desk.process import EngineProcess, engine_command, engine_log  # noqa: PLC0415

    config = str(setup.path.resolve()) if setup.path.is_file() else ""
    engine = EngineProcess(engine_command(config, url or ""), engine_log())
    shelf = runbook_shelf(setup)
    return LocalDesk(
        store,
        lambda: setup.policy,
        Actor(me),
        find_runbook=shelf.find,
        shelf=shelf,
        sheets=lambda: make_sheets(setup, store, me),
        engine=engine if setup.autostart else None,
        rehearsal=rehearsal,
        digest=setup.digest,
        version=__version__,
        readonly=readonly,
        notes=notes,
    )
