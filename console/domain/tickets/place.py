"""Where tickets go: what the config says of each ticket system, without its secrets. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

from console.domain.priority import Priority

_JIRA_KEY = re.compile(r"[A-Z][A-Z0-9_]{0,30}-[1-9][0-9]{0,11}")
_NUMBERED = re.compile(r"[\w.-]{1,100}(/[\w.-]{1,100}){0,20}#[1-9][0-9]{0,11}")


@dataclass(frozen=True, slots=True)
class Route:
    """Where tickets about these services or teams go instead; empty means all. What is left empty stays as the place says."""

    services: frozenset[str] = frozenset()
    teams: frozenset[str] = frozenset()
    project: str = ""
    component: str = ""
    assignee: str = ""
    labels: tuple[str, ...] = ()

    def fits(self, service: str, team: str) -> bool:
        """Return whether a ticket about a service of a team goes this way."""
        return (not self.services or service in self.services) and (not self.teams or team in self.teams)


@dataclass(frozen=True, slots=True)
class Place:
    """One ``[[tickets]]``. ``web`` is where people read its tickets.

    ``priorities`` pairs ours with the names there. ``mirror_notes``: notes of people are comments there.
    ``follows_owner``: whoever is given the incident is given the ticket. ``transition``: what closes a ticket when
    the incident ends; empty: it is only commented on. ``back`` is the address of an incident in a console of the
    team, with ``{id}``; empty: there is none.
    """

    name: str
    kind: str
    project: str
    web: str = ""
    issue_type: str = ""
    labels: tuple[str, ...] = ()
    priorities: tuple[tuple[Priority, str], ...] = ()
    routes: tuple[Route, ...] = ()
    mirror_notes: bool = False
    follows_owner: bool = True
    transition: str = ""
    back: str = ""

    @property
    def contact(self) -> str:
        """The kind of contact by which a person is known there."""
        return "email" if self.kind == "jira" else self.kind

    def route(self, service: str, team: str) -> Route:
        """Return where a ticket goes: as the first route that fits says, the rest as the place says."""
        found = next((one for one in self.routes if one.fits(service, team)), Route())
        return Route(
            project=found.project or self.project,
            component=found.component,
            assignee=found.assignee,
            labels=tuple(dict.fromkeys((*self.labels, *found.labels))),
        )

    def link_to(self, incident: str) -> str:
        """Return the address of an incident in the team's console, empty where there is none."""
        return self.back.replace("{id}", quote(incident, safe=""))

    def key_of(self, text: str) -> str:
        """Return what people there call the ticket that a key or an address means; empty where it means none here."""
        named = text.strip()
        if named.startswith(("http://", "https://")):
            named = self._key_in(named)
        elif self.kind != "jira" and re.fullmatch(r"#?[1-9][0-9]{0,11}", named):
            named = f"{self.project}#{named.lstrip('#')}"
        if self.kind == "jira":
            named = named.upper()
            return named if _JIRA_KEY.fullmatch(named) else ""
        return named if _NUMBERED.fullmatch(named) and ".." not in named.split("/") else ""

    def _key_in(self, url: str) -> str:
        try:
            parts = urlsplit(url)
            here = urlsplit(self.web)
        except ValueError:
            return ""
        path = unquote(parts.path)
        if parts.netloc.casefold() != here.netloc.casefold() or not path.startswith(here.path):
            return ""
        path = path.removeprefix(here.path).strip("/")
        if self.kind == "jira":
            return path.removeprefix("browse/") if path.startswith("browse/") else ""
        middle = "/-/issues/" if self.kind == "gitlab" else "/issues/"
        project, found, number = path.partition(middle)
        return f"{project}#{number}" if found else ""


def place_named(name: str, places: tuple[Place, ...]) -> Place | None:
    """Return the place with a name; without one the first, which is where tickets go unless somebody says otherwise."""
    if not name:
        return places[0] if places else None
    return next((one for one in places if one.name == name), None)


def place_of(text: str, places: tuple[Place, ...]) -> tuple[Place, str] | None:
    """Return the first place where a key or an address means a ticket, and its key; None where it means none."""
    found = ((one, one.key_of(text)) for one in places)
    return next((pair for pair in found if pair[1]), None)
