"""What a poll costs besides fetching and decoding, on a real Alertmanager.

    python -m benchmarks.poll [ALERTS] [ROUNDS]

Prints medians in milliseconds and their ratio to fetch + ``json.loads`` of the same answer in the
same run. ``unchanged``: not one byte differs. ``repeated``: Prometheus has sent all alerts again, so
every record has new times. ``first``: everything is new.
"""

from __future__ import annotations

import asyncio
import json
import random
import statistics
import sys
import tempfile
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

import httpx

from console.clock import SystemClock
from console.sources.alertmanager import Options, Source
from tests.servers.alertmanager import Alertmanager, running

SERVICES = ("payments", "checkout", "search", "orders-db", "mailer", "ledger", "cart", "auth", "cdn", "batch")
NAMES = ("HighErrorRate", "HighLatency", "PodCrashLooping", "DiskWillFill", "QueueBacklog", "TargetDown")
BATCH = 500


def made_up(number: int, since: datetime) -> dict[str, Any]:
    """Return one alert as Prometheus posts it; the same for the same number."""
    dice = random.Random(number)  # noqa: S311 - made-up alerts, not secrets
    name, service = dice.choice(NAMES), dice.choice(SERVICES)
    instance = f"{service}-{number % 997:03}.eu.example:9100"
    text = f"{name} on {service} ({instance})"
    return {
        "labels": {
            "alertname": name, "service": service, "instance": instance, "n": f"{number:06}",
            "severity": dice.choices(("critical", "warning", "info"), (15, 50, 35))[0],
            "cluster": dice.choice(("eu-1", "eu-2", "us-1")), "team": "payments", "job": service,
            "namespace": f"{service}-prod",
        },
        "annotations": {
            "summary": f"{text}: {dice.randrange(100)} %",
            "description": f"{text} has been above its threshold for five minutes. Look at the last deploy first.",
            "runbook_url": f"https://runbooks.example/{service}/{name}",
        },
        "startsAt": since.isoformat(), "endsAt": (since + timedelta(hours=2)).isoformat(),
        "generatorURL": f"http://prometheus.example:9090/graph?g0.expr={name}",
    }  # fmt: skip


def fill(server: Alertmanager, count: int, since: datetime) -> None:
    """Let so many alerts fire; doing it again touches all of them."""
    for start in range(0, count, BATCH):
        server.post(*(made_up(number, since) for number in range(start, min(start + BATCH, count))))


async def timed(work: Callable[[], Awaitable[object]]) -> float:
    """Return how many milliseconds the work took."""
    start = perf_counter()
    await work()
    return (perf_counter() - start) * 1000


async def measure(server: Alertmanager, count: int, rounds: int) -> dict[str, list[float]]:
    """Return the milliseconds of each case, the cases taking turns so that noise hits all alike."""
    since = datetime.now(UTC) - timedelta(minutes=30)
    fill(server, count, since)
    params = {"active": "true", "silenced": "true", "inhibited": "false", "unprocessed": "true"}
    taken: dict[str, list[float]] = {name: [] for name in ("fetch + loads", "first", "unchanged", "repeated")}

    def source() -> Source:
        return Source("prod", Options.model_validate({"url": server.url, "timeout": "60s"}), SystemClock())

    async with httpx.AsyncClient(base_url=server.url, timeout=60, trust_env=False) as client:

        async def floor() -> None:
            json.loads((await client.get("/api/v2/alerts", params=params)).content)

        await floor()
        steady, touched = source(), source()
        await steady.fetch()
        await touched.fetch()
        for _ in range(rounds):
            taken["fetch + loads"].append(await timed(floor))
            await steady.fetch()
            taken["unchanged"].append(await timed(steady.fetch))
            fill(server, count, since)
            taken["repeated"].append(await timed(touched.fetch))
            fresh = source()
            taken["first"].append(await timed(fresh.fetch))
            await fresh.close()
        await steady.close()
        await touched.close()
    return taken


def main() -> None:
    """Run the benchmark and print its table."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    with (
        tempfile.TemporaryDirectory() as folder,
        running(Path(folder), client={"timeout": 60}) as server,
    ):
        taken = asyncio.run(measure(server, count, rounds))
    floor = statistics.median(taken["fetch + loads"])
    print(f"{count} alerts, medians of {rounds}")
    for name, values in taken.items():
        middle = statistics.median(values)
        print(f"{name:14} {middle:8.1f} ms  {middle / floor:5.2f} x")


if __name__ == "__main__":
    main()
