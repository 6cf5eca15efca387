"""A real Prometheus for tests: Debian's ``prometheus`` on a free port, with rules that change.

Take the fixture ``prometheus``. Where the program is absent the tests are skipped, saying so; with
``ONCALL_REQUIRE_PROMETHEUS=1`` they fail instead.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.servers.alertmanager import free_port
from tests.servers.processes import until

PROGRAM = "prometheus"
REQUIRE = "ONCALL_REQUIRE_PROMETHEUS"
CONFIG = "global:\n  evaluation_interval: 100ms\nrule_files: [rules.json]\n"
START_WITHIN = 20.0  # seconds
STOP_WITHIN = 10.0


class Prometheus:
    """A server that can be stopped and started again at the same address."""

    def __init__(self, path: str, folder: Path) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._folder = folder
        self._command = [
            path,
            f"--config.file={folder}/prometheus.yml",
            f"--storage.tsdb.path={folder}/data",
            f"--web.listen-address=127.0.0.1:{self.port}",
            "--web.enable-lifecycle",
        ]
        self._process: subprocess.Popen[bytes] | None = None
        self._client = httpx.Client(base_url=self.url, trust_env=False)
        (folder / "prometheus.yml").write_text(CONFIG)
        self.write()

    def write(self, *rules: dict[str, Any]) -> None:
        """Write the rules; a running server takes them with ``load``."""
        group = {"name": "tests", "rules": list(rules)}  # JSON is YAML
        (self._folder / "rules.json").write_text(json.dumps({"groups": [group] if rules else []}))

    def load(self, *rules: dict[str, Any]) -> None:
        """Give it these rules and wait until each has been evaluated."""
        self.write(*rules)
        self._client.post("/-/reload").raise_for_status()
        until(lambda: self._evaluated() == [rule["alert"] for rule in rules], START_WITHIN)

    def _evaluated(self) -> list[str]:
        groups = self._client.get("/api/v1/rules").raise_for_status().json()["data"]["groups"]
        return [rule["name"] for group in groups for rule in group["rules"] if rule["health"] != "unknown"]

    def start(self) -> None:
        with (self._folder / "log").open("ab") as output:
            self._process = subprocess.Popen(self._command, stdout=output, stderr=output)
        process = self._process
        until(lambda: process.poll() is not None or self._ready(), START_WITHIN)
        if process.poll() is not None:
            raise RuntimeError(f"{PROGRAM} does not start:\n{(self._folder / 'log').read_text()}")

    def _ready(self) -> bool:
        with contextlib.suppress(httpx.TransportError):
            return self._client.get("/-/ready").status_code == 200
        return False

    def stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        try:
            process.wait(STOP_WITHIN)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(STOP_WITHIN)

    def close(self) -> None:
        self.stop()
        self._client.close()


def program() -> str:
    """Return the program's path; skips (or fails, where it is required) if there is none."""
    found = shutil.which(PROGRAM)
    if found is None:
        missing = f"{PROGRAM} is not installed (apt-get install {PROGRAM})"
        if os.environ.get(REQUIRE) == "1":
            pytest.fail(missing)
        pytest.skip(missing)
    return found


@pytest.fixture
def prometheus(tmp_path: Path) -> Iterator[Prometheus]:
    """A running server without rules."""
    server = Prometheus(program(), tmp_path)
    try:
        server.start()
        yield server
    finally:
        server.close()
