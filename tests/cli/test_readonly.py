"""``--readonly``: every command takes it, none writes to the store with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from console import bootstrap
from console.cli import screen
from console.cli.grammar import build
from console.config.kept import load_setup
from console.domain.commands import Ack
from console.errors import ConfigError, StoreError, UsageError
from console.ports.desk import Refused
from console.ui.settings import UiSettings
from tests.cli.conftest import Run

REFUSED = "this command writes to the store: leave out --readonly\n"


@pytest.mark.parametrize(
    "argv",
    [
        "ack 1",
        "resolve 1",
        "escalate 1",
        "note 1 -m x",
        "snooze 1",
        "priority 1 P2",
        "assign 1 --to budi",
        "undo 1",
        "merge 2 --into 1",
        "split 1 --service cart",
        "new --service payments --title x",
        "demo",
        "watch",
        "watch --once",
        "store migrate",
        "store restore copy.db",
        "store copy sqlite:///oncall.db sqlite:///other.db",
    ],
)
def test_commands_that_write_are_refused_in_one_line(run: Run, config: Path, argv: str) -> None:
    for found in (run("--readonly", *argv.split()), run(*argv.split(), "--readonly")):
        assert (found.code, found.out, found.err) == (1, "", REFUSED)
    assert list(config.parent.glob("*.db*")) == []


READING = [
    "incidents --json",
    "status --json",
    "handover",
    "roster",
    "runbook payments",
    "store check",
    "store backup copy.db",
    "keys",
]


@pytest.mark.parametrize("argv", READING)
def test_commands_that_read_leave_the_store_as_it_is(run: Run, config: Path, argv: str) -> None:
    run("new", "--service", "payments", "--title", "slow")
    store = config.with_name("oncall.db")
    before = store.read_bytes()
    plain, readonly = run(*argv.replace("copy", "one").split()), run(*argv.split(), "--readonly")
    assert (readonly.code, readonly.err) == (plain.code, plain.err)
    assert store.read_bytes() == before


@pytest.mark.parametrize("argv", ["incidents", "status", "handover", "store check", "store backup copy.db"])
def test_no_store_is_made(run: Run, config: Path, argv: str) -> None:
    found = run(*argv.split(), "--readonly")
    assert found.code == 3
    assert found.err.startswith(f"there is no store {config.with_name('oncall.db')}")
    assert list(config.parent.glob("*.db*")) == []


def test_the_console_only_looks(run: Run, config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[UiSettings] = []

    def look(_setup: object, _me: str, settings: UiSettings, _url: str | None) -> int:
        told.append(settings)
        return 0

    monkeypatch.setattr(screen, "ui_settings", lambda _setup: UiSettings())
    monkeypatch.setattr(bootstrap, "run_console", look)
    assert run().code == run("--readonly").code == 0
    assert [settings.readonly for settings in told] == [False, True]
    assert not config.with_name("oncall.db").exists()


async def test_the_desk_of_such_a_console_writes_nothing(run: Run, config: Path) -> None:
    run("new", "--service", "payments", "--title", "slow")
    setup = load_setup(config)
    store = bootstrap.open_store(setup, readonly=True)
    desk = bootstrap.make_desk(setup, store, "asha", None, readonly=True)
    try:
        outcome = await desk.carry_out("INC-1", Ack(), "op-1")
        assert isinstance(outcome, Refused)
        assert "--readonly" in outcome.text
        await desk.ensure_engine()
        assert desk.engine_trouble == ""
        with pytest.raises(StoreError, match="read-only"):
            store.request_poll()
    finally:
        await desk.close()


def test_every_command_says_whether_it_writes() -> None:
    assert build().parse_args(["incidents"]).writes is False
    assert build().parse_args([]).writes is False
    assert build().parse_args(["--readonly", "ack", "1"]).readonly is True


@pytest.mark.parametrize("argv", ["incidents", "ack 1", "check", "store check"])
@pytest.mark.usefixtures("config")
def test_a_password_in_a_stores_address_is_refused(run: Run, argv: str) -> None:
    found = run(*argv.split(), "--store", "postgresql://oncall:hunter2@db.shop.example/oncall")
    assert found.code == 2
    assert "hunter2" not in found.out + found.err
    assert "the store's address holds a password" in found.out + found.err


def test_the_configs_password_is_for_the_configs_store_only(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[tuple[str, str | None]] = []

    def opened(url: str, _base: Path, *, password: str | None, **_more: object) -> None:
        given.append((url, password))

    monkeypatch.setattr("console.store.address.open_store", opened)
    monkeypatch.setenv("ONCALL_TEST_DB", "hunter2")
    url = "postgresql://oncall@db.shop.example/oncall"
    text = config.read_text().replace("sqlite:///oncall.db", url)
    config.write_text(text + 'password = { env = "ONCALL_TEST_DB" }\n')
    setup = load_setup(config)
    other = "postgresql://oncall@elsewhere.example/oncall"
    for asked in (None, url, other):
        bootstrap.open_store(setup, asked)
    assert given == [(url, "hunter2"), (url, "hunter2"), (other, None)]
    with pytest.raises(UsageError, match="holds a password"):
        bootstrap.open_store(setup, "postgres://a:b@c/d")
    monkeypatch.delenv("ONCALL_TEST_DB")
    with pytest.raises(ConfigError, match="ONCALL_TEST_DB is not set"):
        bootstrap.open_store(setup)


async def test_a_console_goes_by_the_fingerprint_of_its_own_config(config: Path) -> None:
    setup = load_setup(config)
    desk = bootstrap.make_desk(setup, bootstrap.open_store(setup), "asha", None)
    try:
        snapshot = await anext(aiter(desk.follow()))
        assert len(setup.digest) == 12
        assert snapshot.digest == setup.digest
    finally:
        await desk.close()
