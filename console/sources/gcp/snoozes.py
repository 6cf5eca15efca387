"""Snoozes of policies as the upstream form of a snooze: one for each alert that fires (``base.holds.Product``)."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from console.errors import SourceError
from console.sources.base.held import Hold
from console.sources.base.reading.records import Record
from console.sources.gcp.filters import Target
from console.sources.gcp.pages import every_page
from console.web.http import HttpClient
from console.web.times import time_text

_ENDED_SINCE = timedelta(days=1)  # so long is known that somebody ended one before its time
_SOON = timedelta(seconds=5)  # an end may not lie in the past when it gets there


async def current(client: HttpClient, project: str, now: datetime) -> list[Any]:
    """Return the snoozes of a project that are in force or to come. Raises ``SourceError``."""
    found, _ = await every_page(client, f"/v3/projects/{project}/snoozes", "snoozes", _ending_after(now))
    return [one for one in found if _starts(one) is None or (_starts(one) or now) <= now]


class Snoozes:
    """Makes, moves and ends snoozes in some projects."""

    def __init__(self, client: HttpClient, projects: Iterable[str]) -> None:
        self._client = client
        self._projects = tuple(dict.fromkeys(projects))

    async def known(self, handles: Collection[str], now: datetime) -> Sequence[Hold]:  # noqa: ARG002 - they are among the rest
        """Return the snoozes of the projects that end from yesterday on."""
        holds = []
        for project in self._projects:
            path = f"/v3/projects/{project}/snoozes"
            found, _ = await every_page(self._client, path, "snoozes", _ending_after(now - _ENDED_SINCE))
            holds += [_hold(Record(one), project, now) for one in found if isinstance(one, dict)]
        return holds

    async def make(self, covers: Hashable, note: str, until: datetime, now: datetime) -> str:
        """Snooze a policy for what an alert is about, and return the snooze's name."""
        if not isinstance(covers, Target):
            raise TypeError("not the policy of an alert")
        criteria: dict[str, Any] = {"policies": [covers.policy]}
        if covers.filter:
            criteria["filter"] = covers.filter
        body = {
            "displayName": note,
            "criteria": criteria,
            "interval": {"startTime": time_text(now), "endTime": time_text(until)},
        }
        answer = await self._client.send("POST", f"/v3/projects/{covers.project}/snoozes", body)
        name = Record(answer if isinstance(answer, dict) else {}).text("name", 300)
        if not name:
            raise SourceError(
                f"{self._client.place} did not say which snooze it made", hint="is url Google's API?"
            )
        return name

    async def prolong(self, hold: Hold, note: str, until: datetime, now: datetime) -> str:  # noqa: ARG002 - only the end can be changed
        """Move the end of a snooze."""
        body = {"name": hold.id, "interval": {"endTime": time_text(until)}}
        path = f"/v3/{quote(hold.id, safe='/:')}"
        await self._client.send("PATCH", path, body, [("updateMask", "interval.end_time")])
        return hold.id

    async def end(self, hold: Hold, now: datetime) -> None:
        """End a snooze."""
        await self.prolong(hold, "", now + _SOON, now)


def project_of(name: str) -> str:
    """Return the project in a full name ("projects/p/snoozes/1"), empty where there is none."""
    parts = name.split("/")
    return parts[1] if len(parts) == 4 and parts[0] == "projects" else ""


def _ending_after(moment: datetime) -> list[tuple[str, str]]:
    return [("filter", f'interval.end_time > "{time_text(moment)}"')]


def _starts(snooze: object) -> datetime | None:
    return Record(snooze).time("interval.startTime") if isinstance(snooze, dict) else None


def _hold(record: Record, project: str, now: datetime) -> Hold:
    ends_at = record.time("interval.endTime")
    policies = record.texts("criteria.policies")
    return Hold(
        id=record.text("name", 300),
        covers=Target(
            project, policies[0] if len(policies) == 1 else "", record.text("criteria.filter", 4000)
        ),
        note=record.text("displayName", 1000),
        ends_at=ends_at,
        in_force=ends_at is None or ends_at > now,
    )
