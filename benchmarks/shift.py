"""All sources at once for a shift's worth of polls, four of them in trouble, and whether that touches the others.

    python -m benchmarks.shift [MINUTES]

One engine, in a process of its own, polls every kind of source. Behind each stands the vendor's own
spec as a mock where the mocks run (``ONCALL_MOCKS``) and its example makes a whole poll, else our fake
of the product. One product is dead, one says "too many requests", one hangs and one refuses our
credentials. Printed once a minute: megabytes, tasks, threads, open files, and the state of the sources.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import random
import signal
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic

from benchmarks.soak import resident
from console.domain.health import EngineReport, SourceStatus, status
from console.domain.policy import Policy
from console.domain.roster import Roster
from console.engine.engine import Engine
from console.engine.settings import Identity, Settings
from console.ports.sources import AlertSource
from console.sources import registry
from console.store.sqlite.store import SqliteStore
from tests.fakes.http import Reply, Request
from tests.servers import vendors
from tests.sources.conftest import HeldClock
from tests.sources.rigs import Given, Rig, rig_of

MINUTES = 30
TROUBLE = {
    "zenduty": "dead",
    "sentry": "rate-limited",
    "datadog": "slow",
    "grafana": "refuses our credentials",
}
MOCKS = {"pagerduty": "pagerduty", "jira": "jira", "intercom": "intercom", "opsgenie": "opsgenie",
         "jsm": "jsmops", "alertmanager": "alertmanager", "gcp": "gcp", "slack": "slack"}  # fmt: skip
INTERVAL = 5.0  # seconds; so that half an hour sees as many polls as a shift


def in_trouble(rig: Rig, how: str) -> None:
    """Let a product misbehave from now on."""
    server = rig.server
    if server is None:
        raise ValueError("only what is asked over HTTP can be put into trouble")
    answers: dict[str, Callable[[Request], Reply]] = {
        "rate-limited": lambda _: Reply(429, b"{}", {"Retry-After": "20"}),
        "slow": lambda _: Reply(hang=True),
        "refuses our credentials": lambda _: Reply(401, b"{}"),
    }
    if how == "dead":
        server.stop()
    else:
        server.answer = answers[how]  # type: ignore[method-assign]  # that is the trouble


@contextlib.contextmanager
def mocks(folder: Path) -> Iterator[vendors.Mocks | None]:
    """Run the vendors' mocks where they can be."""
    named = os.environ.get(vendors.FOLDER)
    if not named or not vendors.SCRIPT.is_file():
        yield None
        return
    running = vendors.Mocks(Path(named) / "node_modules", folder)
    running.start()
    try:
        yield running
    finally:
        running.stop()


class Ticking(HeldClock):
    """The clock that rigs take, but one that goes."""

    def now(self) -> datetime:
        """Return the real time."""
        return datetime.now(UTC)


def open_files() -> int:
    """Return how many files and sockets this process has open."""
    return len(list(Path("/proc/self/fd").iterdir()))


async def on_mock(kind: str, rig: Rig, running: vendors.Mocks) -> bool:
    """Put the vendor's mock behind a source; False where its example makes no whole poll."""
    server = rig.server
    if server is None or kind not in MOCKS:
        return False
    fake = server.answer
    witness = vendors.Witness(running.urls[MOCKS[kind]])
    server.answer = witness.answer  # type: ignore[method-assign]  # what the fake says is replaced
    try:
        poll = await rig.source.fetch()
        whole = poll.complete and not witness.violations
    except Exception:  # noqa: BLE001 - whatever it is, this one is asked of the fake
        whole = False
    await rig.source.close()
    if not whole:
        server.answer = fake  # type: ignore[method-assign]
    return whole


def work(folder: Path, sources: list[AlertSource], minutes: float) -> None:
    """Be the engine for so long, and print how it is."""
    asyncio.run(_work(folder, sources, minutes))


