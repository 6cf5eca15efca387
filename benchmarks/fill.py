"""Stores and configs of a given size for the benchmarks."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from console.desk.executor import Executor, Order
from console.domain.actors import ENGINE, Actor
from console.domain.alert import Alert, AlertRef
from console.domain.commands import Ack, Open
from console.domain.health import EngineReport
from console.domain.policy import Policy
from console.domain.priority import Priority
from console.domain.roster import Roster
from console.store.sqlite.store import SqliteStore

CONFIG = """\
[me]
id = "asha"
[store]
url = "sqlite:///bench.db"
{sources}
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
[engine]
autostart = {autostart}
"""

RUNBOOK = "# Rule{number}\n\n## Mitigation\n\n" + "".join(
    f"{n}. Do step {n} and read what it says\n\n   ```sh\n   kubectl get pods -n service-{n}\n   ```\n\n"
    for n in range(1, 31)
)


def write_config(folder: Path, sources: str = "", *, autostart: bool = False) -> Path:
    """Write a config into a folder and return its path."""
    runbooks = folder / "runbooks"
    runbooks.mkdir(exist_ok=True)
    for number in range(40):
        (runbooks / f"Rule{number}.md").write_text(RUNBOOK.format(number=number), encoding="utf-8")
    config = folder / "oncall.toml"
    text = CONFIG.format(sources=sources, autostart=str(autostart).lower())
    config.write_text(text, encoding="utf-8")
    return config


def alert(number: int, now: datetime) -> Alert:
    """Return one of many alerts."""
    service = f"service-{number % 30}"
    return Alert(
        ref=AlertRef("prod", f"{number:016x}"),
        name=f"Rule{number % 40}",
        title=f"Rule{number % 40} fires on instance {number}",
        service=service,
        priority=Priority(1 + number % 4),
        started_at=now - timedelta(minutes=3),
        labels=(("alertname", f"Rule{number % 40}"), ("instance", str(number)), ("service", service)),
    )


def _order(number: int, now: datetime) -> Order:
    """Return the opening of an incident; every second one is acked at once."""
    one = alert(number, now)
    opened = (Open(one.title, one.service, f"key-{number}", one.name, (one,)), ENGINE)
    return Order("", (opened, (Ack(), Actor("asha"))) if number % 2 else (opened,))


def fill(folder: Path, incidents: int) -> Path:
    """Write a store with so many open incidents, half of them acked, and return its path."""
    path = folder / "bench.db"
    store = SqliteStore(path)
    executor = Executor(store, lambda: Policy(roster=Roster(), teams=("payments",)))
    now = store.now()
    report = EngineReport("bench", "bench", 0, 0, now, now, now)
    lease = store.acquire(report, 600)
    if lease is None:
        raise RuntimeError("the lease of a new store is free")
    for start in range(0, incidents, 2000):
        orders = [_order(n, now) for n in range(start, min(start + 2000, incidents))]
        executor.carry_out_many(orders, {}, lease)
    store.release(lease, report)
    store.close()
    return path
