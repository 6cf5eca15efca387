"""The demo shows what it promises: at least 25 incidents, a storm, a flap, a silent source, colleagues."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from console.config.load import Loaded, load
from console.config.policy import policy_of
from console.demo import changes, folder, history, teammate
from console.demo.scenario import LOGS, LOGS_SILENT, faults
from console.desk.details import read_detail
from console.desk.executor import Executor
from console.domain.alert import Poll
from console.domain.changes.correlated import best
from console.domain.changes.words import in_a_sentence
from console.domain.grouping import group_key
from console.domain.incident import State
from console.domain.policy import Grouping
from console.domain.roster import duties
from console.errors import SourceError
from console.sources import registry
from console.store.sqlite.store import SqliteStore

NOW = datetime(2026, 3, 11, 20, 14, tzinfo=UTC)


@pytest.fixture
def demo(tmp_path: Path) -> Loaded:
    return load(folder.write(tmp_path, NOW))


def polled(loaded: Loaded, name: str, at: float) -> Poll:
    clock = history.TurnedBack(NOW + timedelta(seconds=at))
    for table, options in zip(loaded.config.sources, loaded.options, strict=True):
        if table.name == name:
            return asyncio.run(registry.build(table.kind, table.name, options, clock).fetch())
    raise KeyError(name)


def seeded(loaded: Loaded, tmp_path: Path) -> tuple[SqliteStore, Executor, history.TurnedBack]:
    clock = history.TurnedBack(NOW)
    store = SqliteStore(tmp_path / "demo.db", clock)
    executor = Executor(store, lambda: policy_of(loaded))
    assert history.write(executor, clock, NOW) >= 10
    return store, executor, clock


def test_twenty_five_incidents_over_time_and_a_storm_of_few() -> None:
    groups = {(fault.service, fault.name) for fault in faults()}
    assert len(groups) >= 25
    starts = sorted({fault.at for fault in faults()})
    assert starts[-1] > 300, "the shift goes on for minutes"
    storm = [fault for fault in faults() if 95 <= fault.at < 115]
    assert len(storm) >= 40
    assert len({(fault.service, fault.name) for fault in storm}) <= 8


@pytest.mark.parametrize(
    "moment", [NOW, NOW + timedelta(hours=13, minutes=47), NOW + timedelta(days=4, hours=6)]
)
def test_asha_is_primary_whenever_the_demo_starts(tmp_path: Path, moment: datetime) -> None:
    loaded = load(folder.write(tmp_path, moment))
    held = {(duty.team, duty.role): duty.person for duty in duties(policy_of(loaded).roster, moment)}
    assert held["payments", "primary"] == "asha"
    assert held["checkout", "secondary"] is None, "a gap is there to be seen"


def test_the_timelines_agree_with_the_scenario(demo: Loaded) -> None:
    at_start = {
        alert.ref.fingerprint
        for name in ("metrics", "probes", "logs")
        for alert in polled(demo, name, 1).alerts
    }
    assert at_start == {folder.identity(fault) for fault in faults() if fault.at <= 1}


def test_one_source_falls_silent_and_comes_back(demo: Loaded) -> None:
    begin, end = LOGS_SILENT[0]
    with pytest.raises(SourceError, match="cannot be reached"):
        polled(demo, LOGS, begin + 1)
    assert polled(demo, LOGS, end + 1).complete


def test_history_has_every_state_and_knows_its_alerts_again(demo: Loaded, tmp_path: Path) -> None:
    store, _, _ = seeded(demo, tmp_path)
    rows = store.open_rows().rows
    assert {State.TRIGGERED, State.ACKNOWLEDGED, State.CLEARED_UNACKED} <= {row.state for row in rows}
    assert any(row.snoozed_until for row in rows)
    assert any(not row.is_open for row in store.rows(since=NOW - timedelta(days=7)))
    keys = {row.key for row in rows}
    for alert in polled(demo, "metrics", 1).alerts:
        assert group_key(alert, Grouping()) in keys, f"{alert.name} would open a second incident"
    store.close()


def test_colleagues_act_when_their_incident_is_there(demo: Loaded, tmp_path: Path) -> None:
    store, executor, _ = seeded(demo, tmp_path)
    waits: list[float] = []

    def wait(seconds: float) -> bool:
        waits.append(seconds)
        return False

    teammate.play(executor, lambda: store.open_rows().rows, wait, speed=10)
    search = next(row for row in store.open_rows().rows if row.alert_name == "IndexStale")
    kinds = [type(event.body).__name__ for event in store.log(search.id)]
    assert kinds[-1] == "StepMarked"
    assert sum(waits) == pytest.approx(teammate.DEEDS[-1].at / 10)
    store.close()


def test_colleagues_stop_when_told(demo: Loaded, tmp_path: Path) -> None:
    store, executor, _ = seeded(demo, tmp_path)
    before = store.open_rows().position
    teammate.play(executor, lambda: store.open_rows().rows, lambda _seconds: True)
    assert store.open_rows().position == before
    store.close()


def test_timelines_are_json_lines(demo: Loaded) -> None:
    for name in ("metrics", "probes", "logs"):
        for line in (demo.path.parent / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
            assert json.loads(line)["at"] >= 0


def test_a_rollout_lies_before_the_worst_of_the_shift(demo: Loaded, tmp_path: Path) -> None:
    store, _, clock = seeded(demo, tmp_path)
    changes.write(store, clock, NOW)
    policy = policy_of(demo)
    found = {row.service: read_detail(store, row.id, policy) for row in store.open_rows().rows}
    store.close()
    told = {name: best(one.changes) for name, one in found.items() if one is not None}
    words = {name: in_a_sentence(one, policy) for name, one in told.items() if one is not None}
    assert words["payments"].endswith(" after deploy v42 canary 5 % of payments (Rina)")
    assert words["payments"].startswith("started ")
