"""``oncall status``: how things stand, in one line for a prompt or tmux, or in a few."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from console import bootstrap
from console.cli.context import Context, opened
from console.cli.contract import engine_json, source_json
from console.cli.output import print_json, say, stamp
from console.clock import local_zone
from console.domain.health import EngineReport, SourceHealth, SourceStatus, not_live
from console.domain.health import status as status_of
from console.domain.human import listed, span, until
from console.domain.roster import duties, shift_of
from console.domain.standing import Standing, Want, standing
from console.errors import OncallError

CALM, WANTED = 0, 1
_ASLEEP = {Want.SLEEP, Want.CLOSE}


@dataclass(frozen=True, slots=True)
class _Seen:
    """What the store said. ``items`` are the open incidents, least time left first."""

    context: Context
    now: datetime
    report: EngineReport | None
    items: tuple[Standing, ...]
    followed: tuple[str, ...] = ()  # what is over, and clients were not told so

    @property
    def running(self) -> bool:
        return self.report is not None and self.now <= self.report.expires_at

    @property
    def live(self) -> tuple[int, int]:
        """How many sources are live, of how many."""
        found = [
            status_of(source, self.report, self.now)
            for source in bootstrap.known_sources(self.context.setup, self.report)
        ]
        return found.count(SourceStatus.LIVE), len(found)

    @property
    def feeds(self) -> tuple[SourceHealth, ...]:
        """The feeds of changes."""
        return bootstrap.known_feeds(self.context.setup, self.report)

    @property
    def wanted(self) -> bool:
        """Whether somebody should look: unacked, breached, clients wait to hear the end, or not all is known."""
        live, sources = self.live
        pressing = any(
            item.want is Want.ACK or (item.want not in _ASLEEP and item.clock.breached(self.now))
            for item in self.items
        )
        return pressing or bool(self.followed) or not self.running or live < sources


def status(args: argparse.Namespace) -> int:
    """Say how things stand; 0 calm, 1 somebody should look. A line is printed whatever goes wrong."""
    try:
        with opened(args) as context:
            now = context.store.now()
            rows = context.store.open_rows().rows
            items = sorted((standing(row, context.policy) for row in rows), key=lambda item: item.order)
            followed = tuple(sorted(row.id for row in context.store.followed()))
            seen = _Seen(context, now, context.store.engine(), tuple(items), followed)
    except OncallError as error:
        if args.line and not args.json:  # silence in a prompt would look like calm
            say("oncall: store unreachable" if error.exit_code == 3 else "oncall: bad config")
        raise
    if args.json:
        print_json(_json(seen))
    else:
        parts = [*_incidents(seen), _machinery(seen), _duty(seen)]
        say((" | " if args.line else "\n").join(part for part in parts if part))
    return WANTED if seen.wanted else CALM


def _incidents(seen: _Seen) -> Iterator[str]:
    awake = [item for item in seen.items if item.want not in _ASLEEP]
    if awake:
        times = "×" if (sys.stdout.encoding or "").lower().startswith("utf") else "x"
        counted = Counter(_priority(item) for item in awake)
        first = awake[0]
        counts = " ".join(f"{label}{times}{counted[label]}" for label in sorted(counted))
        yield f"{counts} {first.clock_name} {span(first.clock.remaining(seen.now))}"
    elif not seen.followed:
        yield "? not all is known" if seen.wanted else "quiet"
    if seen.followed:
        yield f"clients wait for a last word on {listed(seen.followed)}"


def _priority(item: Standing) -> str:
    known = item.row.effective_priority
    return known.label if known else "P?"


def _machinery(seen: _Seen) -> str:
    live, sources = seen.live
    engine = "" if seen.running else "engine OFF, "
    feeds, sick = seen.feeds, not_live(seen.feeds, seen.report, seen.now)
    changes = f", changes {len(feeds) - len(sick)}/{len(feeds)}" if sick else ""
    return f"{engine}src {live}/{sources}{changes}"


def _duty(seen: _Seen) -> str:
    roster, me = seen.context.policy.roster, seen.context.me
    mine = shift_of(roster, me, seen.now) if me else None
    if mine is not None:
        end = "" if mine.until is None else f" until {until(mine.until, seen.now, local_zone())}"
        return f"you: {mine.role}{end}"
    first = next(iter(duties(roster, seen.now)), None)
    return (
        f"{first.role}: {seen.context.policy.name_of(first.person) if first.person else 'NOBODY'}"
        if first
        else ""
    )


def _json(seen: _Seen) -> dict[str, object]:
    mine = shift_of(seen.context.policy.roster, seen.context.me, seen.now) if seen.context.me else None
    first = next((item for item in seen.items if item.want not in _ASLEEP), None)
    return {
        "now": stamp(seen.now),
        "wanted": seen.wanted,
        "open": len(seen.items),
        "followed": list(seen.followed),
        "unacked": sum(item.want is Want.ACK for item in seen.items),
        "by_priority": dict(sorted(Counter(_priority(item) for item in seen.items).items())),
        "next": {"id": first.row.id, "clock": first.clock_name, "deadline": stamp(first.clock.deadline)}
        if first
        else None,
        "engine": engine_json(seen.report, seen.now),
        "sources": [
            source_json(source, seen.report, seen.now)
            for source in bootstrap.known_sources(seen.context.setup, seen.report)
        ],
        "changes": [source_json(feed, seen.report, seen.now) for feed in seen.feeds],
        "duty": {"role": mine.role, "team": mine.team, "until": stamp(mine.until)} if mine else None,
    }
