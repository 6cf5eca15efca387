"""What GitHub's and GitLab's issues have in common: they stand in a repository, are numbered there and say Markdown."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar, NamedTuple

from console.clock import Clock
from console.domain.people import Person
from console.domain.text import one_line
from console.domain.tickets.draft import Draft
from console.errors import SourceError
from console.feeds.base.asking import every_page
from console.ports.tickets import Found
from console.sources.base.reading.records import Record, answered
from console.tickets.base import markdown
from console.tickets.base.asking import asking
from console.tickets.base.options import TicketOptions, closes
from console.web.credentials import Headers
from console.web.exchange import NO_HEADERS
from console.web.http import HttpClient

NOT_THERE = frozenset({404, 410})
_RECENT = "100"


class Names(NamedTuple):
    """What the parts of an issue are called there, and how long its text may be."""

    number: str
    url: str
    user: str
    comments: str
    longest_body: int


class Repositories(ABC):
    """One server with repositories. The token is sent as a bearer."""

    kind = ""
    headers: ClassVar[Mapping[str, str]] = NO_HEADERS
    names: ClassVar[Names]

    def __init__(self, name: str, url: str, options: TicketOptions, clock: Clock) -> None:
        self.name = name
        self.deadline = options.deadline
        self.projects = options.projects
        login = Headers({"Authorization": ("Bearer {}", options.token)})
        self.client = HttpClient(url, options, clock, credentials=login, headers=self.headers)

    @abstractmethod
    def path_of(self, project: str) -> str:
        """Return where a repository is."""

    def place_of(self, key: str) -> tuple[str, str]:
        """Return an issue's repository and where it is itself. A permanent ``SourceError`` where the key is none."""
        project, number = parts_of(key)
        return project, f"{self.path_of(project)}/issues/{number}"

    def found(self, project: str, issue: Record) -> Found:
        """Return an issue of a repository."""
        names = self.names
        return Found(
            f"{project}#{issue.must(names.number, 20)}",
            issue.url(names.url),
            issue.text("title", 300),
            ", ".join(one.text(names.user, 100) for one in issue.records("assignees")),
            issue.text("state", 50),
        )

    async def look(self, key: str) -> Found | None:
        """Return an issue."""
        project, path = self.place_of(key)
        async with asking(self.deadline):
            issue = await self.read(path)
            return None if issue is None else self.found(project, issue)

    async def comment(self, key: str, text: str, mark: str) -> None:
        """Comment, unless a comment has the mark."""
        path = f"{self.place_of(key)[1]}/{self.names.comments}"
        async with asking(self.deadline, key):
            if not await self.has_comment(path, mark):
                body = markdown.comment(text, mark, self.names.longest_body)
                await self.send("POST", path, {"body": body})

    async def point_back(self, key: str, draft: Draft) -> str:  # noqa: ARG002 - the text of the ticket has the link
        """Do nothing: issues here have no links of their own, the text and the comment lead back."""
        return ""

    async def close(self) -> None:
        """Close the connections."""
        await self.client.close()

    async def read(self, path: str) -> Record | None:
        """Return an issue, None where there is none that we may see."""
        answer = await self.client.ask("GET", path, accept=NOT_THERE)
        return None if answer.status in NOT_THERE else answered(answer.json(), self.client.place)

    async def send(self, method: str, path: str, body: dict[str, Any]) -> Record:
        """Send something and return what is answered."""
        return answered(await self.client.send(method, path, body), self.client.place)

    async def first(self, path: str, params: list[tuple[str, str]]) -> Record | None:
        """Return the first of a list, None where it is empty."""
        return next(iter(await self._listed(path, [*params, ("per_page", "1")])), None)

    async def marked(self, path: str, params: list[tuple[str, str]], text: str, marker: str) -> Record | None:
        """Return the latest of the newest issues that has a marker in its ``text``: it was made without its label."""
        listed = await self._listed(path, [*params, ("per_page", _RECENT)])
        ours = [one for one in listed if f"({marker})" in str(one.raw.get(text))]
        return ours[-1] if ours else None

    async def _listed(self, path: str, params: list[tuple[str, str]]) -> list[Record]:
        listed = await self.client.get_json(path, params)
        if not isinstance(listed, list):
            raise SourceError(f"{self.client.place} answers without a list", hint="check that url is right")
        return [Record(one) for one in listed if isinstance(one, dict)]

    async def has_comment(self, path: str, mark: str) -> bool:
        """Return whether one of an issue's comments has a mark."""
        found = False

        def take(page: list[Any]) -> bool:
            nonlocal found
            found = found or any(isinstance(one, dict) and mark in str(one.get("body")) for one in page)
            return not found

        await every_page(self.client, path, [], take)
        return found


def parts_of(key: str) -> tuple[str, str]:
    """Return repository and number of a key. A permanent ``SourceError`` where it has none."""
    project, found, number = key.rpartition("#")
    if not found or not project or not number.isdecimal():
        raise SourceError(f'"{one_line(key, 100)}" is no ticket here', permanent=True)
    return project, number


def account_of(person: Person, kind: str) -> str:
    """Return somebody's user name there. A permanent ``SourceError`` where ``[[people]]`` does not say it."""
    named = dict(person.contacts).get(kind, "")
    if not named:
        raise SourceError(
            f"{person.name} has no user name there",
            hint=f'say contacts = {{ {kind} = "…" }} in [[people]]',
            permanent=True,
        )
    return named.removeprefix("@")


def only_close(transition: str) -> None:
    """Raise ``SourceError`` for any transition but the one there is."""
    if not closes(transition):
        raise SourceError(
            f'an issue here has no transition "{transition}"',
            hint='say close = "transition:closed"',
            permanent=True,
        )


def lost_assignee(found: Found, account: str) -> tuple[str, ...]:
    """Return what is to be said where somebody was not given an issue: products drop those who cannot have it."""
    if not account or account.removeprefix("@").casefold() in found.assignee.casefold().split(", "):
        return ()
    return (f"without assignee: {account} cannot have issues of {found.key.rpartition('#')[0]}",)


def given(found: Found, account: str, person: Person) -> Found:
    """Return an issue that was given to somebody. A permanent ``SourceError`` where it was not."""
    if lost_assignee(found, account):
        text = f"{found.key} stays as it is: {person.name}: {account} cannot have issues there"
        raise SourceError(text, permanent=True)
    return found


def lost_labels(issue: Record, draft: Draft, names: list[str]) -> tuple[str, ...]:
    """Return what is to be said where labels were not taken: without its own a ticket is not found again."""
    missing = [one for one in draft.labels if one not in names]
    return (
        (f"without labels {', '.join(missing)}: the token may not set them",) if missing and issue.raw else ()
    )
