"""What sources and ticket systems ask of a Jira alike: about one issue, its users, and us."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from console.errors import SourceError
from console.sources.base.reading.records import Record
from console.sources.jira.adf import document_of, text_of
from console.web.http import Answer, HttpClient
from console.web.wording import words_of


class IssueApi:
    """Speaks to one Jira: Cloud's version 3 of the API, or version 2 of Data Center. Everything raises ``SourceError``."""

    def __init__(self, client: HttpClient, *, cloud: bool) -> None:
        self.client = client
        self.cloud = cloud
        self._base = f"/rest/api/{3 if cloud else 2}"

    async def transitions(self, issue: str) -> list[Record]:
        """Return the transitions that are possible now, with the fields that each asks for."""
        path = f"{self._base}/issue/{quote(issue, safe='')}/transitions"
        answer = await self.client.get_json(path, [("expand", "transitions.fields")])
        return self._record(answer).records("transitions")

    async def move(self, issue: str, transition: str, fields: dict[str, Any]) -> None:
        """Carry out a transition."""
        body = {"transition": {"id": transition}, **({"fields": fields} if fields else {})}
        await self._write("POST", f"{self._base}/issue/{quote(issue, safe='')}/transitions", body)

    async def assign(self, issue: str, account: str) -> None:
        """Give an issue to somebody."""
        who = {"accountId": account} if self.cloud else {"name": account}
        await self._write("PUT", f"{self._base}/issue/{quote(issue, safe='')}/assignee", who)

    async def unassign(self, issue: str) -> None:
        """Take an issue from whoever has it."""
        await self._write(
            "PUT", f"{self._base}/issue/{quote(issue, safe='')}", {"fields": {"assignee": None}}
        )

    async def comment(self, issue: str, text: str) -> None:
        """Add a comment."""
        await self.say(issue, document_of(text) if self.cloud else text)

    async def say(self, issue: str, body: object) -> None:
        """Add a comment that is a document already, or wiki markup; clients of a service desk are not shown it."""
        internal = {"key": "sd.public.comment", "value": {"internal": True}}
        path = f"{self._base}/issue/{quote(issue, safe='')}/comment"
        await self._write("POST", path, {"body": body, "properties": [internal]})

    async def comments(self, issue: str) -> list[str]:
        """Return the texts of the latest comments."""
        path = f"{self._base}/issue/{quote(issue, safe='')}/comment"
        params = [("orderBy", "-created"), ("maxResults", "50")]
        answer = self._record(await self.client.get_json(path, params))
        return [text_of(one.get("body")) for one in answer.records("comments")]

    async def assignable(self, key: str, email: str) -> list[Record]:
        """Return the users with this address who can have the issue."""
        params = [("issueKey", key), ("query" if self.cloud else "username", email), ("maxResults", "50")]
        answer = await self.client.get_json(f"{self._base}/user/assignable/search", params)
        return [
            Record(one) for one in (answer if isinstance(answer, list) else [answer]) if isinstance(one, dict)
        ]

    async def permissions(self, wanted: list[str]) -> Record:
        """Return what we may do anywhere, by the name of each permission."""
        params = [("permissions", ",".join(wanted))] if self.cloud else []
        return self._record(await self.client.get_json(f"{self._base}/mypermissions", params))

    async def myself(self) -> Record:
        """Return whose credentials these are."""
        return self._record(await self.client.get_json(f"{self._base}/myself"))

    async def _write(self, method: str, path: str, body: dict[str, Any]) -> None:
        answer = await self.client.ask(method, path, (), body, accept={400, 404, 409})
        if answer.status == 404:
            raise SourceError(
                "the issue is gone, or not ours to change (404)",
                hint="look at it in Jira",
                permanent=True,
                status=404,
            )
        if answer.status == 400:
            raise SourceError(f"Jira refuses it{said(answer)}", hint="try it in Jira", permanent=True)
        if answer.status == 409:
            raise SourceError("somebody is changing the issue at this moment (409)", hint="it is tried again")

    def _record(self, value: Any) -> Record:
        if not isinstance(value, dict):
            raise self._strange()
        return Record(value)

    def _strange(self) -> SourceError:
        return SourceError(
            f"{self.client.place} answers with something that is not Jira's", hint="check site or url"
        )


def said(answer: Answer) -> str:
    """Return Jira's own words for what is wrong."""
    words = words_of(answer.body)
    return f": {words}" if words else ""


def the_one(found: list[Record], email: str) -> Record | None:
    """Return the one user of those found by an address, None where that is not one; many hide theirs from us."""
    exact = [one for one in found if one.text("emailAddress").casefold() == email.casefold()]
    hidden = [one for one in found if not one.text("emailAddress")]
    fitting = exact or hidden
    return fitting[0] if len(fitting) == 1 else None
