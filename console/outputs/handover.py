"""The handover as Markdown, as HTML and as JSON: one document, written in one order."""

from __future__ import annotations

from collections.abc import Iterator

from console.domain.handover_document import Contact, Handover, Muted, Remark, SourceGap, Written
from console.domain.human import count
from console.domain.roster import Gap
from console.domain.team.handoverfacts import Section
from console.outputs import htmlmarkup, markup, values
from console.outputs.handoverincidents import forgotten, open_blocks, resolved, runbooks, why_open
from console.outputs.handoverreviews import reviews
from console.outputs.markup import NONE
from console.outputs.sheet import Markup, Sheet


def to_json(handover: Handover) -> str:
    """Return the handover as one JSON document; text in it is as it was, not escaped for Markdown."""
    return values.to_json(handover)


def to_markdown(handover: Handover) -> str:
    """Return the handover as Markdown, every section in its place, ``none`` where there is nothing."""
    return _document(Sheet(handover, _MARKDOWN))


def to_html(handover: Handover) -> str:
    """Return the same as one HTML file that needs nothing else: no script, no request, readable in print."""
    return _document(Sheet(handover, _HTML))


def summary_lines(handover: Handover) -> tuple[str, ...]:
    """Return the title and what counts most, plain, for where the whole would be too much."""
    sheet = Sheet(handover, _MARKDOWN)
    title = to_markdown(handover).split("\n", 1)[0]
    numbers = f"{count(len(handover.open), 'open incident')}, {len(handover.resolved)} resolved this shift"
    return (title, "", *_header(sheet), numbers, "", "Do first:", *_do_first(sheet))


_MARKDOWN: Markup = markup
_HTML: Markup = htmlmarkup


def _document(sheet: Sheet) -> str:
    of, m = sheet.of, sheet.m
    outgoing, incoming = m.text(of.outgoing) or "nobody", _incoming(sheet)
    lines = [
        *m.bullets(_header(sheet)),
        *m.section("Do first", _do_first(sheet)),
        *m.section(f"Open incidents ({len(of.open)})", open_blocks(sheet)),
        *m.section("Acked and forgotten", m.bullets(forgotten(sheet))),
        *m.section("Watch", _watch(sheet)),
        *m.section(f"Resolved this shift ({len(of.resolved)})", resolved(sheet)),
        *m.section(
            "Not resolved, and why", m.bullets((*_written(sheet, Section.NOT_RESOLVED), *why_open(sheet)))
        ),
        *m.section(
            "Were the runbooks adequate?", m.bullets((*_written(sheet, Section.RUNBOOK), *runbooks(sheet)))
        ),
        *m.section("Reviews and action items", m.bullets(reviews(sheet))),
        *m.section("Also", m.bullets(_written(sheet, Section.GENERAL))),
        *m.section("Numbers", _numbers(sheet)),
        *m.section("Next shift", _next_shift(sheet)),
        *m.section("To hand over", m.todo(m.text(line) for line in of.transfer)),
        *m.section("Sign-off", _sign_off(sheet)),
    ]
    return m.document(f"Handover {m.text(of.team)}: {outgoing} to {incoming} ({m.text(of.role)})", lines)


def _header(sheet: Sheet) -> Iterator[str]:
    yield f"shift: {sheet.both(sheet.of.shift_start)} to {sheet.both(sheet.of.shift_end)}"
    yield f"made: {sheet.both(sheet.of.generated_at)}, store revision {sheet.of.position}"
    if sheet.of.as_of != sheet.of.generated_at:
        yield f"as it stood: {sheet.both(sheet.of.as_of)}"
    if not sheet.of.sources_known:
        yield "sources: NONE is being watched: nothing here means nothing is known"
    elif not sheet.of.not_live:
        yield f"sources: {count(sheet.of.sources_known, 'source')}, all live"
    else:
        yield f"sources NOT live: {'; '.join(_source(sheet, gap) for gap in sheet.of.not_live)}"
    if not sheet.of.engine_running:
        yield "auto-escalation was NOT running when this was made"
    for remark in sheet.of.blind_spots:
        yield f"{sheet.at(remark.at)}: {sheet.m.text(remark.text)}"


def _source(sheet: Sheet, gap: SourceGap) -> str:
    since = f"last answer {sheet.at(gap.last_success)}" if gap.last_success else "never answered"
    error = f", {sheet.m.text(gap.error, 200)}" if gap.error else ""
    return f"{sheet.m.text(gap.name)} {gap.status} ({since}{error})"


def _do_first(sheet: Sheet) -> list[str]:
    lines = [
        *_written(sheet, Section.DO_FIRST),
        *(
            f"{one.incident} {sheet.m.text(one.priority)} {sheet.m.text(one.title, 120)}: {sheet.m.text(one.what, 200)} "
            f"by {sheet.at(one.due_at)}{' - OVERDUE' if one.overdue else ''}"
            for one in sheet.of.do_first
        ),
    ]
    if sheet.of.do_first_left_out:
        lines.append(f"and {sheet.of.do_first_left_out} more, see the open incidents")
    return sheet.m.bullets(lines)


