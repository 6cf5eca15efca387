"""Metrics, scraped for real and read as Prometheus reads them."""

from __future__ import annotations

import asyncio
import threading
import urllib.request
from datetime import UTC, datetime

import pytest
from prometheus_client.parser import text_string_to_metric_families

from console.desk.executor import Executor
from console.domain import commands as cmd
from console.domain.health import EngineReport
from console.engine.engine import Engine
from console.engine.metrics import MetricsServer
from console.engine.settings import Identity, Settings
from console.errors import SourceError, UsageError
from tests.engine.kits import ASHA, policy
from tests.fakes.sources import FakeActuator, FakeSource, alert
from tests.fakes.store import MemoryStore
from tests.waiting import PATIENCE, until

Scraped = dict[tuple[str, tuple[str, ...]], float]


class NowClock:
    def now(self) -> datetime:
        now = datetime.now(UTC)
        return now.replace(microsecond=now.microsecond // 1000 * 1000)


def engine(store: MemoryStore, *sources: FakeSource) -> Engine:
    return Engine(store, sources, policy, Identity("one", "host", 7), Settings(jitter=0.0))


def read(port: int) -> tuple[Scraped, set[str]]:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=PATIENCE) as answer:
        text = answer.read().decode()
    found: Scraped = {}
    undocumented = set()
    for family in text_string_to_metric_families(text):
        if not family.documentation:
            undocumented.add(family.name)
        for sample in family.samples:
            found[sample.name, tuple(sorted(sample.labels.values()))] = sample.value
    return found, undocumented


async def scrape(server: MetricsServer) -> Scraped:
    found, undocumented = await asyncio.to_thread(read, server.port)
    assert not undocumented
    return found


async def test_a_working_engine_tells_what_it_does() -> None:
    store = MemoryStore(NowClock())
    prod, east = FakeActuator(interval=0.05), FakeSource("east", interval=0.05)
    prod.fires(alert("A"), alert("B"))
    east.answers = [SourceError("connection refused")]
    one, stop = engine(store, prod, east), asyncio.Event()
    server = MetricsServer(one.view, "127.0.0.1", 0)
    running = asyncio.create_task(one.run(stop))
    try:
        await until(lambda: len(store.rows()) == 2 and prod.polls > 1 and east.polls > 0)
        Executor(store, policy).carry_out("INC-1", cmd.Ack(), ASHA, "op-1")
        await until(lambda: prod.acted and not store.outbox(store.now()))
        await asyncio.sleep(0.6)  # until the board has seen the ack
        found = await scrape(server)
        assert found["oncall_engine_working", ()] == 1
        assert found["oncall_engine_lease_token", ()] == 1
        assert 0 <= found["oncall_engine_heartbeat_age_seconds", ()] < 10
        assert found["oncall_polls_total", ("prod", "success")] >= 2
        assert found["oncall_polls_total", ("east", "failed")] >= 1
        assert (
            found["oncall_poll_duration_seconds_count", ("prod",)]
            == found["oncall_polls_total", ("prod", "success")]
        )
        assert found["oncall_poll_duration_seconds_bucket", ("+Inf", "prod")] >= 2
        assert (
            abs(found["oncall_source_last_success_timestamp_seconds", ("prod",)] - store.now().timestamp())
            < 10
        )
        assert ("oncall_source_last_success_timestamp_seconds", ("east",)) not in found
        assert found["oncall_source_alerts", ("prod",)] == 2
        assert found["oncall_incidents_open", ("P2",)] == 2
        assert found["oncall_incidents_open", ("P1",)] == 0
        assert found["oncall_incidents_unacked", ("P2",)] == 1
        assert found["oncall_escalation_steps_total", ()] == 2
        assert found["oncall_outbox_attempts_total", ("done",)] == 1
        assert found["oncall_outbox_pending", ()] == 0
        assert found["oncall_store_errors_total", ()] == 0
        assert found["process_cpu_seconds_total", ()] > 0
    finally:
        stop.set()
        await running
        await server.close()
        await one.close()


async def test_a_standby_says_nothing_of_what_it_does_not_know() -> None:
    store = MemoryStore(NowClock())
    now = store.now()
    store.acquire(EngineReport("other", "host", 2, 0, now, now, now), 3600)
    one, stop = engine(store.another(), FakeSource()), asyncio.Event()
    server = MetricsServer(one.view, "127.0.0.1", 0)
    running = asyncio.create_task(one.run(stop))
    try:
        await until(lambda: one.view().other)
        found = await scrape(server)
        assert found["oncall_engine_working", ()] == 0
        assert found["oncall_engine_heartbeat_age_seconds", ()] >= 0
        names = {name for name, _ in found}
        assert not names & {"oncall_incidents_open", "oncall_source_alerts", "oncall_outbox_pending"}
        assert "oncall_engine_lease_token" not in names
    finally:
        stop.set()
        await running
        await server.close()
        await one.close()


async def test_it_leaves_no_thread_behind_and_serves_its_address_only() -> None:
    before = set(threading.enumerate())
    one = engine(MemoryStore())
    server = MetricsServer(one.view, "127.0.0.1", 0)
    assert server._server.server_address[0] == "127.0.0.1"
    with pytest.raises(UsageError, match=r"cannot be served on 127\.0\.0\.1"):
        MetricsServer(one.view, "127.0.0.1", server.port)
    await server.close()
    await one.close()
    left = [
        thread for thread in set(threading.enumerate()) - before if not thread.name.startswith("asyncio_")
    ]
    assert [thread for thread in left if thread.is_alive() and "store" not in thread.name] == []
    with pytest.raises(OSError, match="refused"):
        await asyncio.to_thread(read, server.port)
