"""What policy wants of the viewer for one incident, the one under the cursor: the way from the page to the end.

Ack, set the priority, begin the runbook, write down what is seen, go on, resolve: each once the one before is done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from console.domain.events import Noted
from console.domain.hints import incidents
from console.domain.hints.hint import Hint, Tone
from console.domain.hints.tracks import due
from console.domain.hints.updates import last_word, owed
from console.domain.human import age
from console.domain.policy import Policy
from console.domain.snapshot import Detail
from console.domain.standing import Standing, Viewer, Want
from console.domain.stepmarks import first_line, marked
from console.domain.tracks import checks
from console.domain.vocabulary import StepState

LONGEST = 44  # characters of a step's text


def here(item: Standing, detail: Detail | None, who: Viewer, policy: Policy, now: datetime) -> Hint:
    """Return it. ``detail`` is what is known of its log and runbook (None: not read yet); ``now`` is the store's.

    Where nothing is wanted of the viewer the hint says why and names no action.
    """
    row = item.row
    if item.want is not Want.ACK and row.owner and (waiting := _due(item, who, now)):
        return waiting
    telling = next(owed((item,), policy, now), None) if item.want is Want.FIX else None
    if telling and who.tells_clients(row):
        return telling
    if row.owner and row.owner != who.id and item.want is not Want.TELL:
        name = policy.name_of(row.owner)
        return Hint(f"nothing of you: {name} has {row.id}", incident=row.id, tone=Tone.CALM)
    if telling:
        return telling
    if item.want is Want.FIX and not incidents.is_late(item, policy, now):
        return next(_path(item, detail, who), None) or incidents.fix(item, now)
    says: dict[Want, Callable[[], Hint]] = {
        Want.ACK: lambda: incidents.ack(item, now),
        Want.PRIORITY: lambda: incidents.set_priority(item, policy, now),
        Want.ANSWER: lambda: incidents.answer(item, now),
        Want.RESOLVE: lambda: incidents.resolve(item),
        Want.FIX: lambda: incidents.fix_in_time(item, now),
        Want.TELL: lambda: last_word(item, now),
        Want.CLOSE: lambda: incidents.close(item),
        Want.SLEEP: lambda: _sleeping(item, now),
    }
    return says[item.want]()


def _due(item: Standing, who: Viewer, now: datetime) -> Hint | None:
    """Return the check of parallel work that the viewer is to make by now, the soonest first."""
    if item.row.track_at is None:
        return None
    mine = (
        one for one in checks(item.row.track) if one.at <= now and (one.owner or item.row.owner) == who.id
    )
    found = next(mine, None)
    return due(found, item.row.id, now) if found else None


def _sleeping(item: Standing, now: datetime) -> Hint:
    until = item.row.snoozed_until
    left = f" for {age(until - now)} more" if until else ""
    return Hint(f"nothing for now: {item.row.id} is snoozed{left}", incident=item.row.id, tone=Tone.CALM)


def _path(item: Standing, detail: Detail | None, who: Viewer) -> Iterator[Hint]:
    """Yield what comes next in the work on an incident whose owner is looking: runbook and notes."""
    if detail is None or detail.incident.id != item.row.id:
        return
    name, steps = item.row.id, detail.runbook.steps if detail.runbook else ()
    marks = marked(detail.runbook, detail.incident.steps) if detail.runbook else None
    left = [step for step in steps if marks and marks.state(step.n) in {StepState.TODO, StepState.DOING}]
    noted = _has_noted(detail, who)
    if left and (noted or len(left) == len(steps)):
        words = cut(first_line(left[0].text))
        text = f"step {left[0].n} of {len(steps)} of {name}: {words}"
        yield Hint(text, "pane.runbook", name, Tone.CALM, also="runbook.done")
    if not noted:
        yield Hint(f"note what you see on {name}", "incident.note", name, Tone.CALM)
    if steps:
        yield Hint(f"no step is left: resolve {name} once it is over", "incident.resolve", name, Tone.CALM)


def cut(words: str) -> str:
    """Return the beginning of a step's text that has room beside its key."""
    return words if len(words) <= LONGEST else f"{words[: LONGEST - 2]} …"


def _has_noted(detail: Detail, who: Viewer) -> bool:
    """Return whether the viewer has written a note since the ack that stands."""
    since = detail.incident.acked_at
    mine = (event for event in detail.events if isinstance(event.body, Noted) and event.actor.name == who.id)
    return any(since is None or event.at >= since for event in mine)
