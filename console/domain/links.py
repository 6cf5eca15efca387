"""Links of an incident: those that its alerts and its service carry, and templates filled from what it says.

A template is an address with fields, such as ``https://graphs.example/d/1?service={service}``. Values come
from outside, so each is percent-encoded whole (RFC 3986, unreserved characters only stay), and fields stand
behind the host only: no label can choose where a link leads.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from string import Formatter
from urllib.parse import quote, unquote, urlsplit

from console.domain.alert import Link
from console.domain.incident import Incident
from console.domain.policy import Policy
from console.domain.text import safe_url
from console.domain.urltemplate import LinkTemplate

_MOST_MEMBERS = 50
"""Alerts that are looked through for a trace or a label."""
_MOST_TEXT = 4000
"""Characters of each text that are looked through for a trace."""
_UNITS: dict[str, Callable[[datetime], str]] = {
    "ms": lambda at: str(round(at.timestamp() * 1000)),
    "s": lambda at: str(int(at.timestamp())),
    "iso": lambda at: f"{at:%Y-%m-%dT%H:%M:%S}Z",
}


@dataclass(frozen=True, slots=True)
class Links:
    """The links of an incident, each address once; ``missing`` is (title, why) of templates that say too little here."""

    offered: tuple[Link, ...]
    missing: tuple[tuple[str, str], ...] = ()


def links_of(incident: Incident, policy: Policy, now: datetime) -> Links:
    """Return the links of the alerts, of the service and of the templates that fit.

    ``now`` (UTC) stands for the end of an incident that is still open.
    """
    found = [Link(f"ticket {one.key}", one.url) for one in incident.tickets if one.url]
    found += [link for _, member in incident.members for link in member.alert.links]
    service = policy.services.get(incident.service)
    found += service.links if service else ()
    missing = []
    for template in policy.links:
        if _fits(template, incident):
            made = fill(template, incident, now)
            if isinstance(made, Link):
                found.append(made)
            else:
                missing.append((template.title, made))
    return Links(tuple({link.url: link for link in reversed(found)}.values())[::-1], tuple(missing))


def fill(template: LinkTemplate, incident: Incident, now: datetime) -> Link | str:
    """Return the link that a template makes of an incident, or in a few words why it makes none."""
    address = ""
    for literal, field, _, _ in Formatter().parse(template.url):
        address += literal
        if field is None:
            continue
        value = _value(field, template, incident, now)
        if not value:
            return _why(field)
        address += quote(value, safe="")
    # A browser takes "." and ".." out of a path, encoded or not: a label could climb to another page.
    if any(unquote(piece) in {".", ".."} for piece in urlsplit(address).path.split("/")):
        return "a value would lead to another page"
    url = safe_url(address)
    return Link(template.title, url) if url else "the address is too long"


def _fits(template: LinkTemplate, incident: Incident) -> bool:
    if template.services and incident.service not in template.services:
        return False
    if template.teams and incident.team not in template.teams:
        return False
    return not template.sources or not set(template.sources).isdisjoint(incident.sources)


def _value(field: str, template: LinkTemplate, incident: Incident, now: datetime) -> str:
    """Return what a field says, or an empty string."""
    if field.startswith("labels."):
        return _label(incident, field.removeprefix("labels."))
    if field == "trace":
        return _trace(template.trace, incident)
    name, _, unit = field.partition("_")
    if unit:
        return _UNITS[unit](_moment(name, incident, now))
    priority = incident.effective_priority
    return {
        "id": incident.id,
        "service": incident.service,
        "team": incident.team,
        "alert": incident.alert_name,
        "priority": priority.label if priority else "",
    }[field]


def _why(field: str) -> str:
    if field.startswith("labels."):
        return f"no alert has the label {field.removeprefix('labels.')}"
    return "no trace found in labels and texts" if field == "trace" else f"no {field} known"


def _moment(name: str, incident: Incident, now: datetime) -> datetime:
    if name == "started":
        return incident.source_started_at or incident.reported_at
    return incident.epoch.resolved_at or now


def _label(incident: Incident, name: str) -> str:
    """Return a label of the first alert that has it; of one that still fires where there is one."""
    members = sorted(incident.members[:_MOST_MEMBERS], key=lambda pair: pair[1].cleared_at is not None)
    return next(filter(None, (member.alert.label(name) for _, member in members)), "")


def _trace(pattern: str, incident: Incident) -> str:
    """Return what the pattern's first group finds (without groups: all of it) in labels, then in texts."""
    for text in _texts(incident):
        found = re.search(pattern, text[:_MOST_TEXT])
        if found:
            return (found[1] if found.re.groups else found[0]) or ""
    return ""


def _texts(incident: Incident) -> Iterator[str]:
    members = [member.alert for _, member in incident.members[:_MOST_MEMBERS]]
    for alert in members:
        yield from (f"{name}={value}" for name, value in alert.labels)
    for alert in members:
        yield alert.title
        yield alert.description
    yield incident.title
    yield incident.body
