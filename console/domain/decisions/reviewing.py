"""The review of an incident that is over: begun, written, moved on, with its action items."""

from __future__ import annotations

from datetime import datetime

from console.domain import commands as cmd
from console.domain import events as ev
from console.domain.aftermath import Action, Review
from console.domain.decisions.base import AskFirst, Context, Decision, NoChange, Rejected, accept, stranger
from console.domain.human import count, listed
from console.domain.incident import Incident
from console.domain.masking import mask
from console.domain.review.due import due_of, last_day
from console.domain.review.form import not_written
from console.domain.review.sections import BY_NAME, LONGEST, SECTIONS
from console.domain.text import multi_line, one_line, safe_url
from console.domain.vocabulary import ActionKind, ActionState, ReviewState

LONGEST_ACTION = 500
MOST_ACTIONS = 50


def start_review(incident: Incident, command: cmd.StartReview, context: Context) -> Decision:
    """Begin it as a draft, owned by who resolved or acked the incident unless another is named."""
    if incident.review.state is not ReviewState.NONE:
        return NoChange(f"the review of {incident.id} is there already: {incident.review.state.value}")
    if wrong := _not_yet(incident) or _wrong_owner(command.owner, context) or _past(command.due, context):
        return Rejected(wrong)
    body = _begun(incident, context, command.owner, command.due, command.text)
    return accept(f"review of {incident.id} begun{_whose(incident, body, context)}", body)


def move_review(incident: Incident, command: cmd.MoveReview, context: Context) -> Decision:
    """Move it on or back, or give it to another. Before it is closed the gaps are named."""
    before = incident.review
    state = command.state or before.state
    if before.state is ReviewState.NONE:
        return Rejected(f"{incident.id} has no review yet: begin one first")
    if wrong := _wrong_owner(command.owner, context) or _past(command.due, context):
        return Rejected(wrong)
    same_owner = command.owner in {"", before.owner}
    if state is before.state and same_owner and command.due in {None, before.due}:
        return NoChange(f"the review of {incident.id} is {state.value} already")
    closes = state is ReviewState.CLOSED and before.state is not ReviewState.CLOSED
    if closes and incident.is_open:
        return Rejected(f"{incident.id} is open again: resolve it first, then close its review")
    if closes and not command.despite_gaps and (question := _gaps(incident)):
        return AskFirst(question, "despite_gaps")
    body = ev.ReviewMoved(state, command.owner, command.due, one_line(command.text))
    return accept(f"review of {incident.id}: {state.value}{_whose(incident, body, context)}", body)


def write_section(incident: Incident, command: cmd.WriteSection, context: Context) -> Decision:
    """Write a section; where there is no review yet it begins with it."""
    if command.section not in BY_NAME:
        known = ", ".join(one.name for one in SECTIONS)
        return Rejected(f'a review has no section "{one_line(command.section, 40)}": {known}')
    said = multi_line(command.text, LONGEST + 1, LONGEST)
    if len(said) > LONGEST:
        return Rejected(f"a section is {LONGEST} characters at most: shorten it, or link a document")
    if wrong := not_written(incident.id, incident.review.state, is_open=incident.is_open):
        return Rejected(wrong)
    text, there = mask(said), dict(incident.review.sections).get(command.section, "")
    if there == text:
        return NoChange(f"{command.section} of the review of {incident.id} reads so already")
    if command.before is not None and mask(there) != mask(command.before):
        return Rejected(f"somebody else wrote {command.section} meanwhile: read it, then write yours again")
    written = ev.ReviewWritten(command.section, text)
    done = "written" if text else "taken out"
    done += "" if text == said else "; what looked like a secret is ***"
    return accept(f"review of {incident.id}: {command.section} {done}", *_first(incident, context), written)


def set_action(incident: Incident, command: cmd.SetAction, context: Context) -> Decision:
    """Add an action item, or change one; done or dropped it can be long after the review was closed."""
    actions = {one.id: one for one in incident.review.actions}
    name = one_line(command.action, 20).upper()
    before = actions.get(name)
    if name and before is None:
        known = ", ".join(actions) or "none yet"
        return Rejected(f'{incident.id} has no action item "{name}": {known}')
    wanted = _wanted(name or _next_id(actions), before, command)
    if wrong := _wrong_action(incident, wanted, command, context):
        return Rejected(wrong)
    if before is not None and wanted == ev.ActionSet(*_parts(before)):
        return NoChange(f"action item {name} of {incident.id} is so already")
    told = f"action item {wanted.action} of {incident.id}"
    told += " added" if before is None else f": {wanted.state.value}"
    told += "" if wanted.owner else ", with no owner yet"
    return accept(told, *_first(incident, context), wanted)


