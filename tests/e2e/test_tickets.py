"""A ticket is made once, even where the engine is killed between asking and the answer."""

from __future__ import annotations

import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from uuid import uuid4

import pytest

from console.desk.executor import Executor
from console.domain import commands as cmd
from console.domain.actors import Actor
from console.domain.fold import fold
from console.domain.incident import Incident
from console.domain.tickets.place import Place
from console.ports.desk import Saved
from tests.domain.world import policy
from tests.e2e.test_upstream import Desk, all_done
from tests.fakes.http import Reply, serving
from tests.fakes.ticketing import FakeJiraTickets
from tests.waiting import PATIENCE

CONFIG = """\
[me]
id = "asha"
[store]
url = "sqlite:///shift.db"
[engine]
lease = "2s"
[[tickets]]
kind = "jira"
name = "desk"
url = "{url}"
token = {{ file = "pd.token" }}
project = "OPS"
mirror = ["notes"]
[[people]]
id = "asha"
name = "Asha"
[[teams]]
id = "payments"
[[services]]
name = "payments"
team = "payments"
"""


@pytest.fixture
def tracker() -> Iterator[FakeJiraTickets]:
    with serving(FakeJiraTickets()) as fake:
        fake.version = 2  # no username: a Data Center
        yield fake


class TicketDesk(Desk):
    """A folder with a config that has a ticket system and nothing else."""

    def __init__(self, folder: Path, tracker: FakeJiraTickets) -> None:
        folder.mkdir(mode=0o700)
        self.home = folder
        self.config = folder / "oncall.toml"
        self.config.write_text(CONFIG.format(url=tracker.url), encoding="utf-8")
        self.config.chmod(0o600)
        self.token("made-up-1")

    def do(self, incident: str, command: cmd.Command) -> None:
        """Do what a person does, in this process: a program for each would take the time that the engines need."""
        place = Place("desk", "jira", "OPS", mirror_notes=True)
        with self.store() as store:
            executor = Executor(store, lambda: policy(tickets=(place,)))
            assert isinstance(executor.carry_out(incident, command, Actor("asha"), uuid4().hex), Saved)

    def incident(self) -> Incident:
        with self.store() as store:
            return fold(store.log("INC-1"))

    def waits(self) -> bool:
        """Return whether something is put off, as what may have been made already is for a minute."""
        with closing(sqlite3.connect(self.home / "shift.db")) as db:
            ((found,),) = db.execute("SELECT count(*) FROM outbox WHERE due_at IS NOT NULL AND attempts > 0")
        return bool(found)

    def a_minute_passes(self) -> None:
        """Have everything that was put off be due."""
        with closing(sqlite3.connect(self.home / "shift.db", timeout=PATIENCE)) as db, db:
            db.execute("UPDATE outbox SET due_at = 0")


def test_a_ticket_is_made_once_though_the_engine_is_killed(tmp_path: Path, tracker: FakeJiraTickets) -> None:
    desk = TicketDesk(tmp_path / "desk", tracker)
    desk.do("", cmd.Open("5xx", "payments", key="payments/5xx"))
    tracker.after = lambda: Reply(hang=True)
    desk.do("INC-1", cmd.OpenTicket(actual="cards are declined"))
    with desk.engine() as engine:
        assert tracker.hanging.wait(PATIENCE)  # it is made, and the answer never comes
        engine.send_signal(signal.SIGKILL)
        engine.wait(PATIENCE)
    assert len(tracker.issues) == 1
    assert desk.waits()
    assert desk.incident().tickets == ()
    tracker.after = None
    desk.a_minute_passes()
    with desk.engine(), desk.engine():
        desk.until(all_done, "the ticket is found again")
        assert [one.key for one in desk.incident().tickets] == ["OPS-17"]
        desk.do("INC-1", cmd.Note("the vendor was called"))
        desk.until(all_done, "the note is there")
    assert len(tracker.issues) == 1
    ((said,),) = tracker.comments.values()
    assert "the vendor was called" in said
