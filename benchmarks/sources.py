"""What a poll of 10,000 items costs besides fetching and decoding, for every kind of source over HTTP.

    python -m benchmarks.sources [--padded] [ITEMS] [KIND …]

Each kind asks its own fake, in a process of its own that replays what it once answered. The floor is the
very same requests made again by the bare HTTP client, one after the other, and ``json.loads`` of each
answer; a ratio is the median of those of several rounds, each of one floor and one poll right after it.
``bytes each``: what the fake sends for an alert. That is far less than products send, and the less it is
the more weighs what is done with it; ``--padded`` puts into each record what products have beside: some
30 fields that nobody reads, 1.2 kB.
``first``: everything is new. ``again``: nothing has changed. ``loop``: how long a poll keeps everything
else in its event loop waiting at most, in milliseconds. ``held``: megabytes kept after the first.
"""

from __future__ import annotations

import asyncio
import contextlib
import copy
import copyreg
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
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import Any

import httpx

from console import service
from console.domain.alert import Poll
from console.ports.sources import AlertSource
from console.sources import registry
from tests.fakes.http import FakeServer, Reply, Request
from tests.sources.conftest import HeldClock
from tests.sources.rigs import Given, Rig, extra, rig_of

ITEMS = 10_000
ROUNDS = 5
TICK = 0.002  # seconds
BESIDE = {
    f"field_{number}": value
    for number, value in enumerate(
        4
        * [
            "2026-01-05T09:00:00Z",
            "https://shop.example/some/where/else/123",
            "a few words that say something",
            ["one", "two"],
            {"id": "P123", "type": "service_reference", "summary": "checkout"},
            12345,
            True,
            None,
        ]
    )
}
PAGE = 20  # records; a shorter list is no page of alerts

copyreg.pickle(
    type(threading.Lock()), lambda _lock: (threading.Lock, ())
)  # sources are copied before they ask


@contextlib.contextmanager
def elsewhere(server: FakeServer) -> Iterator[None]:
    """Let a copy of this process answer for the server, so that it takes no time of ours."""
    server._server.shutdown()  # noqa: SLF001 - the copy goes on with the same socket
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


def replay(server: FakeServer, *, padded: bool) -> None:
    """Let a server answer as it answered the same before: a real one does not make us wait for its Python."""
    answered: dict[object, Reply] = {}
    answer = server.answer

    def replayed(request: Request) -> Reply:
        key = request.method, request.target, request.content, request.headers.get("If-None-Match")
        if key not in answered:
            reply = answer(request)
            answered[key] = pad(reply) if padded else reply
        return answered[key]

    server.answer = replayed  # type: ignore[method-assign]


def pad(reply: Reply) -> Reply:
    """Return an answer with more in each record of its longest list; with rules, in each of their alerts."""
    value = json.loads(reply.body)
    records: list[Any] = max(tables(value), key=len, default=[])
    if len(records) < PAGE:
        return reply
    for record in records:
        for one in record["alerts"] if isinstance(record.get("alerts"), list) else [record]:
            one["beside"] = BESIDE
    return replace(reply, body=json.dumps(value).encode())


def tables(value: Any) -> Iterator[list[Any]]:
    """Yield all lists of tables."""
    inner = value if isinstance(value, list) else value.values() if isinstance(value, dict) else ()
    if isinstance(value, list) and value and all(isinstance(one, dict) for one in value):
        yield value
    for one in inner:
        yield from tables(one)


async def timed(work: Callable[[], Awaitable[object]]) -> float:
    """Return how many milliseconds the work took."""
    start = perf_counter()
    await work()
    return (perf_counter() - start) * 1000


async def longest(work: Callable[[], Awaitable[object]]) -> float:
    """Return for how many milliseconds the work let nothing else in the event loop have a turn, at most."""
    late = 0.0

    async def tick() -> None:
        nonlocal late
        while True:
            start = perf_counter()
            await asyncio.sleep(TICK)
            late = max(late, perf_counter() - start - TICK)

    ticking = asyncio.create_task(tick())
    await asyncio.sleep(TICK * 2)
    await work()
    await asyncio.sleep(TICK * 2)
    ticking.cancel()
    return late * 1000


