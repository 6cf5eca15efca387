"""What moves clocks: priority, snooze, pause."""

from __future__ import annotations

from datetime import datetime

from console.domain import commands as cmd
from console.domain import events as ev
from console.domain.decisions.base import Context, Decision, NoChange, Rejected, accept, after
from console.domain.decisions.effects import ask, stays, take_back
from console.domain.human import length
from console.domain.incident import Incident
from console.domain.sla import ack_clock, resolve_clock
from console.domain.summary import summarise
from console.domain.text import one_line
from console.domain.tracks import LONGEST_TEXT
from console.domain.vocabulary import EffectKind


def set_priority(incident: Incident, command: cmd.SetPriority, context: Context) -> Decision:
    """Decide the priority: deadlines follow from the report on (ServiceNow: retroactive start, V6)."""
    label = command.priority.label
    if incident.priority is command.priority:
        return NoChange(f"{incident.id} is {label} already")
    bodies: list[ev.Body] = [ev.PrioritySet(command.priority, command.reason)]
    bodies += runs_again(after(incident, bodies, context), context)
    changed = after(incident, bodies, context)
    text = f"{incident.id} is {label}"
    passed = newly_breached(incident, changed, context)
    if passed and not incident.breached_on_reclassify:
        bodies.append(ev.BreachedOnReclassify(passed))
        text += f"; its deadline passed {length(context.now - passed)} ago"
    moved = snooze_moved(changed, context, now_late=passed is not None)
    effects = take_back(incident, context, EffectKind.SNOOZE) if isinstance(moved, ev.Woke) else ()
    return accept(text, *bodies, *([moved] if moved else []), effects=effects)


def newly_breached(before: Incident, changed: Incident, context: Context) -> datetime | None:
    """Return the earliest deadline that a change has moved into the past, or None."""
    old, new, policy = summarise(before), summarise(changed), context.policy
    return min(
        (
            clock(new, policy).deadline
            for clock in (ack_clock, resolve_clock)
            if clock(new, policy).breached(context.now) and not clock(old, policy).breached(context.now)
        ),
        default=None,
    )


def snooze_moved(
    incident: Incident, context: Context, *, now_late: bool = False
) -> ev.Woke | ev.Snoozed | None:
    """Return what becomes of a snooze whose incident is due sooner than before."""
    if incident.snoozed_until is None:
        return None
    if now_late:
        return ev.Woke("past its deadline")
    sooner = wake_at(incident, incident.snoozed_until, context)
    return ev.Snoozed(sooner, "its fix is due sooner now") if sooner < incident.snoozed_until else None


def wake_at(incident: Incident, until: datetime, context: Context) -> datetime:
    """Return when a snooze really ends: at ``until``, or a while before the fix is due (V15).

    Nearer to the deadline than that, at the deadline; what is late already may sleep on.
    """
    clock = resolve_clock(summarise(incident), context.policy)
    if clock.paused_since is not None:
        return until
    points = (clock.deadline - context.policy.wake_before, clock.deadline)
    return min(until, next((point for point in points if point > context.now), until))


def snooze(incident: Incident, command: cmd.Snooze, context: Context) -> Decision:
    """Put it out of sight. Its clocks run on; escalation stands still."""
    if command.until <= context.now:
        return Rejected("that time has passed: snooze until a later one")
    until = wake_at(incident, command.until, context)
    if incident.snoozed_until == until:
        return NoChange(f"{incident.id} is snoozed until then already")
    text = f"{incident.id} snoozed for {length(until - context.now)}"
    if until < command.until:
        text += ", no longer, because its fix is due"
    effects = ask(incident, context, EffectKind.SNOOZE, until)
    return accept(text, ev.Snoozed(until, command.reason), effects=effects)


def wake(incident: Incident, command: cmd.Wake, context: Context) -> Decision:
    """End a snooze; the state is what it was before (S5)."""
    if incident.snoozed_until is None:
        return NoChange(f"{incident.id} is not snoozed")
    effects = take_back(incident, context, EffectKind.SNOOZE)
    there = stays(incident, context, EffectKind.SNOOZE)
    return accept(f"{incident.id} is awake{there}", ev.Woke(command.reason), effects=effects)


def is_paused(incident: Incident) -> bool:
    """Return whether the fix clock stands still."""
    return any(one.until is None for one in incident.pauses)


def runs_again(changed: Incident, context: Context) -> tuple[ev.Resumed, ...]:
    """Return what ends the pause of an incident whose priority, as it is by now, allows none; else nothing."""
    priority = changed.effective_priority
    if not is_paused(changed) or context.policy.target(priority).pausable:
        return ()
    return (ev.Resumed(f"{priority.label if priority else 'an unknown priority'} is never paused"),)


def pause(incident: Incident, command: cmd.PauseClock, context: Context) -> Decision:
    """Stop the fix clock, where the priority allows it (P3/P4; V8)."""
    priority = incident.effective_priority
    if not context.policy.target(priority).pausable:
        if priority is None:
            return Rejected(f"the clock of {incident.id} cannot be paused: set its priority first")
        return Rejected(
            f"{priority.label} clocks never pause: lower the priority first if it is less than that"
        )
    if is_paused(incident):
        return NoChange(f"the clock of {incident.id} is paused already")
    if len(command.text) > LONGEST_TEXT:
        return Rejected(
            f"what is waited for is longer than {LONGEST_TEXT} characters: write a note on {incident.id} instead"
        )
    reason = command.reason.replace("_", " for ", 1)
    text = one_line(command.text)
    return accept(f"the clock of {incident.id} is paused: {reason}", ev.Paused(command.reason, text))


def resume(incident: Incident, _command: cmd.ResumeClock, _context: Context) -> Decision:
    """Run the fix clock again."""
    if not is_paused(incident):
        return NoChange(f"the clock of {incident.id} runs")
    return accept(f"the clock of {incident.id} runs again", ev.Resumed())
