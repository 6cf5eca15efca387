"""One incident as a Markdown card: for a chat, a ticket, or ``oncall show --md``."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo

from console.domain.changes.correlated import ranked
from console.domain.changes.words import in_a_sentence
from console.domain.describe import timeline
from console.domain.escalation import preview
from console.domain.handover_incidents import priority_word
from console.domain.human import length, stamp
from console.domain.incident import Incident
from console.domain.kept import kept_alerts, standing_there
from console.domain.levels import whom
from console.domain.links import links_of
from console.domain.parts import MOST, merged_words, origin_words, parts_of, rest_of, root_words
from console.domain.policy import Policy
from console.domain.reporters import reported
from console.domain.sla import Clock, ack_clock, comms_clock, resolve_clock
from console.domain.snapshot import Detail
from console.domain.stepmarks import marked
from console.domain.summary import summarise
from console.domain.vocabulary import ReporterKind, StepState
from console.outputs.markup import NONE, bullets, link, text

LAST_EVENTS = 5
LAST_CHANGES = 5
MARKS = {
    StepState.TODO: "[ ]",
    StepState.DOING: "[ ] doing:",
    StepState.DONE: "[x]",
    StepState.SKIPPED: "[ ] skipped:",
    StepState.FAILED: "[ ] FAILED:",
}


def to_markdown(detail: Detail, policy: Policy, now: datetime, zone: tzinfo = UTC) -> str:
    """Return the card: facts, clocks, what comes next, runbook progress, changes around it, the last five events."""
    incident = detail.incident
    parts = list(_parts(detail, policy, now))
    lines = [
        f"## {incident.id} {priority_word(incident)} {text(incident.title)}",
        "",
        *bullets(_facts(incident, policy, now, zone)),
        "",
        *(["**Parts**", "", *bullets(parts), ""] if parts else []),
        "**Clocks**",
        "",
        *bullets(_clocks(incident, policy, now, zone)),
        "",
        "**Runbook**",
        "",
        *_runbook(detail, policy),
        "",
        *_changes(detail, policy, zone),
        f"**Last {LAST_EVENTS} events**",
        "",
        *bullets(
            f"{stamp(line.at, zone)} {text(line.actor)}: {text(line.text)}{' (undone)' if line.undone else ''}"
            for line in timeline(detail.events, policy, zone)[-LAST_EVENTS:]
        ),
    ]
    return "\n".join(lines) + "\n"


def _changes(detail: Detail, policy: Policy, zone: tzinfo) -> Iterator[str]:
    """Yield the changes around it, likeliest first; nothing where nobody told of one."""
    if not detail.changes:
        return
    yield "**Changes around it**"
    yield ""
    shown = ranked(detail.changes)[:LAST_CHANGES]
    for one in shown:
        page = f" {link('page', one.change.url)}" if one.change.url else ""
        yield f"- {stamp(one.change.at, zone)} {text(in_a_sentence(one, policy))}{page}"
    if len(shown) < len(detail.changes):
        yield f"- and {len(detail.changes) - len(shown)} more"
    yield ""


def _facts(incident: Incident, policy: Policy, now: datetime, zone: tzinfo) -> Iterator[str]:
    snoozed = f", snoozed until {stamp(incident.snoozed_until, zone)}" if incident.snoozed_until else ""
    yield f"state: {incident.state.words}{snoozed}"
    yield f"service: {text(incident.service) or NONE}, team: {text(incident.team) or NONE}"
    yield f"owner: {text(policy.name_of(incident.owner)) if incident.owner else 'nobody'}"
    human = incident.reporter is not ReporterKind.MONITORING
    who = f", {text(reported(incident.reporter, incident.reported_by))}" if human else ""
    yield f"reported: {stamp(incident.reported_at, zone)}, {length(now - incident.reported_at)} ago{who}"
    if incident.body:
        yield f"in their words: {text(incident.body)}"
    yield f"alerts: {incident.firing} of {len(incident.members)} firing ({', '.join(map(text, incident.sources)) or NONE})"
    for alert, there in kept_alerts(incident):
        yield f"in {text(alert.ref.source)}: {text(standing_there(there, lambda at: stamp(at, zone)))}"
    yield from (text(line) for line in (origin_words(incident), root_words(incident)) if line)
    if incident.recurrence_of:
        yield f"again after {incident.recurrence_of}"
    if incident.cause or incident.resolution:
        yield f"cause: {text(incident.cause) or NONE}; resolution: {text(incident.resolution) or NONE}"
    if incident.tickets:
        yield f"ticket: {', '.join(text(one.key) for one in incident.tickets)}"
    links = links_of(incident, policy, now).offered
    if links:
        yield f"links: {', '.join(link(each.title, each.url) for each in links)}"


def _parts(detail: Detail, policy: Policy, now: datetime) -> Iterator[str]:
    found = parts_of(detail.incident, detail.events, policy)
    for one in found[:MOST]:
        yield f"{text(one.service) or NONE}: {text(one.words(now))}{' (probable root)' if one.root else ''}"
    yield from (text(line) for line in (rest_of(found), merged_words(detail.incident)) if line)


def _clocks(incident: Incident, policy: Policy, now: datetime, zone: tzinfo) -> Iterator[str]:
    row = summarise(incident)
    yield f"ack: {_clock(ack_clock(row, policy), now, zone)}"
    yield f"resolve: {_clock(resolve_clock(row, policy), now, zone)}"
    comms = comms_clock(row, policy)
    yield f"client update: {_clock(comms, now, zone) if comms else NONE}"
    for step in preview(row, policy, now, limit=1):
        people = text(whom(step, policy)) or "nobody"
        held = f", {text(step.hold.words(lambda at: stamp(at, zone)))}" if step.hold else ""
        yield f"if nothing is done: pages {people} ({text(step.name)}) at {stamp(step.at, zone)}{held}"


def _clock(clock: Clock, now: datetime, zone: tzinfo) -> str:
    target = f"target {length(clock.span)}"
    if clock.taken is not None:
        return f"{'MISSED' if clock.breached(now) else 'met'} after {length(clock.taken)}, {target}"
    if clock.paused_since is not None:
        return f"paused since {stamp(clock.paused_since, zone)}, {target}"
    left = clock.remaining(now)
    told = f"{length(left)} left" if left >= timedelta(0) else f"MISSED {length(-left)} ago"
    return f"due {stamp(clock.deadline, zone)} ({told}), {target}"


def _runbook(detail: Detail, policy: Policy) -> list[str]:
    runbook = detail.runbook
    if runbook is None:
        return [text(detail.runbook_note) or NONE]
    found = marked(runbook, detail.incident.steps)
    marks = found.marks
    far = found.progress(len(runbook.steps))
    lines = [f"{text(runbook.title)} ({text(runbook.path)}), steps: {far}", ""]
    for step in runbook.steps:
        mark = marks.get(step.n)
        by = f" ({text(policy.name_of(mark.by.name))})" if mark and mark.state is not StepState.TODO else ""
        by += f" - {text(mark.said)}" if mark and mark.said else ""
        first = text(step.text.split("\n")[0], 200)
        lines.append(f"- {MARKS[mark.state if mark else StepState.TODO]} {step.n}. {first}{by}")
    lines += ["", text(found.changed)] if found.changed else []
    return lines if runbook.steps else [lines[0], "", "no steps found"]
