"""Issues of repositories at GitHub, or at a GitHub Enterprise Server.

Facts are from docs.github.com/rest/issues: labels and assignees of who may not set them are dropped in silence, so
the answer is looked at.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar
from urllib.parse import quote, urlsplit

from console.clock import Clock
from console.domain.people import Person
from console.domain.text import one_line
from console.domain.tickets.draft import Draft
from console.ports.sources import Proof
from console.ports.tickets import Found
from console.sources.base.reading.records import Record, answered
from console.tickets.base import markdown
from console.tickets.base.asking import asking
from console.tickets.base.options import TicketOptions, check_repository
from console.tickets.base.repository import Repositories, account_of, lost_labels, only_close, parts_of
from console.web.options import Url

LONGEST_TITLE = 256
LONGEST_BODY = 65_536


class Options(TicketOptions):
    """``[[tickets]]`` with ``kind = "github"``."""

    KIND: ClassVar[str] = "github"

    url: Url = "https://github.com"
    """Address of a GitHub Enterprise Server."""

    def _web(self) -> str:
        return self.url

    def _check_project(self, name: str) -> None:
        check_repository(name)


class System(Repositories):
    """One GitHub."""

    kind = Options.KIND
    headers: ClassVar[Mapping[str, str]] = {
        "Accept": "application/vnd.github+json",
        "X-GitHub-Api-Version": "2022-11-28",
    }

    def __init__(self, name: str, options: Options, clock: Clock) -> None:
        public = (urlsplit(options.url).hostname or "") in {"github.com", "www.github.com"}
        super().__init__(
            name, "https://api.github.com" if public else f"{options.url}/api/v3", options, clock
        )

    async def create(self, draft: Draft) -> Found:
        """Make an issue."""
        body = {
            "title": one_line(draft.title, LONGEST_TITLE),
            "body": markdown.body(draft, LONGEST_BODY),
            "labels": list(draft.labels),
            **({"assignees": [draft.assignee]} if draft.assignee else {}),
        }
        async with asking(self.deadline):
            made = await self.send("POST", f"/repos/{quote(draft.project)}/issues", body)
            names = [one.text("name", 200) for one in made.records("labels")]
            return self._found(draft.project, made, lost_labels(made, draft, names))

    async def find(self, draft: Draft) -> Found | None:
        """Return the newest issue with the draft's label."""
        params = [("labels", draft.marker), ("state", "all")]
        async with asking(self.deadline):
            issue = await self.newest(f"/repos/{quote(draft.project)}/issues", params)
            return None if issue is None else self._found(draft.project, issue)

    async def look(self, key: str) -> Found | None:
        """Return an issue."""
        project, number = parts_of(key)
        async with asking(self.deadline):
            issue = await self.read(_path(project, number))
            return None if issue is None else self._found(project, issue)

    async def comment(self, key: str, text: str, mark: str) -> None:
        """Comment, unless a comment has the mark."""
        path = f"{_path(*parts_of(key))}/comments"
        async with asking(self.deadline):
            if not await self.has_comment(path, mark):
                await self.send("POST", path, {"body": markdown.comment(text, mark)})

    async def move(self, key: str, transition: str) -> Found:
        """Close an issue."""
        only_close(transition)
        return await self._change(key, {"state": "closed"})

    async def assign(self, key: str, person: Person) -> Found:
        """Give an issue to the person's ``github`` contact."""
        return await self._change(key, {"assignees": [account_of(person, self.kind)]})

    async def prove(self) -> Proof:
        """Ask what we may do in the repository."""
        async with asking(self.deadline):
            repo = answered(await self.client.get_json(f"/repos/{quote(self.project)}"), self.client.place)
        missing = [] if repo.flag("has_issues") else [f"issues are switched off in {self.project}"]
        if not (repo.flag("permissions.triage") or repo.flag("permissions.push")):
            missing.append(
                "Triage: needed for labels, by which a ticket is found again, and to assign and close"
            )
        return Proof("", tuple(missing))

    async def _change(self, key: str, body: dict[str, object]) -> Found:
        project, number = parts_of(key)
        async with asking(self.deadline):
            return self._found(project, await self.send("PATCH", _path(project, number), body))

    def _found(self, project: str, issue: Record, lacks: tuple[str, ...] = ()) -> Found:
        return Found(
            f"{project}#{issue.must('number', 20)}",
            issue.url("html_url"),
            issue.text("title", 300),
            ", ".join(one.text("login", 100) for one in issue.records("assignees")),
            issue.text("state", 50),
            lacks,
        )


def _path(project: str, number: str) -> str:
    return f"/repos/{quote(project)}/issues/{number}"
