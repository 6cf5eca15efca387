"""What a ticket says about an incident: when, where, which alerts, who looked first, what happened, what should have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, tzinfo

from console.domain.describe import timeline
from console.domain.events import Event
from console.domain.human import count, length, stamp
from console.domain.incident import Incident
from console.domain.links import links_of
from console.domain.masking import mask
from console.domain.policy import Policy
from console.domain.reporters import reported
from console.domain.text import multi_line, one_line
from console.domain.tickets.draft import LEFT_OUT, Draft, Item, Section, marker_of
from console.domain.tickets.place import Place
from console.domain.zones import UTC, zone_of

NOT_RECORDED = "not recorded"
LONGEST_TITLE = 200
"""Jira takes 255 characters, GitHub 256, GitLab 255."""
LONGEST_ANSWER = 4000
_LONGEST_LINE = 300
_MOST_ALERTS = 20
_MOST_LINKS = 15
_FIRST_EVENTS, _LAST_EVENTS = 15, 45
_QUOTED = frozenset({"Actual", "Ideal"})
_WHERE = (
    "env",
    "environment",
    "cluster",
    "region",
    "datacenter",
    "zone",
    "namespace",
    "site",
    "host",
    "instance",
)


def draft_of(  # noqa: PLR0913 - what a ticket is made of
    incident: Incident,
    events: Sequence[Event],
    policy: Policy,
    place: Place,
    now: datetime,
    *,
    actual: str = "",
    ideal: str = "",
) -> Draft:
    """Return the ticket of an incident at a place. ``now`` (UTC) ends the links of one that is still open."""
    zone = zone_of("", incident.team, policy)
    way = place.route(incident.service, incident.team)
    marker = marker_of(incident)
    priority = incident.effective_priority
    names = dict(place.priorities)
    return Draft(
        incident=incident.id,
        marker=marker,
        title=one_line(mask(f"{incident.id} {incident.title}"), LONGEST_TITLE),
        sections=tuple(
            Section(title, tuple(map(_kept, items)), quoted=title in _QUOTED)
            for title, items in (
                ("Incident", _facts(incident, policy, place, zone)),
                ("Alerts", tuple(_alerts(incident)) or _none("no alert: a person reported it")),
                ("Actual", _written(actual, incident.body)),
                ("Ideal", _written(ideal)),
                ("Timeline", _events(events, policy, zone)),
                ("Links", tuple(_links(incident, policy, now)) or _none(NOT_RECORDED)),
            )
        ),
        project=way.project,
        issue_type=place.issue_type,
        component=way.component,
        assignee=way.assignee,
        priority=names.get(priority, "") if priority else "",
        labels=(*way.labels, marker),
        back=place.link_to(incident.id),
    )


def _kept(item: Item) -> Item:
    """Return an item without secrets; an address that holds one is left out."""
    return Item(mask(item.text), item.name, item.url if mask(item.url) == item.url else "")


def outcome_of(incident: Incident, policy: Policy) -> str:
    """Return how an incident ended, in lines, for a comment on its ticket."""
    zone = zone_of("", incident.team, policy)
    ended = incident.epoch.resolved_at
    by = policy.name_of(incident.resolved_by.name) if incident.resolved_by else "nobody named"
    told = [f"{incident.id} is resolved."]
    if ended is not None:
        told.append(
            f"When: {_both(ended, zone)}, by {by}, {length(ended - incident.reported_at)} after the report"
        )
    told += [f"Cause: {one_line(incident.cause, _LONGEST_LINE) or NOT_RECORDED}"]
    told += [f"Resolution: {one_line(incident.resolution, 2000) or NOT_RECORDED}"]
    if incident.sufficed.words:
        told.append(f"Runbook: {incident.sufficed.words}")
    return "\n".join(told)


def preview(draft: Draft) -> tuple[str, ...]:
    """Return a draft as plain lines, as it is shown before it is made."""
    target = ", ".join(
        filter(
            None,
            (
                draft.project,
                draft.issue_type,
                draft.component and f"component {draft.component}",
                draft.priority and f"priority {draft.priority}",
                f"assigned to {draft.assignee}" if draft.assignee else "assigned to nobody",
            ),
        )
    )
    lines = [draft.title, target, f"labels: {', '.join(draft.labels)}"]
    for section in draft.sections:
        lines += ["", section.title]
        lines += [f"  {said(item)}" for item in section.items]
    return tuple(lines)


def said(item: Item) -> str:
    """Return an item as plain text."""
    if item.text == LEFT_OUT:
        return f"… {item.name} {item.text}"
    text = f"{item.name}: {item.text}" if item.name else item.text
    return f"{text} {item.url}" if item.url and item.url != item.text else text


def _facts(incident: Incident, policy: Policy, place: Place, zone: tzinfo) -> Iterator[Item]:
    yield Item(incident.id, "Incident", place.link_to(incident.id))
    yield Item(incident.effective_priority.label if incident.effective_priority else "P?", "Priority")
    yield Item(incident.state.words, "State")
    yield Item(
        _both(incident.source_started_at, zone) if incident.source_started_at else NOT_RECORDED, "Began"
    )
    yield Item(_both(incident.reported_at, zone), "Reported")
    yield Item(reported(incident.reporter, one_line(incident.reported_by, 100)), "Reporter")
    yield Item(", ".join((one_line(incident.service, 100), *_labels(incident))), "Where")
    yield Item(", ".join(one_line(one, 100) for one in incident.services[:30]), "Services")
    yield Item(incident.team or NOT_RECORDED, "Team")
    yield Item(_first_looked(incident, policy, zone), "First looked by")
    yield Item(policy.name_of(incident.owner) if incident.owner else "nobody", "Owner")
    if incident.epoch.resolved_at is not None:
        yield Item(_both(incident.epoch.resolved_at, zone), "Resolved")
        yield Item(one_line(incident.cause, 200) or NOT_RECORDED, "Cause")
        yield Item(one_line(incident.resolution, 1000) or NOT_RECORDED, "Resolution")


def _first_looked(incident: Incident, policy: Policy, zone: tzinfo) -> str:
    first = incident.epochs[0]
    if first.first_human_ack is None:
        return "nobody yet" if incident.is_open else "nobody"
    after = length(first.first_human_ack - incident.reported_at)
    return (
        f"{policy.name_of(first.first_human)}, {_both(first.first_human_ack, zone)}, {after} after the report"
    )


def _labels(incident: Incident) -> tuple[str, ...]:
    """Return the labels that say where it is, each value once, the first few of many."""
    found: dict[str, dict[str, None]] = {}
    for _, member in incident.members[:200]:
        for name in _WHERE:
            if value := member.alert.label(name):
                found.setdefault(name, {})[one_line(value, 60)] = None
    return tuple(f"{name} {' '.join(list(found[name])[:5])}" for name in _WHERE if name in found)


def _alerts(incident: Incident) -> Iterator[Item]:
    for ref, member in incident.members[:_MOST_ALERTS]:
        stands = "fires" if member.cleared_at is None else "cleared"
        title = one_line(member.alert.title or member.alert.name, 200)
        url = next((link.url for link in member.alert.links), "")
        yield Item(f"{title} ({one_line(ref.source, 60)}, {stands}, {count(member.count, 'time')})", url=url)
    if len(incident.members) > _MOST_ALERTS:
        yield Item(LEFT_OUT, str(len(incident.members) - _MOST_ALERTS))


def _events(events: Sequence[Event], policy: Policy, zone: tzinfo) -> Iterator[Item]:
    lines = timeline(events, policy, zone)
    cut = len(lines) - _FIRST_EVENTS - _LAST_EVENTS
    shown = lines if cut <= 1 else (*lines[:_FIRST_EVENTS], *lines[-_LAST_EVENTS:])
    for n, line in enumerate(shown):
        if cut > 1 and n == _FIRST_EVENTS:
            yield Item(LEFT_OUT, str(cut))
        undone = " (undone)" if line.undone else ""
        yield Item(one_line(f"{stamp(line.at, zone)} {line.actor}: {line.text}{undone}", _LONGEST_LINE))


def _links(incident: Incident, policy: Policy, now: datetime) -> Iterator[Item]:
    found = links_of(incident, policy, now).offered
    for link in found[:_MOST_LINKS]:
        yield Item(one_line(link.title, 100) or link.url, url=link.url)
    if incident.runbook_url:
        yield Item("runbook", url=incident.runbook_url)


def _written(text: str, otherwise: str = "") -> tuple[Item, ...]:
    lines = mask(multi_line(text.strip() or otherwise.strip(), LONGEST_ANSWER, 100)).split("\n")
    return tuple(Item(line) for line in lines if line.strip()) or _none(NOT_RECORDED)


def _none(words: str) -> tuple[Item, ...]:
    return (Item(words),)


def _both(at: datetime, zone: tzinfo) -> str:
    """Return a time where the team lives, and in UTC where that is another."""
    local, there = stamp(at, zone), stamp(at, UTC)
    return local if local == there else f"{local} ({at.astimezone(UTC):%Y-%m-%d %H:%M} UTC)"
