"""One incident in plain text, for a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, tzinfo

from console.cli.trackreport import track_lines
from console.clock import local_zone
from console.domain.changes.correlated import Correlated, best
from console.domain.changes.words import actor_of, in_a_sentence, on_a_line, told_late
from console.domain.describe import timeline
from console.domain.escalation import preview, standstill
from console.domain.everyone import again
from console.domain.flapping import flapping_words
from console.domain.human import age, clock, length, span, stamp, until
from console.domain.incident import Incident
from console.domain.kept import kept_alerts, standing_there
from console.domain.levels import whom
from console.domain.links import links_of
from console.domain.parts import MOST, merged_words, origin_words, parts_of, rest_of, root_words
from console.domain.pauses import pause_words, running
from console.domain.placeholders import Filled, fill_step
from console.domain.policy import Policy
from console.domain.reporters import reported
from console.domain.runbook import Runbook
from console.domain.sla import Clock, ack_clock, resolve_clock
from console.domain.snapshot import Detail
from console.domain.stepmarks import marked
from console.domain.summary import Summary, summarise
from console.domain.vocabulary import EffectState, ReporterKind, StepState
from console.domain.words.base import place

MARKS = {
    StepState.TODO: "[ ]",
    StepState.DOING: "[>]",
    StepState.DONE: "[x]",
    StepState.SKIPPED: "[-]",
    StepState.FAILED: "[!]",
}


def card(detail: Detail, policy: Policy, now: datetime) -> str:
    """Return the incident with clocks, what comes next, alerts, runbook, links and timeline."""
    incident = detail.incident
    row = summarise(incident)
    parts = [
        _head(incident, row, policy, now),
        _clocks(incident, row, policy, now),
        _parts(detail, policy, now),
        _alerts(incident),
        track_lines(incident, policy, now),
        _runbook(detail),
        _links(incident, policy, now),
    ]
    titles = ("", "", "parts", "alerts", "tracks", "runbook", "links")
    lines: list[str] = []
    for title, part in zip(titles, map(list, parts), strict=True):
        if part:
            lines += [*(["", title] if title else []), *part]
    likeliest = best(detail.changes)
    if likeliest is not None:
        lines += ["", f"change: {in_a_sentence(likeliest, policy)}"]
    return "\n".join([*lines, "", "timeline", *_timeline(detail, policy, now)])


def _timeline(detail: Detail, policy: Policy, now: datetime) -> Iterator[str]:
    """Yield the log and the changes around it, by time; of one instant the change first."""
    zone = local_zone()
    told = [
        (
            one.change.at,
            f"{actor_of(one.change, policy) or one.change.source}: change: {_told(one, now, zone)}",
        )
        for one in detail.changes
    ]
    told += [
        (line.at, f"{line.actor}: {line.text}{' (undone)' if line.undone else ''}")
        for line in timeline(detail.events, policy, zone)
    ]
    for at, text in sorted(told, key=lambda one: one[0]):
        yield f"  {clock(at, zone)}  {text}"


def _told(one: Correlated, now: datetime, zone: tzinfo) -> str:
    parts = (on_a_line(one), told_late(one.change, now, zone), one.change.url)
    return "  ".join(filter(None, parts))


def priority_word(row: Summary) -> str:
    """Return ``P1``, or ``P?2`` where only the source has said something."""
    if row.priority:
        return row.priority.label
    return f"P?{int(row.provisional)}" if row.provisional else "P?"


def state_word(row: Summary) -> str:
    """Return the state in a word or two."""
    if row.merged_into:
        return f"merged {row.merged_into}"
    if row.snoozed_until and row.is_open:
        return "snoozed"
    flaps = ", flapping" if row.flapping_since else ""
    return f"{row.state.words}{flaps}"


def _head(incident: Incident, row: Summary, policy: Policy, now: datetime) -> Iterator[str]:
    yield f"{row.id}  {priority_word(row)}  {state_word(row)}  {row.service}  {row.team}".rstrip()
    yield row.title
    human = incident.reporter is not ReporterKind.MONITORING
    who = f" {reported(incident.reporter, incident.reported_by)}" if human else ""
    yield f"reported{who} {stamp(row.reported_at, local_zone())}, {age(now - row.reported_at)} ago"
    yield from (f"  {line}" for line in incident.body.splitlines())
    if row.owner:
        yield f"owner {policy.name_of(row.owner)}"
    if row.snoozed_until:
        yield f"snoozed until {until(row.snoozed_until, now, local_zone())}"
    if flaps := flapping_words(incident, policy.grouping.flapping, lambda at: until(at, now, local_zone())):
        yield flaps
    if row.recurrence_of:
        yield f"again after {row.recurrence_of}"
    yield from filter(None, (origin_words(incident), root_words(incident)))
    for alert, there in kept_alerts(incident):
        yield f"in {alert.ref.source}: {standing_there(there, lambda at: until(at, now, local_zone()))}"
    if row.effect_text:
        failed = "FAILED: " if row.effect is EffectState.FAILED else ""
        yield f"upstream: {failed}{row.effect_text}"


def _clocks(incident: Incident, row: Summary, policy: Policy, now: datetime) -> Iterator[str]:
    yield f"ack  {_clock(ack_clock(row, policy), now)}"
    yield f"fix  {_clock(resolve_clock(row, policy), now)}"
    if pause := running(incident):
        yield f"     paused: {pause_words(pause, now, local_zone())}"
    plan = preview(row, policy, now, limit=1)
    if plan:
        step = plan[0]
        held = f", {step.hold.words(lambda at: until(at, now, local_zone()))}" if step.hold else ""
        who = whom(step, policy) or "nobody"
        yield f"next {span(step.at - now)} -> {who} ({step.name or step.note}{held}), if you do nothing"
    elif row.is_open:
        yield f"next nothing by itself: {standstill(row, policy)}"
    repage = again(row, policy, now)
    if repage is not None:
        names = ", ".join(map(policy.name_of, repage.people))
        yield f"again {span(repage.at - now)} -> {names}, until each has acked"


def _clock(one: Clock, now: datetime) -> str:
    of = f"of {length(one.span)}"
    if one.taken is not None:
        return f"{'missed' if one.breached(now) else 'met'} after {length(one.taken)} {of}"
    if one.breached(now):
        return f"{span(one.remaining(now))} BREACHED {of}"
    return f"{span(one.remaining(now))} left {of}" + (", paused" if one.paused_since else "")


def _parts(detail: Detail, policy: Policy, now: datetime) -> Iterator[str]:
    found = parts_of(detail.incident, detail.events, policy)
    wide = max((len(one.service) for one in found[:MOST]), default=0)
    for one in found[:MOST]:
        yield f"  {one.service:<{wide}}  {one.words(now)}{'  probable root' if one.root else ''}"
    yield from (f"  {line}" for line in (rest_of(found), merged_words(detail.incident)) if line)


def _alerts(incident: Incident) -> Iterator[str]:
    for _, member in incident.members:
        how = "firing " if member.cleared_at is None else "cleared"
        yield f"  {how}  {member.alert.name}  {place(member.alert)}  ({member.alert.ref.source})"


def _links(incident: Incident, policy: Policy, now: datetime) -> Iterator[str]:
    links = links_of(incident, policy, now)
    yield from (f"  {link.title}: {link.url}" for link in links.offered)
    yield from (f"  {title}: not offered, {why}" for title, why in links.missing)


def _runbook(detail: Detail) -> Iterator[str]:
    if detail.last_time:
        yield f"  last time: {detail.last_time}"
    if detail.runbook is None:
        yield f"  {detail.runbook_note}"
        return
    yield f"  {detail.runbook.path}: {detail.runbook.title} ({detail.runbook_note})"
    yield from step_lines(detail.runbook, detail.incident)


def step_lines(runbook: Runbook, incident: Incident | None) -> Iterator[str]:
    """Yield the steps of a runbook with how far an incident has got; says so where none were found."""
    marks = marked(runbook, incident.steps if incident else ())
    for step in runbook.steps:
        mark = marks.marks.get(step.n)
        state = MARKS[marks.state(step.n)]
        first, *more = step.text.split("\n")
        said = f" - {mark.said}" if mark and mark.said else ""
        yield f"  {state} {step.n}. {first}{said}"
        yield from (f"         {line}" for line in more)
        found = fill_step(step, incident) if incident else Filled(step.commands)
        yield from (f"         $ {command}" for command in found.commands)
        yield from (f"         not filled in: {why}" for why in found.troubles)
        yield from (f"         note: {text}" for _, _, text in mark.notes) if mark else ()
    if marks.changed:
        yield f"  {marks.changed}"
        yield from (f"  {MARKS[one.state]} {one.text}" for one in marks.gone)
    if not runbook.steps:
        yield "  no steps found; read the whole document"
