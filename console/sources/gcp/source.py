"""Projects at Google Cloud Monitoring as a source."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import quote

from console.clock import Clock
from console.domain.alert import Alert, Poll
from console.domain.incident import Incident
from console.domain.vocabulary import EffectKind, EffectState
from console.errors import SourceError
from console.ports.sources import NOBODY, People, Proof, Settled
from console.ports.store import OutboxEntry
from console.sources.base.aside import Aside
from console.sources.base.cluster import outcome
from console.sources.base.holds import MOST, Holder, Words
from console.sources.base.reading.records import Record
from console.sources.base.source import HttpSource, firing_at
from console.sources.gcp.credentials import GoogleCredentials
from console.sources.gcp.filters import Target, filter_of
from console.sources.gcp.options import Options
from console.sources.gcp.pages import MOST_PAGES, PER_PAGE, every_page
from console.sources.gcp.reader import NAME, by_id, joined, policy_of, reader
from console.sources.gcp.snoozes import Snoozes, current, project_of
from console.web.http import HttpClient

_OPEN = (("filter", 'state="OPEN"'), ("orderBy", "open_time desc"))
_SNOOZED = Words(noun="snooze", verb="snoozed")
_RIGHTS = (
    ("alerts", "monitoring.alerts.list", "to see alerts"),
    ("alertPolicies", "monitoring.alertPolicies.list", "to show documentation and runbooks"),
    ("snoozes", "monitoring.snoozes.list", "to show what is snoozed"),
)


@dataclass(slots=True)
class _Found:
    """What one project says. ``cut``: it has more than we read."""

    records: list[object]
    problems: list[str]
    cut: bool


class Source(HttpSource):
    """Fetches the open alerts of all projects; snoozes their policies where the options ask for it."""

    kind = "gcp"

    def __init__(self, name: str, options: Options, clock: Clock) -> None:
        self._credentials = GoogleCredentials(options, clock)
        super().__init__(
            name, options, clock, HttpClient(options.url, options, clock, credentials=self._credentials)
        )
        self._options = options
        self._reader = reader(name, options)
        self._documentation = {project: self._aside(project) for project in options.projects}

    async def fetch(self) -> Poll:
        """Return what is open; a project that cannot be read is named. Raises ``SourceError`` if none can."""
        projects = self._options.projects
        answers = await asyncio.gather(*(outcome(self._project, project) for project in projects))
        found = [answer for answer in answers if isinstance(answer, _Found)]
        if not found:
            raise _worst([answer for answer in answers if isinstance(answer, SourceError)])
        problems = list(self._options.warnings)
        for project, answer in zip(projects, answers, strict=True):
            if isinstance(answer, SourceError):
                problems.append(f"{project}: {answer}")
            else:
                problems += answer.problems
        poll = await self._reader.read_by_turns(record for one in found for record in one.records)
        whole = len(found) == len(projects) and not any(one.cut for one in found)
        return replace(poll, complete=poll.complete and whole, problems=(*problems, *poll.problems))

    async def act(
        self, entry: OutboxEntry, incident: Incident, now: datetime, people: People = NOBODY  # noqa: ARG002 - the owner's id will do
    ) -> Settled:  # fmt: skip
        """Snooze the policies, or end that; see ``Holder``. Raises ``SourceError`` where trying again may help."""
        if entry.kind not in {EffectKind.SNOOZE, EffectKind.WAKE}:
            return Settled(EffectState.FAILED, f"{self.name} knows no {entry.kind.value}")
        alerts = firing_at(incident, self.name)
        if entry.kind is EffectKind.SNOOZE and len(alerts) > MOST:
            return Settled(
                EffectState.FAILED, f"not snoozed: {len(alerts)} alerts fire, more than {MOST} snoozes"
            )
        try:
            targets = await self._targets(alerts) if entry.kind is EffectKind.SNOOZE else []
        except SourceError as error:
            if error.final:
                return Settled(EffectState.FAILED, str(error))
            raise
        names = [alert.ref.fingerprint for alert in alerts] + entry.handle.split()
        names += [name for effect in incident.effects for name in effect.handle.split()]
        projects = [project for name in names if (project := project_of(name))]
        holder = Holder(self.name, Snoozes(self.client, projects), _SNOOZED, self._options.interval)
        return await holder.act(entry, incident, targets, now)

    async def prove(self) -> Proof:
        """Try the credentials by reading in each project. Raises ``SourceError`` where they are no good."""
        missing = []
        for project in self._options.projects:
            for noun, right, use in _RIGHTS:
                path = f"/v3/projects/{project}/{noun}"
                answer = await self.client.ask("GET", path, [("pageSize", "1")], accept={403, 404})
                if answer.status == 404:
                    missing.append(f"{project}: there is no such project, or it is hidden from us")
                    break
                if answer.status == 403:
                    missing.append(f"{right} in {project}: needed {use}")
        unproven = ("monitoring.snoozes.create: needed to snooze",) if self.can else ()
        return Proof(self._credentials.identity, tuple(missing), unproven)

    async def _project(self, project: str) -> _Found:
        alerts, cut = await every_page(self.client, f"/v3/projects/{project}/alerts", "alerts", _OPEN)
        problems = []
        if cut:
            problems.append(
                f"{project} has more open alerts than the {MOST_PAGES * PER_PAGE} that are read: close what is stale"
            )
        documentation = self._documentation[project]
        problems.append(await documentation.refresh(filter(None, map(policy_of, alerts))))
        snoozes: list[Any] = []
        if alerts:
            answer = await outcome(current, self.client, project, self.clock.now())
            if isinstance(answer, SourceError):
                problems.append(f"the snoozes of {project} cannot be read: {answer.message}")
            else:
                snoozes = answer
        records = list(joined(alerts, documentation.known, snoozes))
        return _Found(records, [problem for problem in problems if problem], cut)

    def _aside(self, project: str) -> Aside[Any]:
        async def read() -> Mapping[str, Any]:
            found, _ = await every_page(self.client, f"/v3/projects/{project}/alertPolicies", "alertPolicies")
            return by_id(found)

        return Aside(self.clock, self._options.refresh, read, f"the policies of {project}")

    async def _targets(self, alerts: tuple[Alert, ...]) -> list[Target]:
        """Return what is to be snoozed: asked for now, as an alert here no longer has Google's own labels."""
        targets: dict[Target, None] = {}
        for alert in alerts:
            named = NAME.fullmatch(alert.ref.fingerprint)
            if named is None:
                continue
            path = "/v3/" + quote(alert.ref.fingerprint, safe="/:")
            answer = await self.client.ask("GET", path, accept={404})
            value = answer.json() if answer.status != 404 else None
            record = Record(value if isinstance(value, dict) else {})
            policy = record.text("policy.name", 300)
            if policy and record.text("state") != "CLOSED":
                targets[Target(named[1], policy, filter_of(record))] = None
        return list(targets)


def _worst(errors: list[SourceError]) -> SourceError:
    """Return one error for all projects; it is permanent only if all are."""
    if len(errors) == 1:
        return errors[0]
    waits = [error.retry_after for error in errors if error.retry_after is not None]
    return SourceError(
        "no project can be read: " + "; ".join(dict.fromkeys(error.message for error in errors)),
        hint=errors[0].hint,
        retry_after=min(waits, default=None),
        permanent=all(error.permanent for error in errors),
        parked=all(error.parked for error in errors),
        status=errors[0].status,
    )
