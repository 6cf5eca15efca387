"""``oncall incidents`` and ``oncall show``."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from datetime import datetime

from console import bootstrap
from console.cli.context import Context, opened
from console.cli.contract import details_json, engine_json, incident_json, source_json
from console.cli.ids import incident_id
from console.cli.known import detail_of
from console.cli.memory import memory_json, memory_lines
from console.cli.output import print_json, say, stamp, table, width
from console.cli.report import card, priority_word, state_word
from console.clock import local_zone
from console.desk.memory import read_memory
from console.domain.filters import Circumstances, FilterError
from console.domain.filters import parse as parse_filter
from console.domain.fold import fold
from console.domain.health import EngineReport, SourceHealth, SourceStatus, not_live, status, trust_word
from console.domain.human import age, count, span
from console.domain.look import Look, arrange
from console.domain.policy import Policy
from console.domain.roster import duties
from console.domain.similar import Memory
from console.domain.standing import Standing, standing, viewer
from console.errors import UsageError
from console.outputs.incident import to_markdown

_AT_ONCE = 1000  # logs read in one query
HEADS = ("ID", "P", "STATE", "CLOCK", "SERVICE", "OWNER", "ALERTS", "AGE", "TITLE")


def incidents(args: argparse.Namespace) -> int:
    """List incidents, least time left first."""
    try:
        query = parse_filter(args.filter)
    except FilterError as error:
        raise UsageError(f"--filter: {error}") from None
    if args.as_of is not None:
        from console.cli.asof import past_incidents  # noqa: PLC0415 - it lists as this module does

        return past_incidents(args, query)
    with opened(args) as context:
        now = context.store.now()
        report = context.store.engine()
        found = context.store.rows() if args.state == "all" else context.store.open_rows().rows
        around = Circumstances(viewer(context.me, duties(context.policy.roster, now), context.policy), now)
        arranged = arrange((standing(row, context.policy) for row in found), Look(query), around)
        shown = sorted(arranged.shown, key=open_first)
        if args.json:
            print_json(_listing(context, shown, report, now))
        else:
            if shown:
                say(listing(shown, context.policy, now))
            say(_footer(context, len(shown), arranged.hidden, report, now))
    return 0


def show(args: argparse.Namespace) -> int:
    """Show one incident; 1 where there is no such one."""
    incident = incident_id(args.incident)
    with opened(args) as context:
        now = context.store.now()
        detail = detail_of(context, incident)
        if args.json:
            print_json(
                {**details_json(detail, context.policy, now), **memory_json(_memory(context, incident))}
            )
        elif args.similar:
            say("\n".join(memory_lines(_memory(context, incident), context.policy, now)))
        elif args.md:
            say(to_markdown(detail, context.policy, now, local_zone()).rstrip("\n"))
        else:
            say(card(detail, context.policy, now))
    return 0


def _memory(context: Context, incident: str) -> Memory:
    return read_memory(context.store, incident) or Memory()


def open_first(item: Standing) -> tuple[bool, float]:
    """Keep the order of open incidents; below them the others, latest first."""
    row = item.row
    if row.is_open:
        return False, 0.0
    return True, -(row.resolved_at or row.merged_at or row.reported_at).timestamp()


def _listing(
    context: Context, shown: Iterable[Standing], report: EngineReport | None, now: datetime
) -> dict[str, object]:
    info = context.store.info()
    ids = [item.row.id for item in shown]
    found = []
    for start in range(0, len(ids), _AT_ONCE):
        logs = context.store.logs(ids[start : start + _AT_ONCE])
        found += [
            incident_json(fold(logs[one]), context.policy, now) for one in ids[start : start + _AT_ONCE]
        ]
    return {
        "now": stamp(now),
        "store": {"kind": info.kind, "where": info.where, "read_only": info.read_only},
        "engine": engine_json(report, now),
        "sources": [
            source_json(source, report, now) for source in bootstrap.known_sources(context.setup, report)
        ],
        "incidents": found,
    }


def listing(shown: Iterable[Standing], policy: Policy, now: datetime) -> str:
    """Return incidents as a table of lines."""
    rows = [_row(item, policy, now) for item in shown]
    return table(rows, HEADS, width(), stretch=len(HEADS) - 1)


def _row(item: Standing, policy: Policy, now: datetime) -> tuple[str, ...]:
    row = item.row
    return (
        row.id,
        priority_word(row),
        state_word(row),
        f"{item.clock_name} {span(item.clock.remaining(now))}" if row.is_open else "",
        row.service,
        policy.name_of(row.owner) if row.owner else "",
        f"{row.firing}/{row.total}" if row.total else "",
        age(now - row.reported_at),
        row.title,
    )


def _footer(context: Context, shown: int, hidden: int, report: EngineReport | None, now: datetime) -> str:
    """Return what the list alone would not tell: what is hidden, and what is not known."""
    lines = [count(shown, "incident") + (f", {hidden} more hidden by the filter" if hidden else "")]
    blind = [
        _trouble(source, report, now)
        for source in not_live(bootstrap.known_sources(context.setup, report), report, now)
    ]
    if report is None or now > report.expires_at:
        lines.append("! nobody runs the engine: nothing is polled and auto-escalation is NOT running")
    lines += blind
    feeds = not_live(bootstrap.known_feeds(context.setup, report), report, now)
    lines += [f"{_trouble(feed, report, now)} (its changes are not shown)" for feed in feeds]
    if blind and not shown:
        lines.append("That is what is known, not that all is quiet.")
    return "\n".join(lines)


def _trouble(source: SourceHealth, report: EngineReport | None, now: datetime) -> str:
    """Return what is wrong with a source or a feed that is not live."""
    how = status(source, report, now)
    since = f", last heard {age(now - source.last_success)} ago" if source.last_success else ""
    words = "has never been asked" if how is SourceStatus.NEVER else f"is {trust_word(source, how)}{since}"
    return f"! {source.name} {words}{': ' + source.error if source.error else ''}"
