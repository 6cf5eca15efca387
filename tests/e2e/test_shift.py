"""A shift as its engineer sees it: the console in a terminal, its own engine, a real Alertmanager."""

from __future__ import annotations

import json
import signal
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.commands import command
from tests.servers.alertmanager import Alertmanager, running
from tests.ui.pty_session import Session

HELL = "[/] [@click=app.quit]x[/] \x1b]52;c;ZXZpbA==\x07\x1b[2J\u202eevil\u202c\nsecond line"

CONFIG = """\
[me]
id = "asha"
[store]
url = "sqlite:///shift.db"
[[sources]]
kind = "alertmanager"
name = "prod"
url = "{url}"
interval = "1s"
timeout = "2s"
ack = "silence"
settle = "0s"
[[people]]
id = "asha"
name = "Asha"
[[people]]
id = "budi"
name = "Budi"
[[teams]]
id = "payments"
[[rotations]]
team = "payments"
role = "primary"
members = ["asha"]
every = "weekly"
handoff = "Mon 09:00"
timezone = "UTC"
start = 2026-01-05
[[rotations]]
team = "payments"
role = "secondary"
members = ["budi"]
every = "weekly"
handoff = "Mon 09:00"
timezone = "UTC"
start = 2026-01-05
[[escalation]]
team = "payments"
levels = [{{ notify = ["primary"], after = "0m" }}, {{ notify = ["secondary"], after = "5m" }}]
[runbooks]
paths = ["runbooks"]
"""


class Desk:
    """A folder with a config, and the two front ends on it."""

    def __init__(self, folder: Path, url: str) -> None:
        self.home = folder
        (folder / "runbooks").mkdir()
        (folder / "runbooks" / "DiskFull.md").write_text(
            "# DiskFull\n\n## Mitigation\n\n1. Find the largest folder\n2. Empty it\n", encoding="utf-8"
        )
        self.config = folder / "oncall.toml"
        self.config.write_text(CONFIG.format(url=url), encoding="utf-8")
        self.config.chmod(0o600)

    def console(self) -> Session:
        return Session(
            ["-m", "console", "--config", str(self.config)],
            home=self.home,
            size=(140, 40),
            environ={"TZ": "UTC", "XDG_CACHE_HOME": str(self.home / "cache")},
        )

    def ask(self, *arguments: str) -> Any:
        said = command(self.config, *arguments, environ={"HOME": str(self.home), "TZ": "UTC"})
        return json.loads(said) if "--json" in arguments else said


def engine_of(desk: Desk) -> int:
    """Return the process id of the engine that the console started."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                words = (entry / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if str(desk.config).encode() in words and b"--child" in words:
                return int(entry.name)
    return 0


@pytest.fixture
def server(tmp_path: Path) -> Any:
    with running(tmp_path / "am") as alertmanager:
        yield alertmanager


def incidents(desk: Desk) -> list[dict[str, Any]]:
    return list(desk.ask("incidents", "--state", "all", "--json")["incidents"])


def test_a_shift(tmp_path: Path, server: Alertmanager) -> None:
    folder = tmp_path / "desk"
    folder.mkdir(mode=0o700)
    desk = Desk(folder, server.url)
    with desk.console() as console:
        console.until_shown(r"● prod")
        console.until_shown(r"(?i)nothing needs you")

        # An alert becomes an incident with clocks, its runbook and what happens if nobody acts.
        server.fire(
            "DiskFull", service="orders-db", severity="critical", annotations={"summary": "orders-db is full"}
        )
        console.until_shown(r"orders-db is full")
        console.until_shown(r"ack\s+0[45]:\d\d")
        console.until_shown(r"Find the largest folder")
        console.until_shown(r"→ Budi\s+secondary")

        # Text from hell takes one row and does nothing.
        server.fire("Hell", service="web", severity="warning", annotations={"summary": HELL})
        console.until_shown(r"\[/\] \[@click=app.quit\]x\[/\]")
        assert "\x1b]52" not in console.text
        assert "\u202e" not in console.text

        # Ack by key: saved here, a silence there, shown as a silence.
        row = next(row for row in incidents(desk) if row["service"] == "orders-db")
        console.type("/svc:orders\r")
        console.until_shown(r"1 hidden by filter")
        console.until_shown(rf"{row['id']}\b")
        console.press("a", f"acked {row['id']}")
        console.until_shown(r"silenced")
        assert next(one for one in incidents(desk) if one["id"] == row["id"])["acked_by"] == "asha"
        silences = server.client.get("/api/v2/silences").json()
        assert [silence["createdBy"] for silence in silences] == ["asha"]

        # The handover is there for another terminal while the console runs.
        handover = desk.ask("handover")
        assert row["id"] in handover
        assert "\x1b" not in handover

        # The source dies: named on screen with its rows kept, never quiet.
        server.process.terminate()
        server.process.wait(10)
        console.until_shown(r"prod (stale|failed)")
        assert "orders-db is full" in console.screen
        assert "nothing needs you" not in console.screen.lower()

        # The console dies by kill -9: its engine follows, nothing saved is lost.
        engine = engine_of(desk)
        assert engine
        before = incidents(desk)
        console.process.send_signal(signal.SIGKILL)
        console.until(
            lambda: not Path(f"/proc/{engine}").exists() or not engine_of(desk), "the engine left too"
        )

    with desk.console() as again:
        again.until_shown(r"orders-db is full")
        again.until_shown(r"prod (stale|failed)")
        after = incidents(desk)
        assert [(one["id"], one["state"], one["acked_by"]) for one in after] == [
            (one["id"], one["state"], one["acked_by"]) for one in before
        ]
        again.process.send_signal(signal.SIGTERM)
        assert again.until_ended() == 143
