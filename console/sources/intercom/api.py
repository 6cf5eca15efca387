"""What is asked of Intercom, version 2.15 of its API."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Any
from urllib.parse import quote

from console.errors import SourceError
from console.sources.base.reading.records import Record, answered
from console.sources.intercom.options import Options
from console.sources.intercom.reader import CONVERSATION, TICKET
from console.web.http import HttpClient

VERSION = "2.15"
PAGE = 150
MOST = 10_500
"""How many of each kind one poll reads; Intercom has no cap, but an inbox that nobody closes has no end."""

_LISTS = {CONVERSATION: "conversations", TICKET: "tickets"}


@dataclass(frozen=True, slots=True)
class Found:
    """What a search brought, and how many more there are."""

    records: list[Any]
    missing: int = 0


class IntercomNotes:
    """Looks at conversations and tickets of one workspace and adds notes. Everything raises ``SourceError``."""

    def __init__(self, client: HttpClient) -> None:
        self._client = client

    async def me(self) -> Record:
        """Return whose token it is, with the workspace."""
        return answered(await self._client.get_json("/me"), self._client.place)

    async def one(self, kind: str, id_: str) -> Record | None:
        """Return one conversation or ticket, None where there is none that we may see."""
        answer = await self._client.ask("GET", self._path(kind, id_), accept={404})
        return None if answer.status == 404 else answered(answer.json(), self._client.place)

    async def note(self, kind: str, id_: str, admin: str, text: str) -> None:
        """Add an internal note.

        Never a "comment": that is the word for an answer to the customer.
        """
        lines = "".join(f"<p>{escape(line, quote=False)}</p>" for line in text.split("\n") if line)
        body = {"message_type": "note", "type": "admin", "admin_id": admin, "body": lines}
        await self._client.send("POST", f"{self._path(kind, id_)}/reply", body)

    def _path(self, kind: str, id_: str) -> str:
        return f"/{_LISTS[kind]}/{quote(id_, safe='')}"


class IntercomApi(IntercomNotes):
    """Speaks to one workspace. Everything raises ``SourceError``."""

    def __init__(self, client: HttpClient, options: Options) -> None:
        super().__init__(client)
        self._options = options

    async def admins(self) -> list[Record]:
        """Return all teammates."""
        return answered(await self._client.get_json("/admins"), self._client.place).records("admins")

    async def search(self, kind: str) -> Found:
        """Return all that is open of a kind, within the teams and tags asked for."""
        records: list[Any] = []
        after: str | None = None
        seen: set[str] = set()
        total = 0
        while len(records) < MOST:
            page = await self.page(kind, after)
            here = page.get(_LISTS[kind])
            if not isinstance(here, list):
                raise SourceError(f"{self._client.place} answers without {_LISTS[kind]}", hint="check url")
            records += here
            total = int(page.number("total_count") or 0)
            after = page.text("pages.next.starting_after", 2000) or None
            if after is None:
                return Found(records)
            if after in seen:
                raise SourceError(
                    f"{self._client.place} sends the same page over and over", hint="tell Intercom's support"
                )
            seen.add(after)
        return Found(records, max(total - len(records), 1))

    async def page(self, kind: str, after: str | None = None, size: int = PAGE) -> Record:
        """Return one page of a search."""
        pagination: dict[str, Any] = {"per_page": size, **({"starting_after": after} if after else {})}
        body = {"query": self._query(kind), "pagination": pagination}
        answer = await self._client.ask("POST", f"/{_LISTS[kind]}/search", (), body, idempotent=True)
        return answered(answer.json(), self._client.place)

    async def manage(self, id_: str, admin: str, message: str, **more: Any) -> None:
        """Close, snooze, open or assign a conversation."""
        body = {"message_type": message, "admin_id": admin, **more}
        await self._client.send("POST", f"{self._path(CONVERSATION, id_)}/parts", body)

    async def update(self, id_: str, admin: str, **fields: Any) -> None:
        """Change a ticket."""
        by = {"admin_id": int(admin)} if admin.isdecimal() else {}
        await self._client.send("PUT", self._path(TICKET, id_), {**fields, **by})

    def _query(self, kind: str) -> dict[str, Any]:
        """Return the filters. A snoozed conversation counts as open; a tag can only be compared with one id."""
        filters: list[dict[str, Any]] = [_is("open", "=", True)]
        if self._options.teams:
            teams: list[Any] = list(self._options.teams)
            filters.append(
                _is("team_assignee_id", "IN", teams if kind == CONVERSATION else [*map(str, teams)])
            )
        if self._options.tags and kind == CONVERSATION:
            tags = [_is("tag_ids", "=", str(tag)) for tag in self._options.tags]
            filters.append({"operator": "OR", "value": tags})
        return {"operator": "AND", "value": filters}


def _is(field: str, operator: str, value: Any) -> dict[str, Any]:
    return {"field": field, "operator": operator, "value": value}
