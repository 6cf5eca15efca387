"""What the handover says of incidents, written in either markup."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from console.domain.handover_document import Alongside, OpenIncident, ResolvedIncident, Tried
from console.domain.human import length
from console.domain.reporters import reported
from console.domain.vocabulary import ReporterKind, Sufficed
from console.outputs.markup import NONE
from console.outputs.sheet import Sheet


def open_blocks(sheet: Sheet) -> list[str]:
    """Return a block for each open incident."""
    lines: list[str] = []
    for one in sheet.of.open:
        title = f"{one.id} {sheet.m.text(one.priority)} {sheet.m.text(one.title, 200)}"
        lines += [*([""] if lines else []), *sheet.m.heading(title)]
        lines += sheet.m.bullets((*_facts(sheet, one), sheet.m.nested("last events:", _events(sheet, one))))
    return lines or sheet.m.bullets(())


def _events(sheet: Sheet, one: OpenIncident) -> Iterator[str]:
    for line in one.last_events:
        yield f"{sheet.at(line.at)} {sheet.m.text(line.actor)}: {sheet.m.text(line.text, 300)}"


def _facts(sheet: Sheet, one: OpenIncident) -> Iterator[str]:
    owner = sheet.m.text(one.owner) or "nobody"
    yield f"{sheet.m.text(one.service) or 'no service'}, {one.state.words}, owner {owner}, {one.firing} of {one.total} alerts firing"
    again = f", again after {one.recurrence_of}" if one.recurrence_of else ""
    human = one.reporter is not ReporterKind.MONITORING
    who = f" {sheet.m.text(reported(one.reporter, one.reported_by))}" if human else ""
    yield f"reported {sheet.at(one.reported_at)}{who}{again}"
    yield f"clocks: {'; '.join(_clocks(sheet, one)) or NONE}"
    yield f"next: {_next(sheet, one)}"
    yield f"clients: {_clients(sheet, one)}"
    yield f"tried: {'; '.join(_tried(sheet, step) for step in one.tried) or NONE}"
    if one.changes:
        yield f"changes around it: {'; '.join(sheet.m.text(line, 300) for line in one.changes)}"
    for track in one.tracks:
        yield f"track {_track(sheet, track)}"
    if one.upstream:
        yield f"upstream: {sheet.m.text(one.upstream, 200)}"
    yield f"links: {', '.join(sheet.m.link(each.title, each.url) for each in one.links) or NONE}"


def _clocks(sheet: Sheet, one: OpenIncident) -> Iterator[str]:
    if one.ack_due:
        yield f"ack due {sheet.due(one.ack_due)}"
    if one.resolve_due:
        yield f"to be resolved by {sheet.due(one.resolve_due)}"
    if one.paused:
        yield f"paused, {sheet.m.text(one.paused)}"
    if one.snoozed_until:
        yield f"snoozed until {sheet.at(one.snoozed_until)}"


def _next(sheet: Sheet, one: OpenIncident) -> str:
    by = f" by {sheet.due(one.next_by)}" if one.next_by else ""
    if one.next_page_at is None:
        return f"{one.next_step}{by}"
    return f"{one.next_step}{by}; else pages {sheet.m.text(one.next_page) or 'nobody'} at {sheet.at(one.next_page_at)}"


def _clients(sheet: Sheet, one: OpenIncident) -> str:
    if one.update_due is None:
        return NONE
    told = f"last told {sheet.at(one.updated_at)}" if one.updated_at else "not told yet"
    return f"{told}, next update due {sheet.due(one.update_due)}"


def _track(sheet: Sheet, one: Alongside) -> str:
    what = f" ({sheet.m.text(one.what, 160)})" if one.what else ""
    owner = f", {sheet.m.text(one.owner)}" if one.owner else ""
    check = f"next check {sheet.due(one.check_at)}" if one.check_at else "no check is set"
    note = f": {sheet.m.text(one.note, 160)}" if one.note else ""
    return f"{sheet.m.text(one.track)}{what} {one.state.value}{owner}, {check}{note}"


def _tried(sheet: Sheet, step: Tried) -> str:
    result = f" ({sheet.m.text(step.result, 160)})" if step.result else ""
    return f"step {step.step} {step.state} by {sheet.m.text(step.by)}: {sheet.m.text(step.text, 160)}{result}"


def resolved(sheet: Sheet) -> list[str]:
    """Return the table of what was resolved."""
    heads = ("id", "P", "what", "by", "TTA", "TTR", "cause", "how", "RCA due")
    return sheet.m.table(heads, (_resolved_row(sheet, one) for one in sheet.of.resolved))


def _resolved_row(sheet: Sheet, one: ResolvedIncident) -> tuple[str, ...]:
    return (
        one.id,
        sheet.m.text(one.priority),
        sheet.m.text(one.title, 120),
        sheet.m.text(one.owner) or ("by itself" if one.auto else ""),
        length(timedelta(seconds=one.seconds_to_ack)) if one.seconds_to_ack is not None else NONE,
        length(timedelta(seconds=one.seconds_to_resolve)),
        sheet.m.text(one.cause, 80) or NONE,
        sheet.m.text(one.resolution, 160) or NONE,
        sheet.at(one.rca_due) if one.rca_due else NONE,
    )


def why_open(sheet: Sheet) -> Iterator[str]:
    """Yield why each open incident is not resolved."""
    for one in sheet.of.open:
        yield f"{one.id} {sheet.m.text(one.title, 120)}: {sheet.m.text(one.why_open, 300) or 'nobody has written down why'}"


def runbooks(sheet: Sheet) -> Iterator[str]:
    """Yield where runbooks did not do, and of which incidents it is not known."""
    for gap in sheet.of.runbook_gaps:
        name = f" ({sheet.m.text(gap.runbook)})" if gap.runbook else ""
        yield f"{gap.incident}{name}: {sheet.m.text(gap.what, 300)}"
    unsaid = [one.id for one in sheet.of.resolved if one.sufficed is Sufficed.UNSAID]
    if unsaid:
        yield f"not said for {', '.join(unsaid)}"


def forgotten(sheet: Sheet) -> Iterator[str]:
    """Yield what was acked and then left."""
    for one in sheet.of.forgotten:
        where = "on shift" if one.owner_on_shift else "NOT on shift"
        quiet = length(sheet.of.as_of - one.quiet_since)
        yield f"{one.incident} {sheet.m.text(one.priority)} {sheet.m.text(one.title, 120)}: {sheet.m.text(one.owner)} ({where}), quiet for {quiet}"
