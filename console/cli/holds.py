"""``oncall holds``: what is held back, and when it comes back."""

from __future__ import annotations

import argparse
from datetime import datetime
from typing import Any

from console import bootstrap
from console.cli.context import opened
from console.cli.output import print_json, say, stamp
from console.clock import local_zone
from console.domain.human import until
from console.domain.returning import Held, Known, held_back, not_known


def show(args: argparse.Namespace) -> int:
    """List maintenance, silences, snoozes and paused clocks, what comes back first before the others."""
    with opened(args) as context:
        now, report = context.store.now(), context.store.engine()
        sources = bootstrap.known_sources(context.setup, report)
        known = Known(tuple(context.store.open_rows().rows), context.policy, tuple(sources), report)

    def clock(at: datetime) -> str:
        return until(at, now, local_zone())

    found, doubts = held_back(known, now, clock), not_known(known, now, clock)
    if args.json:
        print_json({"now": stamp(now), "holds": [_json(one, now, clock) for one in found], "unknown": doubts})
        return 0
    for one in found:
        say(one.words(now, clock))
    if not found:
        say("nothing is held back: no maintenance, silence, snooze or paused clock")
    for words in doubts:
        say(f"! {words}")
    return 0


def _json(one: Held, now: datetime, clock: Any) -> dict[str, Any]:
    return {
        "by": str(one.by),
        "what": one.what,
        "incidents": list(one.incidents),
        "since": stamp(one.since),
        "until": stamp(one.until),
        "then": one.then or None,
        "unknown": one.unknown or None,
        "words": one.words(now, clock),
    }
