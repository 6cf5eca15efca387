"""``oncall watch --health``: whether somebody is the engine, for a probe; asks the store and nobody else."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from console import bootstrap
from console.cli.context import setup_for
from console.cli.contract import source_json
from console.cli.output import complain, print_json, say, stamp
from console.config.setup import Setup
from console.desk.worker import StoreWorker
from console.domain.health import EngineReport, SourceStatus, not_live, status, trust_word
from console.errors import StoreError

WORKS, NOBODY, UNREACHABLE = 0, 1, 3
ANSWER_WITHIN = 1.6  # seconds; with the start of the program it stays below 2.1


@dataclass(frozen=True, slots=True)
class _Answer:
    report: EngineReport | None
    now: datetime

    @property
    def working(self) -> EngineReport | None:
        """The engine whose lease has not lapsed."""
        return self.report if self.report is not None and self.now < self.report.expires_at else None

    @property
    def age(self) -> float | None:
        """Seconds since the last heartbeat."""
        return (self.now - self.report.beat_at).total_seconds() if self.report else None


def health(args: argparse.Namespace) -> int:
    """Say who is the engine: 0 where somebody is, 1 where nobody is, 3 where the store does not answer in time."""
    try:
        answer = asyncio.run(_asked(setup_for(args), args.store))
    except StoreError as error:
        if not args.json:
            raise
        print_json({"working": None, "error": str(error)})
        complain(str(error))
        return UNREACHABLE
    if args.json:
        print_json(_json(answer))
    else:
        for line in _lines(answer):
            say(line)
    return WORKS if answer.working else NOBODY


async def _asked(setup: Setup, url: str | None) -> _Answer:
    worker = StoreWorker("store")  # a thread that is left behind where the store hangs
    return await worker.run(_ask, setup, url, deadline=ANSWER_WITHIN)


def _ask(setup: Setup, url: str | None) -> _Answer:
    store = bootstrap.open_store(setup, url, existing=True, readonly=True, answer_within=ANSWER_WITHIN)
    try:
        return _Answer(store.engine(), store.now())
    finally:
        store.close()


def _lines(answer: _Answer) -> Iterator[str]:
    report, working = answer.report, answer.working
    if report is None:
        yield "no engine has ever worked on this store: auto-escalation is NOT running"
        return
    who = f"{report.host}, pid {report.pid}" + (f" ({report.kind})" if report.kind else "")
    if working is None:
        yield f"no engine works: auto-escalation is NOT running (the last: {who}, {answer.age:.0f} s ago)"
        return
    yield f"working: {who}, last heartbeat {answer.age:.1f} s ago"
    for source in report.sources:
        how = status(source, report, answer.now)
        trouble = f": {source.error}" if source.error and how is not SourceStatus.LIVE else ""
        yield f"{source.name}: {trust_word(source, how)}{trouble}"
    for feed in not_live(report.feeds, report, answer.now):
        yield f"{feed.name}: {trust_word(feed, status(feed, report, answer.now))}, no changes from it: {feed.error}"


def _json(answer: _Answer) -> dict[str, object]:
    report = answer.report
    return {
        "working": answer.working is not None,
        "host": report.host if report else None,
        "pid": report.pid if report else None,
        "kind": (report.kind or None) if report else None,
        "since": stamp(report.started_at) if report else None,
        "beat_at": stamp(report.beat_at) if report else None,
        "beat_age": answer.age,
        "sources": [source_json(one, report, answer.now) for one in report.sources] if report else [],
        "changes": [source_json(one, report, answer.now) for one in report.feeds] if report else [],
    }
