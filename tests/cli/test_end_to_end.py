"""A short shift on a real Alertmanager, from the command line alone."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.servers.alertmanager import Alertmanager, alertmanager, alertmanager_server

__all__ = ["alertmanager", "alertmanager_server"]


@pytest.fixture
def prod(config: Path, alertmanager: Alertmanager) -> Alertmanager:
    source = f'\n[[sources]]\nkind = "alertmanager"\nname = "prod"\nurl = "{alertmanager.url}"\n'
    config.write_text(config.read_text() + source + 'ack = "silence"\nsnooze = "silence"\nsettle = "0s"\n')
    return alertmanager


def test_a_shift(run: Run, prod: Alertmanager) -> None:
    prod.fire("HighErrorRate", service="payments", severity="critical", instance="api-gw-3")
    prod.fire("HighErrorRate", service="payments", severity="critical", instance="api-gw-4")
    assert run("watch", "--once").out.startswith("1 source, 2 alerts: 1 incident changed, ")
    (found,) = run("incidents", "--json").json["incidents"]
    assert found["alerts"] == {"firing": 2, "total": 2}
    assert (found["service"], found["provisional"]) == ("payments", "P1")
    assert found["escalation"]["level"] == 0

    assert run("ack", "1", "--take", "-m", "on it").code == 0
    assert prod.silences() == []  # nobody runs the engine, and that was said
    assert run("watch", "--once").code == 0
    (silence,) = prod.silences()
    told = run("show", "1", "--json").json
    (effect,) = told["upstream"]
    assert effect.items() >= {"source": "prod", "id": silence["id"], "state": "done", "kind": "ack"}.items()
    assert effect["text"].startswith("silenced until")
    assert effect["until"][:19] == silence["endsAt"][:19]
    assert any("silenced until" in line["text"] for line in told["timeline"])

    prod.clear("HighErrorRate", service="payments", severity="critical", instance="api-gw-3")
    prod.clear("HighErrorRate", service="payments", severity="critical", instance="api-gw-4")
    run("watch", "--once")
    assert run("show", "1", "--json").json["alerts"] == {"firing": 0, "total": 2}
    assert run("resolve", "1", "--cause", "deploy").code == 0
    run("watch", "--once")
    assert prod.silences() == []  # taken back
    assert "INC-1" in run("handover").out
    assert run("check").code == 0


def test_init_tries_the_source_as_it_is_entered(
    run: Run,
    alertmanager: Alertmanager,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    alertmanager.fire("DiskFull", service="orders-db")
    answers = ["asha", "", "", "", "", "alertmanager", "prod", "ftp://nowhere", alertmanager.url, "", ""]
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join([*answers, ""])))
    found = run("init", "--config", str(tmp_path / "new.toml"))
    assert found.code == 0
    assert "✓ answers, 1 firing" in found.out
    assert found.err.startswith("url is not an address; write it like")
