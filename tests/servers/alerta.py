"""A real Alerta for tests: ``alertad`` of the package alerta-server, on the PostgreSQL of the tests.

Take the fixture ``alerta``. It runs on a free port of 127.0.0.1 with a database of its own. Where the
package (dev extra) is missing the tests are skipped, saying so; with ``ONCALL_REQUIRE_ALERTA=1`` they fail.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.servers.alertmanager import free_port
from tests.servers.postgres_databases import Databases
from tests.servers.processes import until

REQUIRE = "ONCALL_REQUIRE_ALERTA"
START_WITHIN = 40.0  # seconds; usually 3
STOP_WITHIN = 5.0
ANSWER_WITHIN = 20.0
ADMIN = "admin@alerta.example"


class Alerta:
    """A running server. ``client`` may do everything; ``key`` makes keys that may do less."""

    def __init__(self, url: str, client: httpx.Client) -> None:
        self.url = url
        self.client = client

    def send(self, event: str, *, resource: str = "db-1", **more: Any) -> str:
        """Report an alert, as a monitoring system would; return its id."""
        alert = {
            "event": event,
            "resource": resource,
            "environment": "Production",
            "service": ["orders-db"],
            "severity": "critical",
            "text": f"{event} on {resource}",
            **more,
        }
        name: str = self._ask("POST", "/alert", alert)["id"]
        return name

    def act(self, name: str, action: str, **more: Any) -> None:
        """Do something to an alert, as somebody does on its page."""
        self._ask("PUT", f"/alert/{name}/action", {"action": action, "text": "by hand", **more})

    def alert(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = self._ask("GET", f"/alert/{name}")["alert"]
        return found

    def notes(self, name: str) -> list[str]:
        return [note["text"] for note in self._ask("GET", f"/alert/{name}/notes")["notes"]]

    def delete(self, name: str) -> None:
        self._ask("DELETE", f"/alert/{name}")

    def key(self, user: str, *scopes: str) -> str:
        """Make a key of a user that may do what the scopes say."""
        made = self._ask("POST", "/key", {"user": user, "scopes": list(scopes), "text": "for a test"})
        name: str = made["key"]
        return name

    def clean(self) -> None:
        """Delete all alerts, for the next test."""
        for alert in self._ask("GET", "/alerts?page-size=1000")["alerts"]:
            self.delete(alert["id"])

    def _ask(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        answer = self.client.request(method, path, json=body).raise_for_status()
        found: dict[str, Any] = answer.json()
        return found


def program() -> Path:
    """Return where alertad is; skips (or fails, where it is required) if there is none."""
    found = Path(sys.executable).with_name("alertad")
    if not found.exists():
        missing = "alertad is not installed (pip install '.[dev]')"
        if os.environ.get(REQUIRE) == "1":
            pytest.fail(missing)
        pytest.skip(missing)
    return found


@contextlib.contextmanager
def running(folder: Path, database: str) -> Iterator[Alerta]:
    """Run a server that keeps its alerts in the database at this URL, and end it afterwards."""
    alertad = program()
    settings = folder / "alertad.conf"
    settings.write_text(
        f"DATABASE_URL = {database!r}\nAUTH_REQUIRED = True\nADMIN_USERS = [{ADMIN!r}]\n"
        "SECRET_KEY = 'for tests only'\nPLUGINS = []\nHOUSEKEEPING_ENABLED = False\n"
    )
    environment = {**os.environ, "ALERTA_SVR_CONF_FILE": str(settings)}
    made = subprocess.run(
        [alertad, "key", "--username", ADMIN],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=START_WITHIN,
    )
    if made.returncode != 0:
        raise RuntimeError(f"alertad makes no key:\n{made.stdout}{made.stderr}")
    key = made.stdout.strip().splitlines()[-1]
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    log = folder / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [alertad, "run", "--host", "127.0.0.1", "--port", str(port), "--with-threads"],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    headers = {"Authorization": f"Key {key}"}
    try:
        with httpx.Client(base_url=url, headers=headers, trust_env=False, timeout=ANSWER_WITHIN) as client:
            until(lambda: process.poll() is not None or _answers(client), START_WITHIN)
            if process.poll() is not None:
                raise RuntimeError(f"alertad does not start:\n{log.read_text()}")
            yield Alerta(url, client)
    finally:
        process.terminate()
        try:
            process.wait(STOP_WITHIN)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(STOP_WITHIN)


def _answers(client: httpx.Client) -> bool:
    with contextlib.suppress(httpx.TransportError):
        return client.get("/alerts?page-size=1").status_code == 200
    return False


@pytest.fixture(scope="session")
def alerta_server(pg_server: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Alerta]:
    """One server for the session of a worker; take ``alerta`` instead to find it empty."""
    program()
    with pg_server.fresh() as database, running(tmp_path_factory.mktemp("alerta"), database) as server:
        yield server


@pytest.fixture
def alerta(alerta_server: Alerta) -> Alerta:
    """The session's server without alerts."""
    alerta_server.clean()
    return alerta_server
