"""What a poll of 10,000 items costs besides fetching and decoding, for every kind of source over HTTP.

    python -m benchmarks.sources [ITEMS] [KIND …]

Each kind asks its own fake, in a process of its own. The floor is the very same requests made again
by the bare HTTP client, one after the other, and ``json.loads`` of each answer; ratios are of one run.
``first``: everything is new. ``again``: nothing has changed. ``held``: megabytes kept after the first.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import json
import os
import signal
import statistics
import sys
import tempfile
import threading
import tracemalloc
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from time import perf_counter

import httpx

from console.clock import SystemClock
from console.sources import registry
from tests.fakes.http import FakeServer, Request
from tests.sources.rigs import Given, Rig, extra, rig_of

ITEMS = 10_000
ROUNDS = 3


@contextlib.contextmanager
def elsewhere(server: FakeServer) -> Iterator[None]:
    """Let a copy of this process answer for the server, so that it takes no time of ours."""
    server._server.shutdown()
    pid = os.fork()
    if not pid:
        signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
        server.serve()
        os._exit(0)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGTERM)
        os.waitpid(pid, 0)
        threading.Thread(target=server.serve, daemon=True).start()


async def timed(work: Callable[[], Awaitable[object]]) -> float:
    """Return how many milliseconds the work took."""
    start = perf_counter()
    await work()
    return (perf_counter() - start) * 1000


def again(server: FakeServer, asked: list[Request]) -> Callable[[], Awaitable[None]]:
    """Return what makes the same requests with nothing around them."""
    client = httpx.AsyncClient(base_url=server.url, timeout=60, trust_env=False)

    async def floor() -> None:
        for one in asked:
            kept = {k: v for k, v in one.headers.items() if not k.lower().startswith("if-")}
            kept.pop("Host", None)
            kept.pop("Content-Length", None)
            body = one.body if isinstance(one.body, bytes | None) else json.dumps(one.body).encode()
            answer = await client.request(
                one.method, one.path, params=[(k, v) for k, all_ in one.query.items() for v in all_],
                headers=kept, content=body,
            )  # fmt: skip
            if answer.content:
                json.loads(answer.content)

    return floor


async def measure(rig: Rig, count: int) -> dict[str, float]:
    """Return the medians of one kind, in milliseconds, and the megabytes that it keeps."""
    server = rig.server
    assert server is not None
    rig.fires(*(Given(f"alert {number}", service=f"service-{number % 300}") for number in range(count)))
    server.requests.clear()
    first = await rig.source.fetch()
    floor = again(server, [*server.requests])
    taken: dict[str, list[float]] = {"floor": [], "first": [], "again": []}
    source = rig.source
    with elsewhere(server):
        await floor()
        for _ in range(ROUNDS):
            taken["floor"].append(await timed(floor))
            taken["again"].append(await timed(source.fetch))
            forget(source)
            taken["first"].append(await timed(source.fetch))
        forget(source)
        gc.collect()
        tracemalloc.start()
        poll = await source.fetch()
        gc.collect()
        held = tracemalloc.get_traced_memory()[0] / 1e6
        tracemalloc.stop()
    assert len(poll.alerts) == len(first.alerts)
    await source.close()
    figures = {name: statistics.median(values) for name, values in taken.items()}
    return {**figures, "held": held, "alerts": len(poll.alerts)}


def forget(source: object) -> None:
    """Let a source forget what it read, as if it had just started; only what readers remember."""
    for owner in (source, *vars(source).values()):
        known = getattr(owner, "_known", None)
        if isinstance(known, dict):
            known.clear()
        for inner in vars(owner).values() if hasattr(owner, "__dict__") else ():
            if isinstance(getattr(inner, "_known", None), dict):
                inner._known.clear()


def main() -> None:
    """Print a row for each kind."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else ITEMS
    kinds = sys.argv[2:] or registry.kinds()
    print("| source | alerts | fetch + loads | first poll | again | held |\n|---|---|---|---|---|---|")
    for kind in kinds:
        with tempfile.TemporaryDirectory() as folder, rig_of(kind, Path(folder), SystemClock()) as rig:
            if rig.server is None:
                continue
            most = min(count, extra(rig).most)
            figures = asyncio.run(measure(rig, most))
        floor = figures["floor"]
        print(
            f"| {kind} | {figures['alerts']:.0f} | {floor:.0f} ms | {figures['first'] / floor:.2f}× "
            f"| {figures['again'] / floor:.2f}× | {figures['held']:.0f} MB |",
            flush=True,
        )


if __name__ == "__main__":
    main()
