"""Issues of repositories at GitHub, or at a GitHub Enterprise Server.

Facts are from docs.github.com/rest/issues: labels and assignees of who may not set them are dropped in silence, so
the answer is looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import ClassVar
from urllib.parse import quote, urlsplit

from console.clock import Clock
from console.domain.people import Person
from console.domain.tickets.draft import Draft
from console.errors import SourceError
from console.ports.sources import Proof
from console.ports.tickets import Found
from console.sources.base.reading.records import Record
from console.tickets.base import markdown
from console.tickets.base.asking import asking
from console.tickets.base.options import RepositoryOptions, not_there
from console.tickets.base.repository import (
    Names,
    Repositories,
    account_of,
    given,
    lost_assignee,
    lost_labels,
    only_close,
)
from console.web.options import Url

LONGEST_TITLE = 256
LONGEST_BODY = 65_536
_INVALID = 422


class Options(RepositoryOptions):
    """``[[tickets]]`` with ``kind = "github"``."""

    KIND: ClassVar[str] = "github"
    LONGEST_LABEL: ClassVar[int] = 50

    url: Url = "https://github.com"
    """Address of a GitHub Enterprise Server."""

    def _web(self) -> str:
        return self.url


class System(Repositories):
    """One GitHub."""

    kind = Options.KIND
    names = Names("number", "html_url", "login", "comments", LONGEST_BODY)
    headers: ClassVar[Mapping[str, str]] = {
        "Accept": "application/vnd.github+json",
        "X-GitHub-Api-Version": "2022-11-28",
    }

    def __init__(self, name: str, options: Options, clock: Clock) -> None:
        public = (urlsplit(options.url).hostname or "") in {"github.com", "www.github.com"}
        super().__init__(
            name, "https://api.github.com" if public else f"{options.url}/api/v3", options, clock
        )

    def path_of(self, project: str) -> str:
        """Return where a repository is."""
        return f"/repos/{quote(project)}"

    async def create(self, draft: Draft) -> Found:
        """Make an issue."""
        body = {
            "title": markdown.title(draft.title, LONGEST_TITLE),
            "body": markdown.body(draft, LONGEST_BODY),
            "labels": list(draft.labels),
            **({"assignees": [draft.assignee]} if draft.assignee else {}),
        }
        path = f"{self.path_of(draft.project)}/issues"
        async with asking(self.deadline, draft.project):
            try:
                made = await self.send("POST", path, body)
            except SourceError as error:
                if error.status != _INVALID or "assignees" not in body:
                    raise
                made = await self.send("POST", path, {**body, "assignees": []})
            names = [one.text("name", 200) for one in made.records("labels")]
            found = self.found(draft.project, made)
            lacks = (*lost_labels(made, draft, names), *lost_assignee(found, draft.assignee))
            return replace(found, lacks=lacks)

    async def find(self, draft: Draft) -> Found | None:
        """Return the oldest issue with the draft's label, else a new one with it in its text: others are copies."""
        path = f"{self.path_of(draft.project)}/issues"
        every = [("state", "all"), ("sort", "created")]
        async with asking(self.deadline, draft.project):
            issue = await self.first(path, [*every, ("direction", "asc"), ("labels", draft.marker)])
            if issue is None:
                issue = await self.marked(path, [*every, ("direction", "desc")], "body", draft.marker)
            return None if issue is None else self.found(draft.project, issue)

    async def move(self, key: str, transition: str) -> Found:
        """Close an issue."""
        only_close(transition)
        return await self._change(key, {"state": "closed"})

    async def assign(self, key: str, person: Person) -> Found:
        """Give an issue to the person's ``github`` contact."""
        account = account_of(person, self.kind)
        return given(await self._change(key, {"assignees": [account]}), account, person)

    async def prove(self) -> Proof:
        """Ask what we may do in each repository."""
        missing: list[str] = []
        for project in self.projects:
            async with asking(self.deadline):
                repo = await self.read(self.path_of(project))
            missing += [not_there(project)] if repo is None else self._missing(project, repo)
        return Proof("", tuple(missing))

    def _missing(self, project: str, repo: Record) -> Iterator[str]:
        if repo.flag("archived"):
            yield f"writing to {project}: needed for its tickets, but it is archived"
        if not repo.flag("has_issues"):
            yield f"issues of {project}: needed for its tickets, but they are switched off"
        if not (repo.flag("permissions.triage") or repo.flag("permissions.push")):
            yield f"Triage in {project}: needed for labels, and to assign and close"

    async def _change(self, key: str, body: dict[str, object]) -> Found:
        project, path = self.place_of(key)
        async with asking(self.deadline, key):
            return self.found(project, await self.send("PATCH", path, body))
