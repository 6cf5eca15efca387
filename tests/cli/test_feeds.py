"""Feeds of changes on the command line: tried by check, kept by the engine, and told where they fail."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.fakes.feeds import FakeGitHub, FakeGitLab, deployment, deployment_status
from tests.fakes.http import Reply, serving

TABLES = """
[[changes]]
kind = "github"
name = "hub"
url = "{hub}"
repos = ["acme/shop"]
services = {{ "acme/shop" = "payments" }}
[[changes]]
kind = "gitlab"
name = "lab"
url = "{lab}"
projects = ["acme/shop"]
"""


@pytest.fixture
def hub() -> Iterator[FakeGitHub]:
    now = datetime.now(UTC)
    with serving(FakeGitHub()) as fake:
        fake.items = [deployment(1, now - timedelta(minutes=9), ref="v42")]
        fake.statuses[1] = [deployment_status(1, now - timedelta(minutes=5))]
        yield fake


@pytest.fixture
def lab(config: Path, hub: FakeGitHub) -> Iterator[FakeGitLab]:
    with serving(FakeGitLab()) as fake:
        config.write_text(config.read_text() + TABLES.format(hub=hub.url, lab=fake.url))
        yield fake


def test_check_says_what_each_would_bring(run: Run, lab: FakeGitLab, config: Path) -> None:
    lab.replies.extend([Reply(401, b"{}")] * 2)
    found = run("check", "--json")
    said = [
        (one["name"], one["result"], one["text"]) for one in found.json["checks"] if one["area"] == "changes"
    ]
    first = "answers, 1 change in 24 h, the last 5m ago of payments: v42 (1a2b3c4d5e6f) to production"
    assert said[0][:2] == ("hub", "ok")
    assert said[0][2].startswith(first[:60])
    assert said[1][:2] == ("lab", "fail")
    assert "does not accept our credentials" in said[1][2]
    assert found.code == 3
    config.write_text(config.read_text().replace('"payments" }', '"card-api" }'))
    warned = [one["text"] for one in run("check", "--json").json["checks"] if one["result"] == "warn"]
    assert 'no [[services]] has the name "card-api": say in services which one is meant' in warned


def test_the_engine_keeps_them_and_what_fails_is_told(run: Run, lab: FakeGitLab) -> None:
    lab.replies.append(Reply(500, b"oops"))
    once = run("watch", "--once")
    assert "lab: " in once.err
    assert "is in trouble (500: oops)" in once.err
    status = run("status")
    assert "changes 0/2" in status.out  # the engine has stopped: nothing is live
    told = {one["name"]: one for one in run("status", "--json").json["changes"]}
    assert (told["hub"]["kind"], told["hub"]["error"], told["lab"]["status"]) == ("github", None, "failed")
    lines = run("incidents").out.splitlines()
    (lost,) = [line for line in lines if line.startswith("! lab is failed")]
    assert lost.endswith("(its changes are not shown)")
    health = {one["name"]: one["status"] for one in run("watch", "--health", "--json").json["changes"]}
    assert health["lab"] == "failed"
    assert "v42" in run("changes").out


@pytest.mark.usefixtures("config")
def test_without_feeds_nothing_is_said_of_them(run: Run) -> None:
    assert "changes" not in run("status").out
