"""What is asked of Jira: both of its APIs, Cloud's version 3 and version 2 of Data Center and Server."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from console.errors import SourceError
from console.sources.base.reading.records import Reading, Record
from console.sources.jira.issues import IssueApi, said
from console.sources.jira.options import Options
from console.sources.jira.reader import fields_of, issues_in
from console.web.http import Answer, HttpClient

PAGE = 100  # Jira Cloud: at most 100 issues a page where fields are asked for
MOST = 10_000
"""How many issues one poll reads; Jira has no such cap, but somebody's forgotten JQL has no end."""

_MOST_RECONCILED = 50


class JiraApi(IssueApi):
    """Finds the issues of a source besides. Everything raises ``SourceError``."""

    def __init__(self, client: HttpClient, options: Options) -> None:
        super().__init__(client, cloud=options.is_cloud)
        self._options = options
        self.open = f"({options.jql}) AND statusCategory != Done"

    async def search(self, written: list[int], reading: Reading) -> int:
        """Read all open issues of ``jql``, newest first; return about how many more there are.

        ``written`` are ids of issues that we have just changed: Jira Cloud's search may not know of it
        yet, and looks again at those that it is told (at most 50).
        """
        jql = f"{self.open} ORDER BY created DESC"
        if self.cloud:
            return await self._cloud(jql, written[-_MOST_RECONCILED:], reading)
        return await self._server(jql, reading)

    async def matches(self, issue: str) -> bool:
        """Return whether an issue is among those that ``search`` is to find."""
        if not issue.isdecimal():
            return False
        jql = f"id = {issue} AND {self.open}"
        found = await self._page(jql, None, [int(issue)]) if self.cloud else await self._numbered(jql, 0)
        return bool(self._issues(found))

    async def issue(self, issue: str, *, history: bool = False) -> Record | None:
        """Return one issue, with its changes if wanted; None where there is none that we may see."""
        params = [("fields", ",".join([*fields_of(self._options), "resolution"]))]
        params += [("expand", "changelog")] if history else []
        path = f"{self._base}/issue/{quote(issue, safe='')}"
        answer = await self.client.ask("GET", path, params, accept={404})
        if answer.status == 404:
            return None
        return self._record(answer.json())

    async def _cloud(self, jql: str, written: list[int], reading: Reading) -> int:
        token: str | None = None
        seen: set[str] = set()
        while reading.count < MOST:
            page = await self._page(jql, token, written)
            reading.take(self._issues(page))
            token = page.text("nextPageToken", 5000) or None
            if token is None:  # a short page is not the last one; the one without a token is
                return 0
            if token in seen:
                raise SourceError(
                    f"{self.client.place} sends the same page over and over", hint="tell Atlassian's support"
                )
            seen.add(token)
        return max(await self._count(jql) - reading.count, 1)

    async def _server(self, jql: str, reading: Reading) -> int:
        missing = 0
        while reading.count < MOST:
            page = await self._numbered(jql, reading.count)
            here = self._issues(page)
            reading.take(here)
            missing = int(page.number("total") or 0) - reading.count
            if not here or missing <= 0:
                return 0
        return missing

    async def _page(self, jql: str, token: str | None, written: list[int]) -> Record:
        body: dict[str, Any] = {"jql": jql, "fields": fields_of(self._options), "maxResults": PAGE}
        if token:
            body["nextPageToken"] = token
        if written:
            body["reconcileIssues"] = written
        answer = await self.client.ask(
            "POST", f"{self._base}/search/jql", (), body, accept={400, 404}, idempotent=True
        )
        return self._searched(answer)

    async def _numbered(self, jql: str, start: int) -> Record:
        body = {"jql": jql, "fields": fields_of(self._options), "maxResults": PAGE, "startAt": start}
        answer = await self.client.ask(
            "POST", f"{self._base}/search", (), body, accept={400, 410}, idempotent=True
        )
        return self._searched(answer)

    async def _count(self, jql: str) -> int:
        body = {"jql": jql.partition(" ORDER BY ")[0]}
        answer = await self.client.send("POST", f"{self._base}/search/approximate-count", body)
        return int(self._record(answer).number("count") or 0)

    def _searched(self, answer: Answer) -> Record:
        place = self.client.place
        if answer.status == 400:
            raise SourceError(f"{place} refuses the query{said(answer)}", hint="check jql", permanent=True)
        if answer.status == 404:
            raise SourceError(
                f"{place} has no search of Jira Cloud (404)",
                hint='check site; a server of your own needs deployment = "server"',
                permanent=True,
            )
        if answer.status == 410:
            raise SourceError(
                f"{place} no longer has this search (410)",
                hint='it is Jira Cloud: say deployment = "cloud"',
                permanent=True,
            )
        return self._record(answer.json())

    def _issues(self, page: Record) -> list[Any]:
        issues = issues_in(page.raw)
        if issues is None:
            raise self._strange()
        return issues
