"""What tickets ask of Jira besides what the source does. Everything raises ``SourceError``."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from console.errors import SourceError
from console.sources.base.reading.records import Record
from console.sources.jira.issues import IssueApi, said

FIELDS = "summary,status,assignee"
_MOST_COMMENTS = 50


class TicketApi(IssueApi):
    """Speaks to one Jira."""

    async def create(self, fields: dict[str, Any]) -> tuple[str, dict[str, str]]:
        """Make an issue; return its key, or an empty one and what is wrong with which fields."""
        answer = await self.client.ask("POST", f"{self._base}/issue", (), {"fields": fields}, accept={400})
        told = self._record(answer.json())
        if answer.status != 400:
            return told.text("key", 100), {}
        wrong = told.table("errors")
        if not wrong or told.texts("errorMessages"):
            raise SourceError(
                f"Jira refuses the issue{said(answer)}",
                hint="check project and issue_type of [[tickets]]",
                permanent=True,
            )
        return "", wrong

    async def types_in(self, project: str) -> list[str] | None:
        """Return the names of a project's types of issues, None where there is no project that we may see."""
        path = f"{self._base}/project/{quote(project, safe='')}"
        answer = await self.client.ask("GET", path, accept={404})
        if answer.status == 404:
            return None
        return [one.text("name", 100) for one in self._record(answer.json()).records("issueTypes")]

    async def rights_in(self, project: str, wanted: list[str]) -> Record:
        """Return what we may do in a project, by the name of each permission."""
        params = [("projectKey", project), *([("permissions", ",".join(wanted))] if self.cloud else [])]
        return self._record(await self.client.get_json(f"{self._base}/mypermissions", params))

    async def read(self, key: str) -> Record | None:
        """Return an issue, None where there is none that we may see."""
        path = f"{self._base}/issue/{quote(key, safe='')}"
        answer = await self.client.ask("GET", path, [("fields", FIELDS)], accept={404})
        return None if answer.status == 404 else self._record(answer.json())

    async def labelled(self, label: str) -> Record | None:
        """Return the oldest issue with a label, None where there is none: the others are copies of it."""
        body = {
            "jql": f'labels = "{label}" ORDER BY created ASC',
            "fields": FIELDS.split(","),
            "maxResults": 1,
        }
        path = f"{self._base}/search/jql" if self.cloud else f"{self._base}/search"
        answer = await self.client.ask("POST", path, (), body, idempotent=True)
        return next(iter(self._record(answer.json()).records("issues")), None)

    async def assignable_in(self, project: str, email: str) -> list[Record]:
        """Return the users with this address who can have issues of a project."""
        params = [("project", project), ("query" if self.cloud else "username", email), ("maxResults", "50")]
        answer = await self.client.get_json(f"{self._base}/user/assignable/search", params)
        listed = answer if isinstance(answer, list) else []
        return [Record(one) for one in listed if isinstance(one, dict)]

    async def point_at(self, key: str, url: str, incident: str) -> None:
        """Have an issue show a link to an incident; the same link again takes the place of the one before."""
        body = {
            "globalId": f"system=oncall&id={incident}",
            "application": {"type": "oncall", "name": "oncall"},
            "relationship": "incident",
            "object": {"url": url, "title": incident},
        }
        await self._write("POST", f"{self._base}/issue/{quote(key, safe='')}/remotelink", body)
