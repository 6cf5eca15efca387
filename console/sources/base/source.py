"""What sources are made of: a name, a pace, and for most one server that is asked."""

from __future__ import annotations

from console.clock import Clock
from console.domain.alert import Alert
from console.domain.incident import Incident
from console.ports.sources import People
from console.sources.base.options import HttpOptions, SourceOptions
from console.web.http import HttpClient


class BaseSource:
    """What every source has: a name, a pace (seconds, as ``AlertSource`` says), and what may be done there."""

    kind = ""

    def __init__(self, name: str, options: SourceOptions) -> None:
        self.name = name
        self.interval = options.interval.total_seconds()
        self.deadline = options.deadline.total_seconds()
        self.can = frozenset(kind for kind, _ in options.ability.does)


class HttpSource(BaseSource):
    """A source behind one HTTP server. Nothing is sent before the first ``fetch``."""

    def __init__(self, name: str, options: HttpOptions, clock: Clock, client: HttpClient) -> None:
        super().__init__(name, options)
        self.clock = clock
        self.client = client

    async def close(self) -> None:
        """Let go of the connections; safe to call twice."""
        await self.client.close()


def firing_at(incident: Incident, source: str) -> tuple[Alert, ...]:
    """Return the incident's alerts that fire at this source, in order of joining."""
    return tuple(
        member.alert for ref, member in incident.members if ref.source == source and member.cleared_at is None
    )


def kept_at(incident: Incident, source: str) -> tuple[Alert, ...]:
    """Return the incident's alerts of this source, whether they fire or not: a resolved one can be reopened."""
    return tuple(member.alert for ref, member in incident.members if ref.source == source)


def email_of(people: People, person: str) -> str:
    """Return a person's email address, empty where the config has none."""
    known = people.get(person)
    return next((value for kind, value in known.contacts if kind == "email"), "") if known else ""
