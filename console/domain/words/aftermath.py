"""Tickets, reviews, action items and handovers, in words."""

from __future__ import annotations

from console.domain import events as ev
from console.domain.vocabulary import ActionState, ReviewState
from console.domain.words.base import Telling, Words, because


def _ticket_asked(body: ev.TicketAsked, _telling: Telling) -> str:
    if body.key:
        return f"link with {body.key} of {body.outlet} asked for"
    wrote = "; ".join(
        f"{name}: {text}" for name, text in (("actual", body.actual), ("ideal", body.ideal)) if text
    )
    return f"ticket in {body.outlet} asked for" + because(wrote)


def _ticket_linked(body: ev.TicketLinked, _telling: Telling) -> str:
    if body.gone:
        return f"ticket {body.key} of {body.outlet} is no longer linked"
    facts = ", ".join(filter(None, (body.state, body.assignee)))
    return f"ticket {body.key} in {body.outlet}" + (f" ({facts})" if facts else "") + because(body.title)


def _review_moved(body: ev.ReviewMoved, telling: Telling) -> str:
    text = f"review {body.state}" if body.state is not ReviewState.NONE else "no review"
    if body.owner:
        text += f", by {telling.policy.name_of(body.owner)}"
    if body.due is not None:
        text += f", due {telling.when(body.due)}"
    return text + because(body.text)


def _review_written(body: ev.ReviewWritten, _telling: Telling) -> str:
    return f"review: {body.section} " + ("written" if body.text else "taken out")


def _action_set(body: ev.ActionSet, telling: Telling) -> str:
    state = "" if body.state is ActionState.OPEN else f" {body.state}"
    text = f"action item {body.action}{state} ({body.kind})"
    if body.owner:
        text += f", {telling.policy.name_of(body.owner)}"
    if body.due is not None:
        text += f", due {telling.when(body.due)}"
    return text + because(body.text)


def _handed_over(body: ev.HandedOver, telling: Telling) -> str:
    outgoing, incoming = (telling.policy.name_of(one) for one in (body.outgoing, body.incoming))
    return f"handed over from {outgoing} to {incoming}"


WORDS: Words = {
    ev.TicketAsked: _ticket_asked,
    ev.TicketLinked: _ticket_linked,
    ev.ReviewMoved: _review_moved,
    ev.ReviewWritten: _review_written,
    ev.ActionSet: _action_set,
    ev.HandedOver: _handed_over,
}
