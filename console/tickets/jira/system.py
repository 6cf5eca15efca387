"""A Jira that keeps tickets. One that we made is found again by its label."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from console.clock import Clock
from console.domain.people import Person
from console.domain.text import one_line
from console.domain.tickets.draft import Draft
from console.errors import SourceError
from console.ports.sources import Proof
from console.ports.tickets import Found
from console.sources.base.reading.records import Record
from console.sources.jira.issues import the_one
from console.tickets.base import adf, wiki
from console.tickets.base.asking import asking
from console.tickets.base.options import not_there
from console.tickets.jira.api import TicketApi
from console.tickets.jira.options import Options
from console.web.credentials import Basic, Credentials, Headers
from console.web.http import HttpClient

LONGEST_TITLE = 255
LONGEST_BODY = 32_767
"""Characters of a description, as Jira comes (jira.text.field.character.limit)."""
_OPTIONAL = frozenset({"priority", "components", "assignee"})
_RIGHTS = {
    "BROWSE_PROJECTS": "Browse Projects: needed to see issues",
    "CREATE_ISSUES": "Create Issues: needed to make tickets",
    "ADD_COMMENTS": "Add Comments: needed to tell how the incident goes on",
    "ASSIGN_ISSUES": "Assign Issues: needed to give a ticket to its owner",
    "TRANSITION_ISSUES": "Transition Issues: needed for close",
}


class System:
    """One Jira."""

    kind = Options.KIND

    def __init__(self, name: str, options: Options, clock: Clock) -> None:
        self.name = name
        self._options = options
        self._deadline = options.deadline
        address = options.api_url or options.url
        self._api = TicketApi(
            HttpClient(address, options, clock, credentials=_credentials(options)), cloud=options.is_cloud
        )

    async def create(self, draft: Draft) -> Found:
        """Make an issue; what its screen does not take is left out, and said."""
        async with asking(self._deadline):
            lacks: list[str] = []
            fields = await self._fields(draft, lacks)
            key, wrong = await self._api.create(fields)
            if not key and wrong.keys() <= _OPTIONAL & fields.keys():
                lacks += [f"without {name}: {one_line(text, 200)}" for name, text in wrong.items()]
                kept = {name: value for name, value in fields.items() if name not in wrong}
                key, wrong = await self._api.create(kept)
            if not key:
                told = "; ".join(f"{name}: {one_line(text, 200)}" for name, text in wrong.items())
                raise SourceError(
                    f"Jira refuses the issue: {told or 'it says no key'}",
                    hint="check project and issue_type of [[tickets]], and which fields its screen has",
                    permanent=True,
                )
            issue = None
            with suppress(SourceError):  # it is made: how it stands is not worth failing for
                issue = await self._api.read(key)
            return self._found(key, issue, draft.title, tuple(lacks))

    async def find(self, draft: Draft) -> Found | None:
        """Return the issue with the draft's label."""
        async with asking(self._deadline):
            issue = await self._api.labelled(draft.marker)
            return None if issue is None else self._found(issue.must("key", 100), issue)

    async def look(self, key: str) -> Found | None:
        """Return an issue."""
        async with asking(self._deadline):
            issue = await self._api.read(key)
            return None if issue is None else self._found(issue.must("key", 100), issue)

    async def point_back(self, key: str, draft: Draft) -> str:
        """Have the issue link to the incident, where the config says its address."""
        if not draft.back:
            return ""
        async with asking(self._deadline):
            try:
                await self._api.point_at(key, draft.back, draft.incident)
            except SourceError as error:
                if not error.permanent:
                    raise
                return f"without the link back: {error.message}"
        return ""

    async def comment(self, key: str, text: str, mark: str) -> None:
        """Comment, unless one of the latest comments has the mark."""
        async with asking(self._deadline, key):
            if not any(mark in one for one in await self._api.comments(key)):
                markup = adf if self._api.cloud else wiki
                await self._api.say(key, markup.comment(text, mark, LONGEST_BODY))

    async def move(self, key: str, transition: str) -> Found:
        """Carry out the transition of that name, unless the issue is where it leads, or done some other way."""
        async with asking(self._deadline, key):
            possible = await self._api.transitions(key)
            wanted = transition.casefold()
            fitting = next(
                (
                    one
                    for one in possible
                    if wanted in {one.text("name").casefold(), one.text("id"), one.text("to.name").casefold()}
                ),
                None,
            )
            issue = await self._api.read(key)
            if fitting is None and not _is_there(issue, wanted):
                names = ", ".join(one.text("name") for one in possible) or "none"
                raise SourceError(
                    f'{key} has no transition "{transition}" (there are: {names})',
                    hint="check close of [[tickets]]",
                    permanent=True,
                )
            if fitting is not None:
                await self._api.move(key, fitting.must("id"), {})
                issue = await self._api.read(key)
            return self._found(key, issue)

    async def assign(self, key: str, person: Person) -> Found:
        """Give the issue to the user with the person's email address."""
        async with asking(self._deadline, key):
            email = dict(person.contacts).get("email", "")
            account = the_one(await self._api.assignable(key, email), email) if email else None
            if account is None:
                why = "no Jira user has that email address" if email else "[[people]] has no email address"
                raise SourceError(f"{key} stays as it is: {person.name}: {why}", permanent=True)
            await self._api.assign(key, _id(account))
            return self._found(key, await self._api.read(key))

    async def prove(self) -> Proof:
        """Ask who we are, and in each project whether it is there and what we may do."""
        missing: list[str] = []
        lacking: dict[str, list[str]] = {}
        for project in self._options.projects:
            async with asking(self._deadline):
                types = await self._api.types_in(project)
                if types is None:
                    missing.append(not_there(project))
                    continue
                may = await self._api.rights_in(project, list(_RIGHTS))
            if types and self._options.issue_type not in types:
                known = ", ".join(types)
                missing.append(
                    f'type "{self._options.issue_type}": needed for tickets in {project}, which has {known}'
                )
            for right, words in _RIGHTS.items():
                if not may.flag(f"permissions.{right}.havePermission"):
                    lacking.setdefault(words, []).append(project)
        missing += [f"{words} ({', '.join(projects)})" for words, projects in lacking.items()]
        async with asking(self._deadline):
            me = await self._api.myself()
        return Proof(me.text("emailAddress") or me.text("displayName") or me.text("name"), tuple(missing))

    async def close(self) -> None:
        """Close the connections."""
        await self._api.client.close()

    async def _fields(self, draft: Draft, lacks: list[str]) -> dict[str, Any]:
        fields: dict[str, Any] = {
            "project": {"key": draft.project},
            "issuetype": {"name": draft.issue_type},
            "summary": one_line(draft.title, LONGEST_TITLE),
            "description": (adf if self._api.cloud else wiki).body(draft, LONGEST_BODY),
            "labels": list(draft.labels),
        }
        if draft.priority:
            fields["priority"] = {"name": draft.priority}
        if draft.component:
            fields["components"] = [{"name": draft.component}]
        if draft.assignee:
            account = await self._account(draft.project, draft.assignee)
            if account:
                fields["assignee"] = {"accountId" if self._api.cloud else "name": account}
            else:
                lacks.append(f"without assignee: no Jira user is {draft.assignee}")
        return fields

    async def _account(self, project: str, named: str) -> str:
        """Return the id of whom the config names: by an email address, or by the id itself."""
        if "@" not in named:
            return named
        user = the_one(await self._api.assignable_in(project, named), named)
        return "" if user is None else _id(user)

    def _found(self, key: str, issue: Record | None, title: str = "", lacks: tuple[str, ...] = ()) -> Found:
        url = f"{self._options.url}/browse/{key}"
        if issue is None:
            return Found(key, url, title, lacks=lacks)
        return Found(
            key,
            url,
            issue.text("fields.summary", 300),
            issue.text("fields.assignee.displayName", 100),
            issue.text("fields.status.name", 100),
            lacks,
        )


def _is_there(issue: Record | None, wanted: str) -> bool:
    if issue is None:
        return False
    status = issue.text("fields.status.name").casefold()
    return status == wanted or issue.text("fields.status.statusCategory.key") == "done"


def _id(user: Record) -> str:
    return user.text("accountId", 200) or user.text("name", 200)


def _credentials(options: Options) -> Credentials:
    if options.username is not None:
        return Basic(options.username, options.token)
    return Headers({"Authorization": ("Bearer {}", options.token)})