def gaps_of(review: Review, *, resolution: str = "") -> tuple[str, ...]:
    """Return what is missing before a review is done: sections nobody wrote, open actions nobody owns."""
    written = dict(review.sections)
    if resolution:
        written.setdefault("resolution", resolution)
    missing = [
        f"{one.title.lower()} is not written" for one in SECTIONS if one.needed and one.name not in written
    ]
    nobodys = [one.id for one in review.actions if one.state is ActionState.OPEN and not one.owner]
    if nobodys:
        missing.append(f"{listed(tuple(nobodys))} {'has' if len(nobodys) == 1 else 'have'} no owner")
    return tuple(missing)


def _gaps(incident: Incident) -> str:
    missing = gaps_of(incident.review, resolution=incident.resolution)
    if incident.review.state is ReviewState.DRAFT:
        missing = ("nobody was asked to look it through", *missing)
    return f"{listed(missing, 4)} — close the review anyway?" if missing else ""


def _not_yet(incident: Incident) -> str:
    """Return why there can be no review yet; action items may be added to one that is closed."""
    closed = incident.review.state is ReviewState.CLOSED
    return "" if closed else not_written(incident.id, incident.review.state, is_open=incident.is_open)


def _wrong_owner(owner: str, context: Context) -> str:
    return stranger(owner, context.policy) if owner else ""


def _past(due: datetime | None, context: Context) -> str:
    return "that day is over: give a later one" if due is not None and due <= context.now else ""


def _first(incident: Incident, context: Context) -> tuple[ev.ReviewMoved, ...]:
    """Return what begins the review where that has not happened yet."""
    return (_begun(incident, context),) if incident.review.state is ReviewState.NONE else ()


def _begun(
    incident: Incident, context: Context, owner: str = "", due: datetime | None = None, text: str = ""
) -> ev.ReviewMoved:
    people = (
        incident.resolved_by.name if incident.resolved_by else "",
        incident.epoch.first_human,
        incident.owner,
    )
    known = [one for one in people if one and not stranger(one, context.policy)]
    whose = owner or next(iter(known), "")
    return ev.ReviewMoved(ReviewState.DRAFT, whose, due, one_line(text))


def _whose(incident: Incident, body: ev.ReviewMoved, context: Context) -> str:
    owner, due = body.owner or incident.review.owner, body.due or due_of(incident, context.policy)
    told = f", {context.policy.name_of(owner)}" if owner else ", nobody owns it"
    return told + (f", due {last_day(due, incident.team, context.policy):%Y-%m-%d}" if due else "")


def _next_id(actions: dict[str, Action]) -> str:
    numbers = [int(name[1:]) for name in actions if name[:1] == "A" and name[1:].isdecimal()]
    return f"A{max(numbers, default=0) + 1}"


def _parts(action: Action) -> tuple[str, str, ActionKind, ActionState, str, datetime | None, str]:
    one = action
    return (one.id, one.text, one.kind, one.state, one.owner, one.due, one.url)


def _wanted(name: str, before: Action | None, command: cmd.SetAction) -> ev.ActionSet:
    old = before or Action(name, "", ActionKind.PREVENT, ActionState.OPEN)
    return ev.ActionSet(
        name,
        one_line(command.text, LONGEST_ACTION + 1) if command.text is not None else old.text,
        command.kind or old.kind,
        command.state or old.state,
        one_line(command.owner, 100) if command.owner is not None else old.owner,
        command.due or old.due,
        command.url if command.url is not None else old.url,
    )


def _wrong_action(incident: Incident, wanted: ev.ActionSet, command: cmd.SetAction, context: Context) -> str:
    answers = (
        (not wanted.text, "say what is to be done"),
        (
            len(wanted.text) > LONGEST_ACTION,
            f"an action item is {LONGEST_ACTION} characters at most: link the rest",
        ),
        (
            bool(wanted.url) and safe_url(wanted.url) != wanted.url,
            "the link is no web address: give https://…",
        ),
        (
            not command.action and len(incident.review.actions) >= MOST_ACTIONS,
            f"{incident.id} has {count(MOST_ACTIONS, 'action item')}: more are not followed up",
        ),
    )
    wrong = next((words for holds, words in answers if holds), "")
    return (
        wrong
        or _not_yet(incident)
        or _wrong_owner(command.owner or "", context)
        or _past(command.due, context)
    )