def _watch(sheet: Sheet) -> list[str]:
    return sheet.m.bullets(
        [
            *_written(sheet, Section.WATCH),
            *(_remark(sheet, one) for one in sheet.of.watch),
            *_written(sheet, Section.MUTED),
            *(_muted(sheet, one) for one in sheet.of.muted),
        ]
    )


def _remark(sheet: Sheet, one: Remark) -> str:
    about = f"{one.incident}: " if one.incident else ""
    return f"{about}{sheet.m.text(one.text)} ({sheet.m.text(one.who)}, {sheet.at(one.at)})"


def _muted(sheet: Sheet, one: Muted) -> str:
    by = f" by {sheet.m.text(one.by)}" if one.by else ""
    return f"{one.incident}: {sheet.m.text(one.title, 120)} {sheet.m.text(one.reason, 200)} until {sheet.at(one.until)}{by}"


def _numbers(sheet: Sheet) -> list[str]:
    rows = (
        (sheet.m.text(one.name), sheet.m.text(one.value), sheet.m.text(one.target))
        for one in sheet.of.numbers
    )
    return sheet.m.table(("what", "this shift", "target"), rows)


def _next_shift(sheet: Sheet) -> list[str]:
    return [
        *sheet.m.table(
            ("role", "who", "until", "contacts"), (_contact(sheet, one) for one in sheet.of.next_shift)
        ),
        *sheet.m.paragraph("Escalation:"),
        *sheet.m.table(("level", "who", "contacts"), (_level(sheet, one) for one in sheet.of.escalation)),
        *sheet.m.paragraph("Gaps within two weeks:"),
        *sheet.m.bullets(
            f"{sheet.m.text(gap.role)}: nobody from {sheet.at(gap.start)} to {sheet.at(gap.end)}{_why(sheet, gap)}"
            for gap in sheet.of.roster_gaps
        ),
        *sheet.m.paragraph("Changes, maintenance, rollouts:"),
        *sheet.m.bullets(_changes(sheet)),
    ]


def _why(sheet: Sheet, gap: Gap) -> str:
    return f" ({sheet.m.text(gap.reason, 120)})" if gap.reason else ""


def _changes(sheet: Sheet) -> Iterator[str]:
    if sheet.of.changes_left_out:
        yield f"{sheet.of.changes_left_out} earlier ones within a day, see oncall changes"
    for one in sheet.of.changes:
        yield f"{sheet.at(one.at)} {sheet.m.text(one.text, 300)}{f' ({sheet.m.text(one.who)})' if one.who else ''}"


def _contact(sheet: Sheet, one: Contact) -> tuple[str, ...]:
    until = sheet.at(one.until) if one.until else "no end in sight"
    return sheet.m.text(one.role), sheet.m.text(one.person) or "NOBODY", until, _ways(sheet, one)


def _level(sheet: Sheet, one: Contact) -> tuple[str, ...]:
    return sheet.m.text(one.role), sheet.m.text(one.person) or "NOBODY", _ways(sheet, one)


def _ways(sheet: Sheet, one: Contact) -> str:
    return ", ".join(sheet.m.text(f"{kind} {value}") for kind, value in one.contacts)


def _written(sheet: Sheet, section: Section) -> Iterator[str]:
    """Yield what people wrote for a section."""
    for one in sheet.of.written:
        if one.section is section:
            yield _entry(sheet, one)


def _entry(sheet: Sheet, one: Written) -> str:
    return f"{sheet.m.lines(one.text)} ({sheet.m.text(one.who)}, {sheet.at(one.at)})"


def _sign_off(sheet: Sheet) -> list[str]:
    signed = sheet.of.signed
    outgoing = sheet.m.text(sheet.of.outgoing) or "nobody"
    incoming = _incoming(sheet)
    if signed is None:
        blank = (f"outgoing: {outgoing}, at: ", f"accepted by: {incoming}, at: ", "remarks and questions: ")
        return sheet.m.bullets(blank)
    remarks = f": {sheet.m.lines(signed.remarks)}" if signed.remarks else ""
    lines = [f"outgoing: {outgoing}, offered {sheet.both(signed.offered_at)}{remarks}"]
    answer = f": {sheet.m.lines(signed.answer)}" if signed.answer else ""
    if signed.settled_at is None:
        lines.append(f"offered to {incoming}, NOT accepted yet: everything stays with {outgoing}")
    elif signed.accepted:
        lines.append(f"accepted by {incoming}, {sheet.both(signed.settled_at)}{answer}")
        lines.append(f"changed hands: {', '.join(signed.moved) or NONE}")
    else:
        lines.append(f"returned by {incoming}, {sheet.both(signed.settled_at)}{answer}")
    lines += [f"written after the offer: {_entry(sheet, one)}" for one in signed.late]
    return sheet.m.bullets(lines)


def _incoming(sheet: Sheet) -> str:
    return sheet.m.text(sheet.of.incoming) or f"NOBODY ({sheet.m.text(sheet.of.gap, 120) or 'a gap'})"
