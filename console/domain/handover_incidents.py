"""What a handover says about each incident."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta, tzinfo
from functools import partial

from console.domain.change import Change
from console.domain.changes.correlated import correlate, ranked
from console.domain.changes.words import in_a_sentence
from console.domain.describe import timeline
from console.domain.due import quiet_since
from console.domain.escalation import preview
from console.domain.events import Event, Noted, Snoozed
from console.domain.flapping import flapping_words
from console.domain.handover_document import (
    Alongside,
    Forgotten,
    Muted,
    OpenIncident,
    Remark,
    ResolvedIncident,
    RunbookGap,
    Tried,
    Urgent,
)
from console.domain.holds import maintenance
from console.domain.human import until
from console.domain.incident import Incident, State
from console.domain.links import links_of
from console.domain.metrics import tta, ttr_total
from console.domain.policy import Policy
from console.domain.review.due import due_of
from console.domain.roster import duties
from console.domain.runbookfeedback import runbook_of
from console.domain.sla import LAST_WORD_WITHIN, Clock, ack_clock, ended_at, resolve_clock, update_due
from console.domain.standing import Want, standing, wanted
from console.domain.summary import summarise
from console.domain.tracks import Track, open_tracks
from console.domain.vocabulary import PauseReason, StepState, Sufficed

MOST_URGENT = 5
"""Lines of "do first" (semantics, section 7: at most five)."""
BREACHING_WITHIN = timedelta(minutes=60)
EXPIRING_WITHIN = timedelta(hours=12)
"""Snoozes and silences that end so soon will come back in the next shift (notificator #165)."""
LAST_EVENTS = 3
MOST_CHANGES = 3

NEXT = {
    Want.ACK: "acknowledge it",
    Want.PRIORITY: "set its priority",
    Want.ANSWER: "say whether somebody is still on it",
    Want.RESOLVE: "resolve it: every alert has cleared",
    Want.FIX: "fix it",
    Want.CLOSE: "ack it to close it: it cleared by itself",
    Want.TELL: "tell clients that it is over",
    Want.SLEEP: "look at it when it wakes",
}
"""What policy wants next, in words."""


def priority_word(incident: Incident) -> str:
    """Return ``P1``, or ``P?2`` where only the source has said something, or ``P?``."""
    if incident.priority:
        return incident.priority.label
    return f"P?{int(incident.provisional)}" if incident.provisional else "P?"


def by_urgency(policy: Policy) -> Callable[[Incident], tuple[int, float, int, str]]:
    """Return the sort key of the incident list: the same order as on screen."""
    return lambda incident: standing(summarise(incident), policy).order


def resolved_within(incident: Incident, start: datetime, end: datetime) -> bool:
    """Return whether an incident was resolved in [start, end] and has not been opened again."""
    at = incident.epoch.resolved_at
    return incident.state in {State.RESOLVED, State.CLOSED} and at is not None and start <= at <= end


def urgent(incident: Incident, policy: Policy, now: datetime) -> Iterator[Urgent]:
    """Yield what cannot wait: no ack, a breach near or past, clients waiting, what wakes or comes back soon."""
    row = summarise(incident)
    line = partial(_urgent, incident, now)
    fix = resolve_clock(row, policy)
    if incident.state is State.TRIGGERED and incident.snoozed_until is None:
        ack = ack_clock(row, policy)
        yield line("nobody has acked it", fix.deadline if ack.stopped_at else ack.deadline)
    elif fix.paused_since is None and fix.deadline <= now + BREACHING_WITHIN:
        yield line("to be resolved", fix.deadline)
    update = update_due(row, policy, row.public_from, row.updated_at)
    if update is not None and update <= now + BREACHING_WITHIN:
        yield line("clients are to be told", update)
    if incident.snoozed_until is not None and incident.snoozed_until <= now + EXPIRING_WITHIN:
        yield line("its snooze ends", incident.snoozed_until)
    if incident.held_until is not None and now < incident.held_until <= now + EXPIRING_WITHIN:
        yield line("the source's silence ends", incident.held_until)
    hold = None if incident.is_acked else maintenance(incident, policy, now)
    if hold is not None and hold.until <= now + EXPIRING_WITHIN:
        yield line("its maintenance ends, it pages then", hold.until)
    for track in open_tracks(incident.tracks):
        if track.check_at is not None and track.check_at <= now + EXPIRING_WITHIN:
            owner = f" ({policy.name_of(track.owner)})" if track.owner else ""
            yield line(f"{track.verb} {track.titled}{owner}", track.check_at)


def last_word(incident: Incident, now: datetime) -> Iterator[Urgent]:
    """Yield that an incident is over, or goes on in another, where clients have not been told so."""
    row = summarise(incident)
    if row.wants_last_word:
        what = f"it goes on in {row.merged_into}" if row.merged_into else "it is over"
        yield _urgent(incident, now, f"clients are to be told that {what}", ended_at(row) + LAST_WORD_WITHIN)


def _urgent(incident: Incident, now: datetime, what: str, due_at: datetime) -> Urgent:
    return Urgent(incident.id, priority_word(incident), incident.title, what, due_at, overdue=now > due_at)


def open_block(  # noqa: PLR0913 - what it is made of
    incident: Incident,
    log: tuple[Event, ...],
    policy: Policy,
    now: datetime,
    zone: tzinfo,
    *,
    changes: Iterable[Change] = (),
) -> OpenIncident:
    """Return all that the next person needs to know of an open incident."""
    row = summarise(incident)
    want = wanted(row)
    pages = preview(row, policy, now, limit=1)
    lines = timeline((event for event in log if event.at <= now), policy, zone)
    clocks = {"ack": ack_clock(row, policy), "fix": resolve_clock(row, policy)}
    flaps = flapping_words(incident, policy.grouping.flapping, lambda at: until(at, now, zone))
    next_clock = clocks["ack"] if want is Want.ACK and row.human_ack_at is None else clocks["fix"]
    return OpenIncident(
        id=incident.id,
        priority=priority_word(incident),
        title=incident.title,
        service=incident.service,
        state=incident.state,
        owner=policy.name_of(incident.owner) if incident.owner else "",
        reported_at=incident.reported_at,
        reporter=incident.reporter,
        reported_by=incident.reported_by,
        firing=incident.firing,
        total=len(incident.members),
        ack_due=_running(clocks["ack"]),
        resolve_due=_running(clocks["fix"]),
        paused=_paused(incident),
        snoozed_until=incident.snoozed_until,
        next_step=NEXT[want],
        next_by=incident.snoozed_until if want is Want.SLEEP else _running(next_clock),
        next_page=", ".join(map(policy.name_of, pages[0].people)) if pages else "",
        next_page_at=pages[0].at if pages else None,
        update_due=update_due(row, policy, row.public_from, row.updated_at),
        updated_at=row.updated_at,
        upstream=f"{row.effect}: {row.effect_text}" if row.effect else "",
        recurrence_of=incident.recurrence_of,
        tried=_tried(incident, policy),
        last_events=tuple(line for line in lines if not line.undone)[-LAST_EVENTS:],
        links=links_of(incident, policy, now).offered,
        why_open=_why_open(incident, log, now, flaps),
        tracks=tuple(_alongside(track, policy) for track in open_tracks(incident.tracks)),
        changes=tuple(
            in_a_sentence(one, policy)
            for one in ranked(correlate(incident, changes, policy, now))[:MOST_CHANGES]
        ),
        tickets=tuple((one.key, one.state) for one in incident.tickets),
        split_from=incident.split_from,
    )


def _alongside(track: Track, policy: Policy) -> Alongside:
    owner = policy.name_of(track.owner) if track.owner else ""
    return Alongside(track.name, track.state, track.what, owner, track.note, track.check_at)


def forgotten(incident: Incident, policy: Policy, now: datetime) -> Forgotten | None:
    """Return an acked incident that has been quiet for longer than the nudge allows, else None."""
    after = policy.target(incident.effective_priority).nudge_after
    since = quiet_since(incident)
    if not incident.is_acked or incident.snoozed_until or after is None or now - since <= after:
        return None
    on_shift = any(duty.person == incident.owner for duty in duties(policy.roster, now))
    owner = policy.name_of(incident.owner)
    return Forgotten(incident.id, priority_word(incident), incident.title, owner, since, on_shift)


def flagged(known: Iterable[Incident], start: datetime, end: datetime, policy: Policy) -> Iterator[Remark]:
    """Yield the notes flagged with ``!``: of the shift, and of what is still open."""
    for incident in known:
        for at, who, text in incident.flagged_notes:
            if incident.is_open or start <= at < end:
                yield Remark(at, policy.name_of(who), incident.id, text)


def muted(incident: Incident, policy: Policy, now: datetime) -> Iterator[Muted]:
    """Yield what is held back for an incident: its snooze, its maintenance, and alerts that a source silences."""
    if incident.snoozed_until is not None:
        owner = policy.name_of(incident.owner) if incident.owner else ""
        yield Muted(incident.id, incident.title, incident.snoozed_until, owner, "snoozed")
    if hold := maintenance(incident, policy, now):
        reason = f"maintenance: {hold.reason}" if hold.reason else "maintenance"
        yield Muted(incident.id, incident.title, hold.until, "", reason)
    silenced: set[tuple[datetime, str, str]] = set()
    for ref, member in incident.members:
        until = member.alert.muted_until
        if until is not None and until > now and not incident.acts_at(ref.source):
            silenced.add((until, member.alert.muted_by, member.alert.name))
    for until, by, name in sorted(silenced):
        yield Muted(incident.id, name, until, by, "silenced at the source")


def resolved_row(incident: Incident, policy: Policy) -> ResolvedIncident:
    """Return one line about a resolved incident."""
    epoch = incident.epoch
    at = epoch.resolved_at or incident.reported_at
    to_ack, to_resolve = tta(incident), ttr_total(incident)
    by = incident.owner or (incident.resolved_by.name if incident.resolved_by else "")
    return ResolvedIncident(
        id=incident.id,
        priority=priority_word(incident),
        title=incident.title,
        service=incident.service,
        owner=policy.name_of(by) if by else "",
        resolved_at=at,
        seconds_to_ack=to_ack.total_seconds() if to_ack is not None else None,
        seconds_to_resolve=(to_resolve or timedelta()).total_seconds(),
        auto=incident.auto_resolved,
        cause=incident.cause,
        resolution=incident.resolution,
        sufficed=incident.sufficed,
        rca_due=_rca_due(incident, policy),
    )


def runbook_gaps(incident: Incident) -> Iterator[RunbookGap]:
    """Yield where the runbook did not do: the answer at resolve, and steps that failed or were skipped."""
    if incident.sufficed is Sufficed.NO:
        yield RunbookGap(incident.id, runbook_of(incident), "its steps were wrong")
    elif incident.sufficed is Sufficed.NO_RUNBOOK:
        shown = f"; {incident.answered_for} was shown" if incident.answered_for else ""
        what = f"there is none for {incident.alert_name or incident.service}{shown}"
        yield RunbookGap(incident.id, "", what)
    for mark in incident.steps:
        if mark.state in {StepState.FAILED, StepState.SKIPPED}:
            first = mark.text.split("\n")[0]
            told = f" - {mark.said}" if mark.said else ""
            yield RunbookGap(incident.id, mark.runbook, f"step {mark.step} {mark.state}: {first}{told}")


def _running(clock: Clock) -> datetime | None:
    return None if clock.stopped_at or clock.paused_since else clock.deadline


def _paused(incident: Incident) -> str:
    """Return why the fix clock stands still, or an empty string."""
    running = [pause for pause in incident.pauses if pause.until is None]
    return _pause_words(running[-1].reason, running[-1].text) if running else ""


def _pause_words(reason: PauseReason, text: str) -> str:
    words = reason.replace("_", " for ", 1)
    return f"{words}: {text}" if text else words


def _tried(incident: Incident, policy: Policy) -> tuple[Tried, ...]:
    return tuple(
        Tried(mark.step, mark.state, mark.text.split("\n")[0], policy.name_of(mark.by.name), mark.said)
        for mark in incident.steps
        if mark.state is not StepState.TODO
    )


def _why_open(incident: Incident, log: tuple[Event, ...], now: datetime, flaps: str) -> str:
    """Return why it is not resolved, as far as somebody wrote it down; ``flaps`` is what is told of its flapping."""
    if paused := _paused(incident):
        return paused
    bodies = [event.body for event in log if event.at <= now]
    if incident.snoozed_until is not None:
        reason = [body.reason for body in bodies if isinstance(body, Snoozed)][-1:]
        return ": ".join(["snoozed", *filter(None, reason)])
    notes = [body.text for body in bodies if isinstance(body, Noted)]
    nobody = "nobody has it" if incident.state is State.TRIGGERED else ""
    return "; ".join(filter(None, (flaps, f"last note: {notes[-1]}" if notes else nobody)))


def _rca_due(incident: Incident, policy: Policy) -> datetime | None:
    """Return the last instant at which its review is in time (``review.due``), None where none is owed."""
    due = due_of(incident, policy)
    return due - timedelta(milliseconds=1) if due is not None else None