def again(server: FakeServer, asked: list[Request]) -> Callable[[], Awaitable[int]]:
    """Return what makes the same requests with nothing around them, and returns how many bytes came."""
    client = httpx.AsyncClient(base_url=server.url, timeout=60, trust_env=False)

    async def floor() -> int:
        size = 0
        for one in asked:
            kept = {k: v for k, v in one.headers.items() if not k.lower().startswith("if-")}
            kept.pop("Host", None)
            kept.pop("Content-Length", None)
            answer = await client.request(
                one.method, server.url + one.target, headers=kept, content=one.content or None
            )
            size += len(answer.content)
            if answer.content:
                json.loads(answer.content)
        return size

    return floor


async def asked_by(source: AlertSource, server: FakeServer) -> tuple[Poll, Callable[[], Awaitable[int]]]:
    """Return a poll and what makes its requests again."""
    server.requests.clear()
    poll = await source.fetch()
    return poll, again(server, [*server.requests])


async def measure(rig: Rig, count: int, *, padded: bool) -> dict[str, float]:
    """Return the medians of one kind, in milliseconds and ratios, and the megabytes that it keeps."""
    server, source = rig.server, rig.source
    if server is None:
        raise ValueError("only for sources that ask a server")
    fresh = [copy.deepcopy(source) for _ in range(ROUNDS + 2)]  # none of them has asked anything yet
    rig.fires(*(Given(f"alert {number}", service=f"service-{number % 300}") for number in range(count)))
    replay(server, padded=padded)
    service.collect_less_often()  # as the engine's process does
    polls, floors = zip(*[await asked_by(source, server) for _ in range(2)], strict=True)
    await source.close()  # its connections are to a thread of ours
    taken: dict[str, list[float]] = {"floor": [], "first": [], "again": [], "loop": []}
    with elsewhere(server):
        sizes = [await floor() for floor in floors]
        for _ in range(ROUNDS):
            new = fresh.pop()
            floor = await timed(floors[0])
            taken["floor"].append(floor)
            taken["first"].append(await timed(new.fetch) / floor)
            taken["again"].append(await timed(source.fetch) / await timed(floors[1]))
            await new.close()
        new = fresh.pop()
        taken["loop"].append(await longest(new.fetch))
        await new.close()
        held = await kept(fresh.pop())
    await source.close()
    if len(polls[0].alerts) != len(polls[1].alerts) or not polls[0].alerts:
        raise RuntimeError(f"{len(polls[1].alerts)} alerts instead of {len(polls[0].alerts)}")
    figures = {name: statistics.median(values) for name, values in taken.items()}
    return {**figures, "held": held, "alerts": len(polls[0].alerts), "each": sizes[0] / count}


async def kept(source: AlertSource) -> float:
    """Return the megabytes that a source and its poll keep."""
    gc.collect()
    tracemalloc.start()
    poll = await source.fetch()
    gc.collect()
    held = tracemalloc.get_traced_memory()[0] / 1e6
    tracemalloc.stop()
    await source.close()
    del poll
    return held


def main() -> None:
    """Print a row for each kind."""
    padded = "--padded" in sys.argv
    given = [word for word in sys.argv[1:] if word != "--padded"]
    count = int(given[0]) if given else ITEMS
    kinds = given[1:] or registry.kinds()
    print("| source | alerts | bytes each | fetch + loads | first poll | again | loop | held |")
    print("|---|---|---|---|---|---|---|---|", flush=True)
    for kind in kinds:
        with tempfile.TemporaryDirectory() as folder, rig_of(kind, Path(folder), HeldClock()) as rig:
            if rig.server is None:
                continue
            figures = asyncio.run(measure(rig, min(count, extra(rig).most), padded=padded))
        print(
            f"| {kind} | {figures['alerts']:.0f} | {figures['each']:.0f} | {figures['floor']:.0f} ms | {figures['first']:.2f}× "
            f"| {figures['again']:.2f}× | {figures['loop']:.0f} ms | {figures['held']:.0f} MB |",
            flush=True,
        )


if __name__ == "__main__":
    main()
