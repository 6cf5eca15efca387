"""The examples in deploy/ name only what exists."""

from __future__ import annotations

import argparse
import configparser
import json
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.cli.grammar import build
from tests.paths import REPO
from tests.waiting import PATIENCE

DEPLOY = REPO / "deploy"
UNIT = DEPLOY / "oncall-engine.service"


class Unit(configparser.RawConfigParser):
    """A unit file: keys keep their case and may come several times (the last one is kept)."""

    def __init__(self) -> None:
        super().__init__(strict=False, delimiters=("=",), comment_prefixes=("#",), interpolation=None)

    def optionxform(self, optionstr: str) -> str:
        return optionstr


@pytest.fixture
def service() -> dict[str, str]:
    unit = Unit()
    unit.read_string(UNIT.read_text(encoding="utf-8"))
    return dict(unit["Service"])


@pytest.fixture
def container() -> dict[str, str]:
    """Return the instructions of the container file; lines that go on are joined."""
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return {line.split()[0]: line.split(None, 1)[1] for line in lines}


def parsed(command: list[str]) -> argparse.Namespace:
    assert Path(command[0]).name == "oncall"
    return build().parse_args(command[1:])


def commands_in_readme() -> Iterator[str]:
    text = (DEPLOY / "README.md").read_text(encoding="utf-8")
    for found in re.findall(r"`(oncall [^`]*)`", text):
        yield str(found).replace("[", "").replace("]", "")


def test_the_unit_starts_a_command_that_exists(service: dict[str, str]) -> None:
    args = parsed(shlex.split(service["ExecStart"]))
    assert (args.run, args.log, args.once, args.child) == ("watch:watch", "json", False, False)
    assert args.config == "/etc/oncall/oncall.toml"


def test_the_unit_restarts_watches_and_locks_in(service: dict[str, str]) -> None:
    assert service["Type"] == "notify"
    assert service["Restart"] == "always"
    assert int(service["WatchdogSec"]) > 2 * 20  # twice what counts as stuck
    assert int(service["TimeoutStopSec"]) > 3
    locked = ("DynamicUser", "NoNewPrivileges", "ProtectHome", "PrivateTmp", "MemoryDenyWriteExecute")
    assert {name: service[name] for name in locked} == dict.fromkeys(locked, "yes")
    assert service["ProtectSystem"] == "strict"
    assert service["CapabilityBoundingSet"] == ""
    assert service["StateDirectory"] == "oncall"
    assert "EnvironmentFile" in service


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed here")
def test_systemd_understands_the_unit(tmp_path: Path) -> None:
    program = tmp_path / "oncall"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    copy = tmp_path / UNIT.name
    copy.write_text(UNIT.read_text().replace("/opt/oncall/bin/oncall", str(program)))
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", str(copy)],
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    about_it = [line for line in done.stderr.splitlines() if UNIT.name in line]
    assert about_it == []
    assert done.returncode == 0, done.stderr


def test_the_container_starts_a_command_that_exists(container: dict[str, str]) -> None:
    args = parsed(json.loads(container["ENTRYPOINT"]))  # a list: no shell that would keep SIGTERM to itself
    assert (args.run, args.log) == ("watch:watch", "json")
    assert container["STOPSIGNAL"] == "SIGTERM"
    assert container["USER"] not in {"root", "0"}
    assert re.fullmatch(r"docker\.io/library/python:3\.\d+-slim", container["FROM"])


def test_the_container_probes_its_health(container: dict[str, str]) -> None:
    options, _, command = container["HEALTHCHECK"].partition("CMD")
    assert parsed(json.loads(command)).health
    assert "--interval=10s" in options
    assert float(re.findall(r"--timeout=(\d+)s", options)[0]) > 2.1


@pytest.mark.parametrize("command", sorted(set(commands_in_readme())))
def test_the_readme_names_commands_that_exist(command: str) -> None:
    parsed(shlex.split(command))


def test_the_readme_names_every_event() -> None:
    sources = [*(REPO / "console/engine").glob("*.py"), REPO / "console/cli/watch.py"]
    used = {name for path in sources for name in re.findall(r'"event": "(\w+)"', path.read_text())}
    told = set(re.findall(r"`(\w+)`", (DEPLOY / "README.md").read_text(encoding="utf-8")))
    assert used
    assert used <= told
