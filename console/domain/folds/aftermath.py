"""What remains of an incident: tickets elsewhere, its review, a handover."""

from __future__ import annotations

from console.domain import events as ev
from console.domain.aftermath import Action, Review, Ticket
from console.domain.folds import Steps
from console.domain.incident import Incident
from console.domain.records import replace


def ticket_linked(incident: Incident, event: ev.Event, body: ev.TicketLinked) -> Incident:
    """Keep each ticket once, as it was told of last; one that is gone is left out."""
    others = [one for one in incident.tickets if (one.outlet, one.key) != (body.outlet, body.key)]
    if body.gone:
        return replace(incident, tickets=tuple(others))
    kept = Ticket(body.outlet, body.key, body.url, body.title, body.assignee, body.state, event.at)
    return replace(incident, tickets=(*others, kept))


def ticket_asked(incident: Incident, _event: ev.Event, _body: ev.TicketAsked) -> Incident:
    """Change nothing: its effect says how that stands."""
    return incident


def review_moved(incident: Incident, event: ev.Event, body: ev.ReviewMoved) -> Incident:
    """Move the review on; who owns it and when it is due stay where nothing else is said."""
    before = incident.review
    return replace(
        incident,
        review=Review(
            state=body.state,
            moved_at=event.at,
            owner=body.owner or before.owner,
            due=body.due or before.due,
            sections=before.sections,
            actions=before.actions,
        ),
    )


def review_written(incident: Incident, _event: ev.Event, body: ev.ReviewWritten) -> Incident:
    """Keep the latest text of each section, in the order in which they were first written."""
    sections = dict(incident.review.sections)
    sections[body.section] = body.text
    kept = tuple((name, text) for name, text in sections.items() if text)
    return replace(incident, review=replace(incident.review, sections=kept))


def action_set(incident: Incident, _event: ev.Event, body: ev.ActionSet) -> Incident:
    """Keep each action item as it was set last, in the order in which they were first made."""
    actions = {one.id: one for one in incident.review.actions}
    actions[body.action] = Action(
        body.action, body.text, body.kind, body.state, body.owner, body.due, body.url
    )
    return replace(incident, review=replace(incident.review, actions=tuple(actions.values())))


def handed_over(incident: Incident, _event: ev.Event, _body: ev.HandedOver) -> Incident:
    """Change nothing: the owner changes by an event of its own."""
    return incident


STEPS: Steps = {
    ev.TicketAsked: ticket_asked,
    ev.TicketLinked: ticket_linked,
    ev.ReviewMoved: review_moved,
    ev.ReviewWritten: review_written,
    ev.ActionSet: action_set,
    ev.HandedOver: handed_over,
}
