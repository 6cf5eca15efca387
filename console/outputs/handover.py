"""The handover as Markdown and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from console.domain.handover_document import (
    Alongside,
    Contact,
    Handover,
    Muted,
    OpenIncident,
    Remark,
    ResolvedIncident,
    SourceGap,
    Tried,
)
from console.domain.human import count, length
from console.domain.human import stamp as local_stamp
from console.domain.reporters import reported
from console.domain.vocabulary import ReporterKind, Sufficed
from console.outputs import values
from console.outputs.markup import NONE, bullets, link, section, table, text


def to_json(handover: Handover) -> str:
    """Return the handover as one JSON document; text in it is as it was, not escaped for Markdown."""
    return values.to_json(handover)


def to_markdown(handover: Handover) -> str:
    """Return the handover as Markdown, every section in its place, ``none`` where there is nothing."""
    lines = [
        *_header(handover),
        *section("Do first", _do_first(handover)),
        *section(f"Open incidents ({len(handover.open)})", _open(handover)),
        *section("Acked and forgotten", bullets(_forgotten(handover))),
        *section("Watch", _watch(handover)),
        *section(f"Resolved this shift ({len(handover.resolved)})", _resolved(handover)),
        *section("Not resolved, and why", bullets(_why_open(handover))),
        *section("Were the runbooks adequate?", bullets(_runbooks(handover))),
        *section("Numbers", _numbers(handover)),
        *section("Next shift", _next_shift(handover)),
        *section("To hand over", [f"- [ ] {text(line)}" for line in handover.transfer] or [NONE]),
        *section("Sign-off", _sign_off(handover)),
    ]
    return "\n".join(lines) + "\n"


def _header(handover: Handover) -> Iterator[str]:
    outgoing, incoming = text(handover.outgoing) or "nobody", text(handover.incoming) or "NOBODY (a gap)"
    yield f"# Handover {text(handover.team)}: {outgoing} to {incoming} ({text(handover.role)})"
    yield ""
    yield f"- shift: {_both(handover, handover.shift_start)} to {_both(handover, handover.shift_end)}"
    yield f"- made: {_both(handover, handover.generated_at)}, store revision {handover.position}"
    if handover.as_of != handover.generated_at:
        yield f"- as it stood: {_both(handover, handover.as_of)}"
    if not handover.sources_known:
        yield "- sources: NONE is being watched: nothing here means nothing is known"
    elif not handover.not_live:
        yield f"- sources: {count(handover.sources_known, 'source')}, all live"
    else:
        yield f"- sources NOT live: {'; '.join(_source(handover, gap) for gap in handover.not_live)}"
    if not handover.engine_running:
        yield "- auto-escalation was NOT running when this was made"
    for remark in handover.blind_spots:
        yield f"- {_at(handover, remark.at)}: {text(remark.text)}"


def _source(handover: Handover, gap: SourceGap) -> str:
    since = f"last answer {_at(handover, gap.last_success)}" if gap.last_success else "never answered"
    error = f", {text(gap.error, 200)}" if gap.error else ""
    return f"{text(gap.name)} {gap.status} ({since}{error})"


def _do_first(handover: Handover) -> list[str]:
    lines = [
        f"{one.incident} {text(one.priority)} {text(one.title, 120)}: {text(one.what, 200)} "
        f"by {_at(handover, one.due_at)}{' - OVERDUE' if one.overdue else ''}"
        for one in handover.do_first
    ]
    if handover.do_first_left_out:
        lines.append(f"and {handover.do_first_left_out} more, see the open incidents")
    return bullets(lines)


def _open(handover: Handover) -> list[str]:
    lines: list[str] = []
    for one in handover.open:
        lines += [*([""] if lines else []), f"### {one.id} {text(one.priority)} {text(one.title, 200)}", ""]
        lines += bullets(_facts(handover, one))
        lines += ["- last events:", *(f"  {line}" for line in bullets(_events(handover, one)))]
    return lines or [NONE]


def _events(handover: Handover, one: OpenIncident) -> Iterator[str]:
    for line in one.last_events:
        yield f"{_at(handover, line.at)} {text(line.actor)}: {text(line.text, 300)}"


def _facts(handover: Handover, one: OpenIncident) -> Iterator[str]:
    owner = text(one.owner) or "nobody"
    yield f"{text(one.service) or 'no service'}, {one.state.words}, owner {owner}, {one.firing} of {one.total} alerts firing"
    again = f", again after {one.recurrence_of}" if one.recurrence_of else ""
    human = one.reporter is not ReporterKind.MONITORING
    who = f" {text(reported(one.reporter, one.reported_by))}" if human else ""
    yield f"reported {_at(handover, one.reported_at)}{who}{again}"
    yield f"clocks: {'; '.join(_clocks(handover, one)) or NONE}"
    yield f"next: {_next(handover, one)}"
    yield f"clients: {_clients(handover, one)}"
    yield f"tried: {'; '.join(map(_tried, one.tried)) or NONE}"
    if one.changes:
        yield f"changes around it: {'; '.join(text(line, 300) for line in one.changes)}"
    for track in one.tracks:
        yield f"track {_track(handover, track)}"
    if one.upstream:
        yield f"upstream: {text(one.upstream, 200)}"
    yield f"links: {', '.join(link(each.title, each.url) for each in one.links) or NONE}"


def _clocks(handover: Handover, one: OpenIncident) -> Iterator[str]:
    if one.ack_due:
        yield f"ack due {_due(handover, one.ack_due)}"
    if one.resolve_due:
        yield f"to be resolved by {_due(handover, one.resolve_due)}"
    if one.paused:
        yield f"paused, {text(one.paused)}"
    if one.snoozed_until:
        yield f"snoozed until {_at(handover, one.snoozed_until)}"


def _next(handover: Handover, one: OpenIncident) -> str:
    by = f" by {_due(handover, one.next_by)}" if one.next_by else ""
    if one.next_page_at is None:
        return f"{one.next_step}{by}"
    return f"{one.next_step}{by}; else pages {text(one.next_page) or 'nobody'} at {_at(handover, one.next_page_at)}"


def _clients(handover: Handover, one: OpenIncident) -> str:
    if one.update_due is None:
        return NONE
    told = f"last told {_at(handover, one.updated_at)}" if one.updated_at else "not told yet"
    return f"{told}, next update due {_due(handover, one.update_due)}"


def _track(handover: Handover, one: Alongside) -> str:
    what = f" ({text(one.what, 160)})" if one.what else ""
    owner = f", {text(one.owner)}" if one.owner else ""
    check = f"next check {_due(handover, one.check_at)}" if one.check_at else "no check is set"
    note = f": {text(one.note, 160)}" if one.note else ""
    return f"{text(one.track)}{what} {one.state.value}{owner}, {check}{note}"


def _tried(step: Tried) -> str:
    result = f" ({text(step.result, 160)})" if step.result else ""
    return f"step {step.step} {step.state} by {text(step.by)}: {text(step.text, 160)}{result}"


def _forgotten(handover: Handover) -> Iterator[str]:
    for one in handover.forgotten:
        where = "on shift" if one.owner_on_shift else "NOT on shift"
        quiet = length(handover.as_of - one.quiet_since)
        yield f"{one.incident} {text(one.priority)} {text(one.title, 120)}: {text(one.owner)} ({where}), quiet for {quiet}"


def _watch(handover: Handover) -> list[str]:
    return bullets(
        [
            *(_remark(handover, one) for one in handover.watch),
            *(_muted(handover, one) for one in handover.muted),
        ]
    )


def _remark(handover: Handover, one: Remark) -> str:
    about = f"{one.incident}: " if one.incident else ""
    return f"{about}{text(one.text)} ({text(one.who)}, {_at(handover, one.at)})"


def _muted(handover: Handover, one: Muted) -> str:
    by = f" by {text(one.by)}" if one.by else ""
    return f"{one.incident}: {text(one.title, 120)} {one.reason} until {_at(handover, one.until)}{by}"


def _resolved(handover: Handover) -> list[str]:
    heads = ("id", "P", "what", "by", "TTA", "TTR", "cause", "how", "RCA due")
    return table(heads, (_resolved_row(handover, one) for one in handover.resolved))


def _resolved_row(handover: Handover, one: ResolvedIncident) -> tuple[str, ...]:
    return (
        one.id,
        text(one.priority),
        text(one.title, 120),
        text(one.owner) or ("by itself" if one.auto else ""),
        length(timedelta(seconds=one.seconds_to_ack)) if one.seconds_to_ack is not None else NONE,
        length(timedelta(seconds=one.seconds_to_resolve)),
        text(one.cause, 80) or NONE,
        text(one.resolution, 160) or NONE,
        _at(handover, one.rca_due) if one.rca_due else NONE,
    )


def _why_open(handover: Handover) -> Iterator[str]:
    for one in handover.open:
        yield f"{one.id} {text(one.title, 120)}: {text(one.why_open, 300) or 'nobody has written down why'}"


def _runbooks(handover: Handover) -> Iterator[str]:
    for gap in handover.runbook_gaps:
        name = f" ({text(gap.runbook)})" if gap.runbook else ""
        yield f"{gap.incident}{name}: {text(gap.what, 300)}"
    unsaid = [one.id for one in handover.resolved if one.sufficed is Sufficed.UNSAID]
    if unsaid:
        yield f"not said for {', '.join(unsaid)}"


def _numbers(handover: Handover) -> list[str]:
    rows = ((text(one.name), text(one.value), text(one.target)) for one in handover.numbers)
    return table(("what", "this shift", "target"), rows)


def _next_shift(handover: Handover) -> list[str]:
    return [
        *table(
            ("role", "who", "until", "contacts"), (_contact(handover, one) for one in handover.next_shift)
        ),
        "",
        "Escalation:",
        "",
        *table(("level", "who", "contacts"), (_level(one) for one in handover.escalation)),
        "",
        "Gaps within two weeks:",
        "",
        *bullets(
            f"{text(gap.role)}: nobody from {_at(handover, gap.start)} to {_at(handover, gap.end)}"
            for gap in handover.roster_gaps
        ),
        "",
        "Changes, maintenance, rollouts:",
        "",
        *bullets(_changes(handover)),
    ]


def _changes(handover: Handover) -> Iterator[str]:
    if handover.changes_left_out:
        yield f"{handover.changes_left_out} earlier ones within a day, see oncall changes"
    for one in handover.changes:
        yield f"{_at(handover, one.at)} {text(one.text, 300)}{f' ({text(one.who)})' if one.who else ''}"


def _contact(handover: Handover, one: Contact) -> tuple[str, ...]:
    until = _at(handover, one.until) if one.until else "no end in sight"
    return text(one.role), text(one.person) or "NOBODY", until, _ways(one)


def _level(one: Contact) -> tuple[str, ...]:
    return text(one.role), text(one.person) or "NOBODY", _ways(one)


def _ways(one: Contact) -> str:
    return ", ".join(text(f"{kind} {value}") for kind, value in one.contacts)


def _sign_off(handover: Handover) -> list[str]:
    return [
        f"- outgoing: {text(handover.outgoing) or 'nobody'}, at: ",
        f"- accepted by: {text(handover.incoming) or 'NOBODY (a gap)'}, at: ",
        "- remarks and questions: ",
    ]


def _at(handover: Handover, at: datetime) -> str:
    """Return a local time with its zone."""
    return local_stamp(at, handover.zone)


def _due(handover: Handover, at: datetime) -> str:
    """Return a deadline with the time left; what lies behind says so in words."""
    left = at - handover.as_of
    told = f"{length(left)} left" if left >= timedelta(0) else f"MISSED {length(-left)} ago"
    return f"{_at(handover, at)} ({told})"


def _both(handover: Handover, at: datetime) -> str:
    return f"{_at(handover, at)} ({at.astimezone(UTC):%Y-%m-%d %H:%M} UTC)"
