"""A real Prometheus Alertmanager for tests: Debian's ``prometheus-alertmanager`` on free ports.

Import the ``alertmanager`` fixture (one server for the session) or use ``running`` for a server with
its own settings. Where the program is absent the tests are skipped, saying so; with
``ONCALL_REQUIRE_ALERTMANAGER=1`` they fail instead.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

PROGRAM = "prometheus-alertmanager"
CONFIG = "route:\n  receiver: nobody\nreceivers:\n  - name: nobody\n"
START_WITHIN = 15.0  # seconds
STOP_WITHIN = 5.0


class Alertmanager:
    """A running server. ``client`` speaks to it as Prometheus and amtool would."""

    def __init__(
        self, process: subprocess.Popen[bytes], url: str, client: httpx.Client, folder: Path
    ) -> None:
        self.process = process
        self.url = url
        self.client = client
        self.folder = folder

    def fire(
        self, name: str, *, since: datetime | None = None, annotations: Any = None, **labels: str
    ) -> None:
        """Make one alert fire (or change its annotations); the labels are its identity."""
        self.post(
            {
                "labels": {"alertname": name, **labels},
                "annotations": annotations or {},
                "startsAt": _text(since or datetime.now(UTC)),
                "endsAt": _text(datetime.now(UTC) + timedelta(hours=1)),
                "generatorURL": "http://prometheus.example:9090/graph?g0.expr=up",
            }
        )

    def clear(self, name: str, **labels: str) -> None:
        """Let an alert end now."""
        now = _text(datetime.now(UTC))
        self.post({"labels": {"alertname": name, **labels}, "endsAt": now})

    def post(self, *alerts: Mapping[str, Any]) -> None:
        self.client.post("/api/v2/alerts", json=alerts).raise_for_status()

    def alerts(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.client.get("/api/v2/alerts").raise_for_status().json()
        return found

    def silences(self, state: str = "active") -> list[dict[str, Any]]:
        found = self.client.get("/api/v2/silences").raise_for_status().json()
        return [silence for silence in found if silence["status"]["state"] == state]

    def clean(self) -> None:
        """End all alerts and silences, for the next test."""
        now = _text(datetime.now(UTC))
        for silence in self.silences():
            self.client.delete(f"/api/v2/silence/{silence['id']}").raise_for_status()
        listed = self.alerts()
        if listed:
            self.post(*({"labels": alert["labels"], "endsAt": now} for alert in listed))

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(STOP_WITHIN)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(STOP_WITHIN)


def program() -> str:
    """Return the program's path; skips (or fails, where it is required) if there is none."""
    found = shutil.which(PROGRAM)
    if found is None:
        missing = f"{PROGRAM} is not installed (apt-get install {PROGRAM})"
        if os.environ.get("ONCALL_REQUIRE_ALERTMANAGER") == "1":
            pytest.fail(missing)
        pytest.skip(missing)
    return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.contextmanager
def running(
    folder: Path,
    *arguments: str,
    web_config: str = "",
    client: Mapping[str, Any] | None = None,
    port: int | None = None,
) -> Iterator[Alertmanager]:
    """Run a server with its files in ``folder`` and end it afterwards.

    ``web_config`` is the text of ``--web.config.file`` (basic auth, TLS); ``client`` then holds what
    httpx needs to get in. ``arguments`` replace the default of no clustering; with ``port`` a server
    comes back at the same address with the same ``folder``.
    """
    path = program()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "alertmanager.yml").write_text(CONFIG)
    command = [path, f"--config.file={folder}/alertmanager.yml", f"--storage.path={folder}/data"]
    command += arguments or ["--cluster.listen-address="]
    scheme = "http"
    if web_config:
        (folder / "web.yml").write_text(web_config)
        command.append(f"--web.config.file={folder}/web.yml")
        scheme = "https" if "tls_server_config" in web_config else "http"
    process, port = _start(command, folder / "log", port)
    url = f"{scheme}://127.0.0.1:{port}"
    with httpx.Client(base_url=url, trust_env=False, **(client or {})) as http:
        server = Alertmanager(process, url, http, folder)
        try:
            yield server
        finally:
            server.stop()


def _start(command: list[str], log: Path, fixed: int | None) -> tuple[subprocess.Popen[bytes], int]:
    """Start the server; another program may take the free port first, so try a few."""
    for _ in range(3):
        port = fixed or free_port()
        with log.open("ab") as output:
            process = subprocess.Popen(
                [*command, f"--web.listen-address=127.0.0.1:{port}"], stdout=output, stderr=output
            )
        deadline = time.monotonic() + START_WITHIN
        while process.poll() is None and time.monotonic() < deadline:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                return process, port
            time.sleep(0.02)  # a program that is starting has nothing to wait on
        process.kill()
        process.wait()
    raise RuntimeError(f"{PROGRAM} does not start:\n{log.read_text()}")


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@pytest.fixture(scope="session")
def alertmanager_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Alertmanager]:
    """One server for the whole session; take ``alertmanager`` instead to find it empty."""
    with running(tmp_path_factory.mktemp("alertmanager")) as server:
        yield server


@pytest.fixture
def alertmanager(alertmanager_server: Alertmanager) -> Alertmanager:
    """The session's server without alerts or silences."""
    alertmanager_server.clean()
    return alertmanager_server
