"""A team as its engineers see it: two consoles in terminals, an engine as a service, one real PostgreSQL."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from console.clock import ticks
from tests.e2e.commands import command
from tests.paths import REPO
from tests.servers.postgres import PostgresServer
from tests.ui.pty_session import Session
from tests.waiting import BUSY, PATIENCE

CONFIG = """\
include = ["team.toml"]
[me]
id = "{me}"
[store]
url = "{url}"
[engine]
autostart = false
lease = "3s"
"""

TEAM = """\
[[people]]
id = "asha"
name = "Asha"
[[people]]
id = "rina"
name = "Rina"
[[teams]]
id = "payments"
[[services]]
name = "payments"
team = "payments"
[[rotations]]
team = "payments"
role = "primary"
members = ["asha"]
every = "weekly"
handoff = "Mon 09:00"
timezone = "UTC"
start = 2026-01-05
"""


class Person:
    """Somebody with a machine: a home, a config, a console."""

    def __init__(self, folder: Path, me: str, url: str) -> None:
        self.home = folder / me
        self.home.mkdir(parents=True, mode=0o700)
        self.config = self.home / "oncall.toml"
        self.config.write_text(CONFIG.format(me=me, url=url), encoding="utf-8")
        (self.home / "team.toml").write_text(TEAM, encoding="utf-8")
        self.environ = {"TZ": "UTC", "XDG_CACHE_HOME": str(self.home / "cache")}

    def console(self) -> Session:
        return Session(
            ["-m", "console", "--config", str(self.config)],
            home=self.home,
            size=(150, 40),
            environ=self.environ,
        )

    def command(self, *arguments: str) -> str:
        return command(self.config, *arguments, environ={"HOME": str(self.home), **self.environ})

    @contextmanager
    def engine(self) -> Iterator[subprocess.Popen[bytes]]:
        """Run the engine as a service would."""
        with (self.home / "engine.log").open("wb") as log:
            running = subprocess.Popen(
                [sys.executable, "-m", "console", "--config", str(self.config), "watch", "--log", "json"],
                cwd=REPO,
                stdout=log,
                stderr=log,
                env={"PATH": "/usr/bin:/bin", "HOME": str(self.home), **self.environ},
            )
        try:
            yield running
        finally:
            running.kill()
            running.wait(PATIENCE)


def shown_after(console: Session, pattern: str) -> float:
    """Return how many seconds it takes until the screen shows something."""
    began = ticks()
    console.until(lambda: re.search(pattern, console.screen) is not None, pattern)
    return ticks() - began


def gone_from(console: Session, words: str) -> None:
    console.until(lambda: words not in console.screen, f"{words!r} is gone")


def test_a_team_on_one_store(tmp_path: Path, postgres: PostgresServer, pg_database: str) -> None:
    asha, rina = Person(tmp_path, "asha", pg_database), Person(tmp_path, "rina", pg_database)
    assert "opened INC-1" in asha.command(
        "new", "--service", "payments", "--title", "Cards are declined", "--priority", "P2"
    )
    with asha.console() as ours, rina.console() as theirs:
        for console in (ours, theirs):
            console.until_shown(r"auto-escalation (is )?NOT running")
        with asha.engine() as engine:
            for console in (ours, theirs):
                console.until_shown(r"engine \S+")
            # Each sees the other look, and what the other does, while it happens.
            theirs.until_shown(r"Asha is looking")
            ours.type("a")
            ours.until_shown(r"acked INC-1")
            assert shown_after(theirs, r"◐ acked") < BUSY
            theirs.type("a")
            theirs.until_shown(r"acked by Asha \d+s ago")
            # The server freezes: both are told, and whatever they press ends as what it is.
            postgres.freeze()
            try:
                assert shown_after(ours, r"store not answering") < 2.1 + BUSY
                theirs.until_shown(r"store not answering")
                ours.type("R")
                ours.until_shown(r"F2 resolve")
                ours.type("the acquirer was down\x1bOQn")
                ours.until_shown(r"(?i)not saved")
            finally:
                postgres.thaw()
            for console in (ours, theirs):
                gone_from(console, "not answering")
            assert "resolved" not in rina.command("incidents", "--state", "all")
            # The engine is killed: nobody escalates, and every screen says so once its lease is over.
            engine.send_signal(signal.SIGKILL)
            engine.wait(PATIENCE)
            for console in (ours, theirs):
                console.until_shown(r"auto-escalation (is )?NOT running")
        with rina.engine():
            for console in (ours, theirs):
                gone_from(console, "NOT running")
        assert "acked by Asha" in asha.command("ack", "1", "--as", "rina")
