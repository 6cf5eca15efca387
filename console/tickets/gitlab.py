"""Issues of projects at GitLab. Facts are from docs.gitlab.com/api/issues and /api/notes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, ClassVar
from urllib.parse import quote

from console.clock import Clock
from console.domain.people import Person
from console.domain.tickets.draft import Draft
from console.errors import SourceError
from console.ports.sources import Proof
from console.ports.tickets import Found
from console.sources.base.reading.records import Record, answered
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

LONGEST_TITLE = 255
LONGEST_BODY = 1_000_000
_REPORTER = 20  # access level from which labels, assignees and state may be set


class Options(RepositoryOptions):
    """``[[tickets]]`` with ``kind = "gitlab"``."""

    KIND: ClassVar[str] = "gitlab"
    LONGEST_LABEL: ClassVar[int] = 255

    url: Url = "https://gitlab.com"
    """Address of a GitLab of your own."""

    def _web(self) -> str:
        return self.url


class System(Repositories):
    """One GitLab."""

    kind = Options.KIND
    names = Names("iid", "web_url", "username", "notes", LONGEST_BODY)

    def __init__(self, name: str, options: Options, clock: Clock) -> None:
        super().__init__(name, f"{options.url}/api/v4", options, clock)

    def path_of(self, project: str) -> str:
        """Return where a repository is."""
        return f"/projects/{quote(project, safe='')}"

    async def create(self, draft: Draft) -> Found:
        """Make an issue."""
        body: dict[str, Any] = {
            "title": markdown.title(draft.title, LONGEST_TITLE),
            "description": markdown.body(draft, LONGEST_BODY),
            "labels": ",".join(draft.labels),
        }
        async with asking(self.deadline, draft.project):
            if draft.assignee and (user := await self._user(draft.assignee)):
                body["assignee_ids"] = [user]
            made = await self.send("POST", f"{self.path_of(draft.project)}/issues", body)
            found = self.found(draft.project, made)
            lost = lost_labels(made, draft, made.texts("labels"))
            return replace(found, lacks=(*lost_assignee(found, draft.assignee), *lost))

    async def find(self, draft: Draft) -> Found | None:
        """Return the oldest issue with the draft's label, else a new one with it in its text: others are copies."""
        path = f"{self.path_of(draft.project)}/issues"
        every = [("order_by", "created_at")]
        async with asking(self.deadline, draft.project):
            issue = await self.first(path, [*every, ("sort", "asc"), ("labels", draft.marker)])
            if issue is None:
                issue = await self.marked(path, [*every, ("sort", "desc")], "description", draft.marker)
            return None if issue is None else self.found(draft.project, issue)

    async def move(self, key: str, transition: str) -> Found:
        """Close an issue."""
        only_close(transition)
        async with asking(self.deadline, key):
            return await self._change(key, {"state_event": "close"})

    async def assign(self, key: str, person: Person) -> Found:
        """Give an issue to the person's ``gitlab`` contact."""
        named = account_of(person, self.kind)
        async with asking(self.deadline, key):
            user = await self._user(named)
            if not user:
                raise SourceError(f"nobody is called {named} there", permanent=True)
            return given(await self._change(key, {"assignee_ids": [user]}), named, person)

    async def prove(self) -> Proof:
        """Ask who we are and what we may do in each project."""
        async with asking(self.deadline):
            me = answered(await self.client.get_json("/user"), self.client.place)
        missing: list[str] = []
        for name in self.projects:
            async with asking(self.deadline):
                project = await self.read(self.path_of(name))
            missing += [not_there(name)] if project is None else self._missing(name, project)
        return Proof(me.text("username", 100), tuple(missing))

    def _missing(self, name: str, project: Record) -> Iterator[str]:
        levels = [
            project.number(f"permissions.{one}.access_level") or 0
            for one in ("project_access", "group_access")
        ]
        if project.flag("archived"):
            yield f"writing to {name}: needed for its tickets, but it is archived"
        if project.text("issues_access_level", 20) == "disabled":
            yield f"issues of {name}: needed for its tickets, but they are switched off"
        if max(levels) < _REPORTER:
            yield f"Reporter in {name}: needed for labels, and to assign and close"

    async def _user(self, named: str) -> int:
        """Return the id of a user by name, 0 where there is none."""
        user = await self.first("/users", [("username", named.removeprefix("@"))])
        return int(user.number("id") or 0) if user is not None else 0

    async def _change(self, key: str, body: dict[str, Any]) -> Found:
        project, path = self.place_of(key)
        return self.found(project, await self.send("PUT", path, body))