async def _work(folder: Path, sources: list[AlertSource], minutes: float) -> None:
    store = SqliteStore(folder / "shift.db")
    policy = Policy(Roster())
    identity = Identity("bench", "bench", os.getpid())
    engine = Engine(
        store,
        sources,
        lambda: policy,
        identity,
        Settings(parked_retry=60.0),
        rng=random.Random(1),  # noqa: S311 - jitter
    )
    stop = asyncio.Event()
    running = asyncio.create_task(engine.run(stop))
    began = monotonic()
    worst = 0.0
    print(
        "| minute | MB | tasks | threads | files | loop held up | live | not live |\n|---|---|---|---|---|---|---|---|"
    )
    minute = 0
    while monotonic() - began < minutes * 60:
        asked = monotonic()
        await asyncio.sleep(0.1)
        worst = max(worst, monotonic() - asked - 0.1)
        if monotonic() - began >= minute * 60 + 55:
            minute += 1
            gc.collect()
            files = open_files()
            said = _said(await asyncio.to_thread(store.engine), store)
            print(
                f"| {minute} | {resident():.1f} | {len(asyncio.all_tasks())} | {threading.active_count()} | {files} "
                f"| {worst * 1000:.0f} ms | {said} |",
                flush=True,
            )
            worst = 0.0
    stop.set()
    await running
    await engine.close()


def _said(report: EngineReport | None, store: SqliteStore) -> str:
    if report is None:
        return "no engine |"
    now = store.now()
    live = [one for one in report.sources if status(one, report, now) is SourceStatus.LIVE]
    others = [one for one in report.sources if one not in live]
    words = "; ".join(f"{one.name}: {one.error or 'incomplete: ' + ' '.join(one.problems)}" for one in others)
    return f"{len(live)} of {len(report.sources)} | {words}"


def main() -> None:
    """Set everything up, and let the engine work in a process of its own."""
    minutes = float(sys.argv[1]) if len(sys.argv) > 1 else MINUTES
    build = registry.build
    # A rig calls its source "under-test"; an engine wants them to differ.
    registry.build = lambda kind, _name, options, clock: build(kind, kind, options, clock)
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        running = stack.enter_context(mocks(Path(stack.enter_context(tempfile.TemporaryDirectory()))))
        rigs: dict[str, Rig] = {}
        for kind in registry.kinds():
            place = folder / kind
            place.mkdir()
            rigs[kind] = stack.enter_context(rig_of(kind, place, Ticking()))
            rigs[kind].fires(*(Given(f"{kind} {number}", service=f"s{number % 7}") for number in range(50)))
        real = {kind for kind, rig in rigs.items() if running and asyncio.run(on_mock(kind, rig, running))}
        for kind, how in TROUBLE.items():
            in_trouble(rigs[kind], how)
        print(
            f"{len(rigs)} sources; on the vendors' own specs: {', '.join(sorted(real)) or 'none'}", flush=True
        )
        print(f"in trouble: {', '.join(f'{kind} ({how})' for kind, how in TROUBLE.items())}\n", flush=True)
        sources = [rig.source for rig in rigs.values()]
        for source in sources:
            source.interval = INTERVAL
        pid = os.fork()
        if not pid:
            code = 1
            with contextlib.suppress(KeyboardInterrupt):
                work(folder, sources, minutes)
                code = 0
            os._exit(code)
        stop = threading.Event()
        tidy = threading.Thread(target=_tidy, args=(rigs, stop), daemon=True)
        tidy.start()
        try:
            _, state = os.waitpid(pid, 0)
        except KeyboardInterrupt:
            os.kill(pid, signal.SIGTERM)
            raise
        finally:
            stop.set()
    sys.exit(os.waitstatus_to_exitcode(state))


def _tidy(rigs: dict[str, Rig], stop: threading.Event) -> None:
    """Let the servers forget what they were asked: half an hour of it is much."""
    while not stop.wait(5):
        for rig in rigs.values():
            if rig.server is not None:
                rig.server.requests.clear()


if __name__ == "__main__":
    main()
