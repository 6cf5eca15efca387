"""Lists and single incidents, and the JSON that scripts rely on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from console.config.load import load
from console.config.policy import policy_of
from console.desk.executor import Executor
from console.domain.actors import ENGINE, Actor
from console.domain.alert import Alert, AlertRef, Link, Upstream, Who
from console.domain.commands import Ack, MarkStep, Open, Resolve
from console.domain.health import EngineReport, SourceHealth
from console.domain.oncall import OnCall
from console.domain.priority import Priority
from console.domain.vocabulary import StepState
from console.ports.desk import Saved
from console.store.sqlite.store import SqliteStore
from tests.cli.conftest import Run
from tests.config.samples import SOURCE
from tests.fakes.store import FakeClock

START = datetime(2026, 1, 6, 3, 0, tzinfo=UTC)
ALERT = Alert(
    ref=AlertRef("prod", "f1"),
    name="HighErrorRate",
    title="5xx 14 % on [api-gw] \u202e",
    service="payments",
    priority=Priority.P1,
    started_at=START - timedelta(minutes=3),
    labels=(("alertname", "HighErrorRate"), ("instance", "api-gw-3")),
    links=(Link("Graph", "http://prometheus.shop.example/graph"),),
)


class Shift:
    """A store with a clock of its own, as the engine and people fill it."""

    def __init__(self, config: Path) -> None:
        self.clock = FakeClock(START)
        self.store = SqliteStore(config.parent / "oncall.db", self.clock)
        self.policy = policy_of(load(config))
        self.executor = Executor(self.store, lambda: self.policy)

    def fired(self, alert: Alert = ALERT) -> str:
        command = Open(alert.title, alert.service, f"{alert.service}/{alert.name}", alert.name, (alert,))
        outcome = self.executor.carry_out("", command, ENGINE, "")
        assert isinstance(outcome, Saved)
        return outcome.incident

    def does(self, who: str, incident: str, command: Any) -> None:
        outcome = self.executor.carry_out(incident, command, Actor(who), "")
        assert isinstance(outcome, Saved), outcome

    def engine_runs(self, *sources: SourceHealth) -> None:
        now = self.clock.now()
        report = EngineReport("h", "server", 7, 0, now, now, now, "", sources)
        assert self.store.acquire(report, 10.0)


@pytest.fixture
def shift(config: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shift]:
    config.write_text(config.read_text() + SOURCE)
    made = Shift(config)
    monkeypatch.setattr("console.store.sqlite.store.SystemClock", lambda: made.clock)
    yield made
    made.store.close()


LIVE = SourceHealth("prod", "alertmanager", 15.0, last_success=START, last_attempt=START, alerts=1)

INCIDENT_KEYS = {
    "id", "title", "service", "team", "priority", "provisional", "state", "owner", "reported_at", "reporter", "reported_by",
    "source_started_at", "acked_at", "acked_by", "resolved_at", "alerts", "epoch", "snoozed_until",
    "merged_into", "recurrence_of", "clocks", "escalation", "sources", "links", "upstream",
    "upstream_incidents",
}  # fmt: skip


def test_json_of_a_list_has_the_keys_that_scripts_rely_on(run: Run, shift: Shift) -> None:
    shift.fired()
    shift.engine_runs(LIVE)
    shift.clock.advance(60)
    shift.does("asha", "INC-1", Ack())
    shift.clock.advance(2)
    found = run("incidents", "--json")
    assert found.code == 0
    document = found.json
    assert {"now", "store", "sources", "incidents"} <= set(document)
    assert document["now"] == "2026-01-06T03:01:02Z"
    assert document["sources"] == [
        {
            "name": "prod",
            "kind": "alertmanager",
            "status": "stale",
            "last_success": "2026-01-06T03:00:00Z",
            "error": None,
            "hint": None,
            "parked": False,
            "on_call": [],
            "on_call_at": None,
        }
    ]
    (incident,) = document["incidents"]
    assert set(incident) >= INCIDENT_KEYS
    assert incident["id"] == "INC-1"
    assert incident["state"] == "acknowledged"
    assert (incident["priority"], incident["provisional"]) == (None, "P1")
    assert (incident["owner"], incident["acked_by"]) == ("asha", "asha")
    assert incident["acked_at"] == "2026-01-06T03:01:00Z"
    assert incident["source_started_at"] == "2026-01-06T02:57:00Z"
    assert incident["alerts"] == {"firing": 1, "total": 1}
    assert incident["clocks"]["ack"] == {
        "deadline": "2026-01-06T03:05:00Z",
        "stopped_at": "2026-01-06T03:01:00Z",
        "breached": False,
    }
    assert incident["clocks"]["resolve"]["deadline"] == "2026-01-06T04:30:00Z"
    assert set(incident["clocks"]["comms"]) == {"deadline", "stopped_at", "breached"}
    assert set(incident["escalation"]) == {
        *("level", "next_at", "next_to", "next_rooms"),
        *("waits_for", "still_to_ack"),
    }
    assert incident["sources"] == ["prod"]
    assert incident["links"] == [{"title": "Graph", "url": "http://prometheus.shop.example/graph"}]


def test_json_says_who_is_paged_next(run: Run, shift: Shift) -> None:
    shift.fired()
    (incident,) = run("incidents", "--json").json["incidents"]
    assert incident["escalation"] == {
        "level": None,
        "next_at": "2026-01-06T03:00:00Z",
        "next_to": ["asha"],
        "next_rooms": [],
        "waits_for": None,
        "still_to_ack": [],
    }


def test_json_of_one_incident(run: Run, shift: Shift, config: Path, tmp_path: Path) -> None:
    books = tmp_path / "runbooks"
    books.mkdir()
    (books / "HighErrorRate.md").write_text("# High error rate\n\n1. Look at the graph\n2. Restart\n")
    config.write_text(config.read_text() + '\n[runbooks]\npaths = ["runbooks"]\n')
    shift.fired()
    shift.does("asha", "INC-1", MarkStep(1, StepState.DONE, "Look at the graph", "HighErrorRate.md"))
    found = run("show", "1", "--json").json
    assert set(found) >= INCIDENT_KEYS | {"timeline", "alerts_list", "runbook"}
    assert found["timeline"][0] == {
        "at": "2026-01-06T03:00:00Z",
        "actor": "engine",
        "actor_kind": "engine",
        "kind": "opened",
        "text": "opened: 5xx 14 % on [api-gw]",
        "undone": False,
    }
    assert found["alerts_list"][0]["labels"]["instance"] == "api-gw-3"
    assert found["runbook"] == {
        "path": "HighErrorRate.md",
        "title": "High error rate",
        "steps": [
            {
                "n": 1,
                "text": "Look at the graph",
                "state": "done",
                "by": "asha",
                "at": "2026-01-06T03:00:00Z",
                "result": "",
                "notes": [],
            },
            {"n": 2, "text": "Restart", "state": "todo", "by": None, "at": None, "result": "", "notes": []},
        ],
    }
    text = run("show", "1").out
    assert "  [x] 1. Look at the graph\n  [ ] 2. Restart\n" in text
    assert run("runbook", "1").out.startswith(
        "HighErrorRate.md: High error rate (found by alert name)\n  [x] 1."
    )


def test_a_list_for_people(run: Run, shift: Shift) -> None:
    shift.fired()
    shift.engine_runs(LIVE)
    shift.clock.advance(5)
    found = run("incidents")
    lines = found.out.splitlines()
    assert lines[0].split() == ["ID", "P", "STATE", "CLOCK", "SERVICE", "OWNER", "ALERTS", "AGE", "TITLE"]
    assert lines[1].split() == [
        "INC-1",
        "P?1",
        "triggered",
        "ack",
        "04:55",
        "payments",
        "1/1",
        "5s",
        "5xx",
        "14",
        "%",
        "on",
        "[api-gw]",
    ]
    assert lines[2:] == ["1 incident"]


def test_an_empty_list_is_never_all_quiet_while_something_is_not_known(run: Run, shift: Shift) -> None:
    failing = SourceHealth("prod", "alertmanager", 15.0, error="prod: connection refused", misses=4)
    assert "! prod has never been asked" in run("incidents").out
    shift.engine_runs(failing)
    lines = run("incidents").out.splitlines()
    assert lines == [
        "0 incidents",
        "! prod is failed: prod: connection refused",
        "That is what is known, not that all is quiet.",
    ]
    shift.clock.advance(60)
    assert "! nobody runs the engine" in run("incidents").out


def test_a_source_that_refuses_our_credentials_is_called_parked(run: Run, shift: Shift) -> None:
    error = "prod does not accept our credentials (401)"
    shift.engine_runs(replace(LIVE, misses=1, error=error, permanent=True, parked=True))
    shift.clock.advance(2)
    said = run("incidents").out.splitlines()[1]
    assert said == "! prod is parked, last heard 2s ago: prod does not accept our credentials (401)"


BUDI_THERE = Who("PB1", "Budi Santoso", "budi@ops.example")
PAGE = "https://shop.pagerduty.example/incidents/Q1"
KEPT = replace(
    ALERT,
    ref=AlertRef("pd", "Q1"),
    links=(Link("PagerDuty #41", PAGE), Link("graph", "https://graphs.example/1")),
    upstream=Upstream(
        "#41", START, acked=True, acked_by=BUDI_THERE, acked_at=START, assignees=("Budi Santoso", "Citra")
    ),
)


def test_an_incident_that_is_kept_elsewhere_says_how_it_stands_there(run: Run, shift: Shift) -> None:
    shift.fired(KEPT)
    (kept,) = run("show", "1", "--json").json["upstream_incidents"]
    assert kept == {
        "source": "pd",
        "id": "Q1",
        "reference": "#41",
        "url": PAGE,
        "reported_at": "2026-01-06T03:00:00Z",
        "acked_there": True,
        "acked_there_by": {"id": "PB1", "name": "Budi Santoso", "email": "budi@ops.example", "bot": False},
        "acked_there_at": "2026-01-06T03:00:00Z",
        "assignees": ["Budi Santoso", "Citra"],
    }
    words = "#41 · acked there by Budi Santoso {} · assigned to Budi Santoso, Citra"
    assert f"in pd: {words.format('10:00')}\n" in run("show", "1").out
    assert f"- in pd: \\{words.format('Tue 2026-01-06 10:00 WIB')}\n" in run("show", "1", "--md").out


def test_json_of_a_source_says_what_to_fix_and_who_is_on_call_there(run: Run, shift: Shift) -> None:
    budi = OnCall("Payments", BUDI_THERE, level=1, until=START)
    parked = replace(LIVE, error="refused", hint="check the token", permanent=True, parked=True)
    shift.engine_runs(replace(parked, on_call=(budi,), on_call_at=START))
    for command in ("incidents", "status"):
        (source,) = run(command, "--json").json["sources"]
        assert (source["status"], source["parked"], source["hint"]) == ("failed", True, "check the token")
        (shown,) = source["on_call"]
        assert (shown["schedule"], shown["level"], shown["who"]["email"]) == (
            "Payments",
            1,
            "budi@ops.example",
        )
        assert (shown["since"], shown["until"]) == (None, "2026-01-06T03:00:00Z")


def test_all_states_and_filters(run: Run, shift: Shift) -> None:
    shift.fired()
    shift.does("asha", "INC-1", Resolve(despite_firing=True))
    shift.clock.advance(1)
    assert run("incidents", "--json").json["incidents"] == []
    every = run("incidents", "--state", "all", "--json").json["incidents"]
    assert [(one["id"], one["state"]) for one in every] == [("INC-1", "resolved")]
    hidden = run("incidents", "--state", "all", "--filter", "svc:search").out
    assert "0 incidents, 1 more hidden by the filter" in hidden
    found = run("incidents", "--filter", "svk:pay")
    assert (found.code, found.out) == (2, "")
    assert found.err.startswith('--filter: no field "svk"; did you mean svc?')


@pytest.mark.usefixtures("shift")
def test_no_such_incident(run: Run) -> None:
    for argv in (["show", "7"], ["runbook", "7"]):
        found = run(*argv)
        assert (found.code, found.out) == (1, "")
        assert found.err == "INC-7: no such incident: oncall incidents --state all lists them\n"


def test_status_on_one_line(run: Run, shift: Shift) -> None:
    shift.engine_runs(LIVE)
    found = run("status", "--line")
    assert (found.code, found.out) == (0, "quiet | src 1/1 | you: primary until Mon 09:00\n")
    shift.fired()
    found = run("status", "--line")
    assert found.code == 1
    assert found.out.split(" | ")[0] in {"P1×1 ack 05:00", "P1x1 ack 05:00"}
    shift.does("asha", "INC-1", Ack())
    assert run("status", "--line").code == 0
    assert run("status", "--line", "--as", "dewi").out.endswith("| primary: Asha\n")
    shift.clock.advance(3600 * 2)
    found = run("status", "--line")
    assert found.code == 1
    assert "-30:00 | engine OFF, src 0/1 | " in found.out
    told = run("status", "--json").json
    assert (told["wanted"], told["open"], told["unacked"], told["by_priority"]) == (True, 1, 0, {"P1": 1})


def test_status_never_looks_calm_where_nothing_is_known(run: Run, shift: Shift, config: Path) -> None:
    assert run("status", "--line").out.startswith("? not all is known | engine OFF, src 0/1")
    shift.store.close()
    (config.parent / "oncall.db").write_bytes(b"no database" * 1000)
    found = run("status", "--line")
    assert (found.code, found.out) == (3, "oncall: store unreachable\n")
    config.write_text("[mee]\n")
    found = run("status", "--line")
    assert (found.code, found.out) == (2, "oncall: bad config\n")


def test_what_happened_before_is_told_with_reasons(run: Run, shift: Shift) -> None:
    shift.fired()
    shift.clock.advance(60)
    shift.does("asha", "INC-1", Resolve("restarted the pool", "a leak", despite_firing=True))
    shift.clock.advance(3 * 86_400)
    shift.fired(replace(ALERT, ref=AlertRef("prod", "f2")))
    said = run("show", "2", "--similar").out
    assert said.startswith("seen 1 time in the 30 days before\n  last time: INC-1, payments, 3d ago, took ")
    assert "Asha: a leak -> restarted the pool\n" in said
    assert "because: same alert, same service" in said
    whole = run("show", "2", "--json").json
    assert (whole["seen"]["count"], whole["seen"]["last"]["cause"]) == (1, "a leak")
    assert [one["id"] for one in whole["similar"]] == ["INC-1"]
    assert run("show", "1", "--similar").out.startswith("seen 0 times in the 30 days before\nnothing similar")
