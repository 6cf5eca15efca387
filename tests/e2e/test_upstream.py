"""An incident that lives in PagerDuty, as its engineer sees it: one identity, one truth, both ways."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from console.clock import ticks
from console.domain.fold import fold
from console.domain.vocabulary import EffectState
from console.store.sqlite.store import SqliteStore
from tests.e2e.commands import command
from tests.fakes.alertmanager import FakeAlertmanager
from tests.fakes.alertmanager import record as alert_record
from tests.fakes.http import Reply, Request, serving
from tests.fakes.pagerduty import FakePagerDuty, record
from tests.paths import REPO
from tests.ui.pty_session import Session
from tests.waiting import PATIENCE

ASHA, BUDI = "asha@ops.example", "budi@ops.example"
BUDI_THERE = {"id": "PBUDI", "type": "user", "name": "Budi Santoso", "summary": "Budi Santoso", "email": BUDI}
REVOKED = {"error": {"message": "Unauthorized", "code": 2006}}

CONFIG = """\
[me]
id = "asha"
[store]
url = "sqlite:///shift.db"
[engine]
lease = "2s"
[[sources]]
kind = "pagerduty"
name = "pd"
url = "{pagerduty}"
token = {{ file = "pd.token" }}
interval = "1s"
{more}
[[people]]
id = "asha"
name = "Asha"
contacts = {{ email = "asha@ops.example" }}
[[people]]
id = "budi"
name = "Budi"
contacts = {{ email = "budi@ops.example" }}
[[teams]]
id = "payments"
[[services]]
name = "orders-db"
team = "payments"
[[rotations]]
team = "payments"
role = "primary"
members = ["asha"]
every = "weekly"
handoff = "Mon 09:00"
timezone = "UTC"
start = 2026-01-05
[[escalation]]
team = "payments"
levels = [{{ notify = ["primary"], after = "0m" }}, {{ notify = ["budi"], after = "5m" }}]
"""

ALERTMANAGER = """\
[[sources]]
kind = "alertmanager"
name = "prod"
url = "{url}"
interval = "1s"
settle = "0s"
"""


class Account(FakePagerDuty):
    """An account at PagerDuty that takes one token. ``slow`` cleared: changes wait. ``mute``: they are made, not answered."""

    def __init__(self) -> None:
        super().__init__()
        self.token = "made-up-1"
        self.slow = threading.Event()
        self.slow.set()
        self.mute = False

    def answer(self, request: Request) -> Reply:
        if request.headers.get("Authorization") != f"Token token={self.token}":
            return Reply.json(REVOKED, 401)
        change = request.method != "GET"
        if change:
            self.slow.wait(PATIENCE)
        reply = super().answer(request)
        return Reply(hang=True) if change and self.mute else reply

    def opens(self, name: str, title: str, number: int) -> None:
        now = ago(0)
        self.incidents[name] = record(
            name, title, incident_number=number, created_at=now, last_status_change_at=now
        )

    def acked_by_budi(self, name: str, at: str) -> None:
        ack = {"at": at, "acknowledger": BUDI_THERE}
        self.incidents[name] |= {"status": "acknowledged", "acknowledgements": [ack]}

    def resolved_by_budi(self, name: str, at: str) -> None:
        self.incidents[name] |= {
            "status": "resolved",
            "resolved_at": at,
            "last_status_change_by": BUDI_THERE,
        }


def ago(seconds: float) -> str:
    """Return a moment as PagerDuty writes it."""
    return (datetime.now(UTC) - timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")


class Desk:
    """A folder with a config, and the programs on it."""

    def __init__(self, folder: Path, account: Account, more: str = "") -> None:
        folder.mkdir(mode=0o700)
        self.home = folder
        self.config = folder / "oncall.toml"
        self.config.write_text(CONFIG.format(pagerduty=account.url, more=more), encoding="utf-8")
        self.config.chmod(0o600)
        self.token("made-up-1")

    def token(self, text: str) -> None:
        file = self.home / "pd.token"
        file.touch(0o600)
        file.write_text(text, encoding="utf-8")

    @property
    def environ(self) -> dict[str, str]:
        return {"TZ": "UTC", "XDG_CACHE_HOME": str(self.home / "cache"), "HOME": str(self.home)}

    def console(self) -> Session:
        return Session(
            ["-m", "console", "--config", str(self.config)],
            home=self.home,
            size=(150, 44),
            environ=self.environ,
        )

    @contextmanager
    def engine(self) -> Iterator[subprocess.Popen[bytes]]:
        """Run the engine as a service would."""
        with (self.home / "engine.log").open("ab") as log:
            running = subprocess.Popen(
                [sys.executable, "-m", "console", "--config", str(self.config), "watch"],
                cwd=REPO,
                stdout=log,
                stderr=log,
                env={**os.environ, **self.environ},
            )
        try:
            yield running
        finally:
            running.kill()
            running.wait(PATIENCE)

    def ask(self, *arguments: str) -> str:
        return command(self.config, *arguments, environ=self.environ)

    def read(self, *arguments: str) -> Any:
        return json.loads(self.ask(*arguments, "--json"))

    @contextmanager
    def store(self) -> Iterator[SqliteStore]:
        """Look into the store itself: a program for each look would take the time that the engine needs."""
        with closing(SqliteStore(self.home / "shift.db")) as store:
            yield store

    def until(self, reached: Callable[[SqliteStore], object], what: str) -> None:
        """Look into the store again and again, for a bounded time: other programs set no events of ours."""
        end = ticks() + PATIENCE
        with self.store() as store:
            while not reached(store):
                assert ticks() < end, f"not within {PATIENCE} s: {what}"
                threading.Event().wait(0.1)

    def named(self, title: str) -> dict[str, Any]:
        """Return the incident with a title, whatever became of it."""
        listed = self.read("incidents", "--state", "all")["incidents"]
        (found,) = [one for one in listed if one["title"] == title]
        return dict(found)


def some_open(store: SqliteStore) -> bool:
    return bool(store.open_rows().rows)


def all_done(store: SqliteStore) -> bool:
    """Return whether what was asked of the other system for the first incident is done there."""
    asked = fold(store.log("INC-1")).effects
    return bool(asked) and all(effect.state is EffectState.DONE for effect in asked)


def only(console: Session, word: str) -> None:
    """Look at the incident with this word in its title, and at nothing else."""
    console.type(f"\x1b/{word}\r")
    console.until_shown(rf"“{word}” · 1 shown")


@pytest.fixture
def account() -> Iterator[Account]:
    with serving(Account()) as fake:
        yield fake
        fake.slow.set()


def test_an_incident_that_is_kept_in_pagerduty(tmp_path: Path, account: Account) -> None:
    account.opens("P1", "Volume is full", 41)
    account.opens("P2", "Cards are declined", 42)
    account.forbidden = {"/oncalls"}
    with serving(FakeAlertmanager()) as prometheus:
        prometheus.alerts = [alert_record("DiskFull", service="orders-db")]
        desk = Desk(tmp_path / "desk", account, ALERTMANAGER.format(url=prometheus.url))
        with desk.console() as console:
            # Three of one service stay three: what PagerDuty keeps apart is apart here.
            console.until_shown(r"Volume is full")
            console.until_shown(r"Cards are declined")
            console.until_shown(r"DiskFull on orders-db")
            assert {one["service"] for one in desk.read("incidents")["incidents"]} == {"orders-db"}
            volume, cards = desk.named("Volume is full")["id"], desk.named("Cards are declined")["id"]

            acked_here(console, account, volume)
            acked_there(console, account)
            everything_else(console, account, volume)
            resolved_there(console, account)

            seen_by_scripts(desk, volume, cards)


def settled(console: Session, account: Account) -> None:
    """Wait until polls that began since then have told what was made there."""
    polls = len(account.asked("/incidents"))
    console.until(lambda: len(account.asked("/incidents")) > polls + 2, "it has come back with the polls")


def acked_here(console: Session, account: Account, volume: str) -> None:
    """One key: saved here, asked there, made there as the engineer; when it comes back it is no news."""
    only(console, "Volume")
    console.until_shown(r"1 alert joined: #41  pd")
    account.slow.clear()
    console.press("a", f"acked {volume}")
    console.until_shown(r"Volume is full  pd: asked …")
    account.slow.set()
    console.until_shown(r"Volume is full  acknowledged #41")
    assert (ASHA, {"status": "acknowledged"}) in account.changes
    settled(console, account)
    assert len(re.findall(r"\d  acked", console.screen)) == 1
    assert len(account.changes) == 1


def acked_there(console: Session, account: Account) -> None:
    """Budi takes it on his phone: our clock stops at his time, and he has it."""
    only(console, "Cards")
    console.until_shown(r"ack\s+0[0-4]:\d\d")
    at = ago(1)
    account.acked_by_budi("P2", at)
    console.until_shown(r"◐ acked .* Cards are declined .* Budi")
    console.until_shown(rf"acked in pd, made at {at[11:16]}  Budi")
    console.until_shown(r"nobody is paged by itself: acked by Budi")
    assert len(account.changes) == 1, "an ack that was made there is not made there again"


def everything_else(console: Session, account: Account, volume: str) -> None:
    """Note, snooze, hand over to a person, resolve: each arrives there in its own words."""
    only(console, "Volume")
    console.press("n", "keep as a draft")
    console.type("the log folder\x1bOQ")
    console.until_shown(rf"note saved on {volume}")
    console.until_shown(r"note added to #41")
    assert account.notes["P1"][0]["content"].startswith("the log folder\n(asha via oncall, ")
    console.type("u")
    console.until_shown(rf"undone: note of {volume} \(it stays at pd\)")

    console.press("s", "until the morning")
    console.type("1")
    console.until_shown(r"snoozed #41 until")
    assert (ASHA, {"duration": 900}) in [
        (who, {"duration": round(what["duration"], -1)})
        for who, what in account.changes
        if "duration" in what
    ]

    console.press("E", "level 0")
    console.until_shown(r"pd assigns it")
    console.type("4")
    console.until_shown(r"page now")
    console.type("\r")
    console.until_shown(rf"escalated {volume} to Budi")
    console.until_shown(rf"assigned #41 to {BUDI}")
    assert account.incidents["P1"]["assignments"][0]["assignee"]["id"] == "PBUDI"

    console.press("R", "F2 resolve")
    console.until_shown(r"pd resolves it")
    console.type("emptied it\x1bOQn")
    console.until_shown(rf"resolved {volume}")
    console.until(lambda: account.incidents["P1"]["status"] == "resolved", "it is resolved there")
    assert (ASHA, {"status": "resolved", "resolution": "emptied it"}) in account.changes
    console.type("u")
    console.until_shown(rf"undone: resolve of {volume}")
    console.until_shown(r"pd: reopened #41")
    assert account.changes[-1] == (ASHA, {"status": "triggered"})
    settled(console, account)
    console.press("R", "F2 resolve")
    console.type("emptied it again\x1bOQn")
    console.until(lambda: account.incidents["P1"]["status"] == "resolved", "it is resolved there")


def resolved_there(console: Session, account: Account) -> None:
    """Budi closes it on his phone: it leaves the list."""
    only(console, "Cards")
    account.resolved_by_budi("P2", ago(0))
    console.until_shown(r"nothing matches")
    console.type("\x1b")
    console.until_shown(r"1 open")


def seen_by_scripts(desk: Desk, volume: str, cards: str) -> None:
    """The command line tells the same: who, there and here."""
    assert len(desk.read("incidents", "--state", "all")["incidents"]) == 3
    shown = desk.read("show", cards)
    (there,) = shown["upstream_incidents"]
    assert (there["reference"], there["acked_there_by"]["email"]) == ("#42", BUDI)
    assert there["url"] == "https://shop.pagerduty.example/incidents/P2"
    assert (shown["state"], shown["acked_by"]) == ("resolved", "budi")
    (ended,) = [line for line in shown["timeline"] if line["kind"] == "resolved"]
    assert (ended["actor"], ended["text"].split(",")[0]) == ("budi", "resolved in pd")
    (there,) = desk.read("show", volume)["upstream_incidents"]
    assert there["reference"] == "#41"
    assert "in pd: \\#41" in desk.ask("show", volume, "--md")
    said = desk.ask("check")
    assert re.search(r"rights\s+pd\s+.*as asha@ops.example, but 1 right missing", said)
    assert "missing: oncalls.read: needed to show who is on call" in said
    assert "ack acknowledges it; resolve resolves it, with the note as its resolution" in said
    assert "only here: escalate" in said


def test_an_engine_that_is_killed_between_asking_and_the_answer(tmp_path: Path, account: Account) -> None:
    """Its change was made, its answer never came: the next engine finds it made and makes it no second time.

    Tried with a note, as nothing in PagerDuty itself keeps one from being added twice.
    """
    account.opens("P1", "Volume is full", 41)
    desk = Desk(tmp_path / "desk", account)
    with desk.engine() as engine:
        desk.until(some_open, "it is opened here")
        account.mute = True
        assert "INC-1" in desk.ask("note", "1", "-m", "the log folder")
        assert account.hanging.wait(PATIENCE)
        engine.send_signal(signal.SIGKILL)
        engine.wait(PATIENCE)
    (effect,) = desk.read("show", "1")["upstream"]
    assert effect["state"] == "pending"
    account.mute = False
    with desk.engine():
        desk.until(all_done, "it is known to be done")
    assert len(account.changes) == 1
    (effect,) = desk.read("show", "1")["upstream"]
    assert (effect["kind"], effect["state"]) == ("note", "done")


def test_an_engine_that_is_killed_before_it_could_ask(tmp_path: Path, account: Account) -> None:
    """What was saved here while nobody could ask is asked by the next engine, once."""
    account.opens("P1", "Volume is full", 41)
    desk = Desk(tmp_path / "desk", account)
    with desk.engine() as engine:
        desk.until(some_open, "it is opened here")
        engine.send_signal(signal.SIGKILL)
        engine.wait(PATIENCE)
    desk.ask("ack", "1")
    assert account.changes == []
    with desk.engine():
        desk.until(all_done, "it is done")
    assert account.changes == [(ASHA, {"status": "acknowledged"})]
    assert desk.read("show", "1")["upstream"][0]["state"] == "done"


def test_what_ends_there_while_no_engine_runs_has_its_actor_here(tmp_path: Path, account: Account) -> None:
    account.opens("P1", "Volume is full", 41)
    desk = Desk(tmp_path / "desk", account)
    with desk.engine():
        desk.until(some_open, "it is opened here")
    account.resolved_by_budi("P1", ago(0))
    with desk.engine():
        desk.until(lambda store: not some_open(store), "it is over here")
    assert desk.read("incidents")["incidents"] == []
    shown = desk.read("show", "1")
    assert shown["state"] == "resolved"
    assert [line["actor"] for line in shown["timeline"] if line["kind"] == "resolved"] == ["budi"]


def test_a_token_that_is_revoked_and_replaced(tmp_path: Path, account: Account) -> None:
    account.opens("P1", "Volume is full", 41)
    desk = Desk(tmp_path / "desk", account)
    with desk.console() as console:
        console.until_shown(r"Volume is full")
        console.until_shown(r"● pd")
        account.token = "made-up-2"
        # What to do is said, the incident stays, and nothing looks quiet.
        console.until_shown(r"✕ pd parked")
        console.type("6")
        console.until_shown(r"does not accept our credentials \(401\S*: check the token")
        console.type("\x1b")
        console.until_shown(r"Volume is full")
        assert "nothing needs you" not in console.screen.lower()
        source = desk.read("status")["sources"][0]
        assert (source["parked"], source["status"]) == (True, "failed")
        assert "does not accept our credentials" in source["error"]
        assert "check the token" in source["hint"]
        # What is done meanwhile is saved here and waits.
        console.type("a")
        console.until_shown(r"Volume is full  pd: asked …")
        assert account.changes == []
        desk.token("made-up-2")
        console.type("r")
        console.until_shown(r"● pd")
        console.until_shown(r"acknowledged #41")
        assert account.changes == [(ASHA, {"status": "acknowledged"})]
        assert "made-up" not in console.text + desk.ask("show", "1")
