"""How both products are asked: pages of a search, one alert, an action, and what became of it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import parse_qs, quote, urlsplit

from console.domain.vocabulary import EffectKind
from console.errors import SourceError
from console.ports.sources import People
from console.ports.store import OutboxEntry
from console.sources.base.acting import signed
from console.sources.base.operations.actions import NAMES, Action, end_of_snooze
from console.sources.base.reading.records import NONE, Record, UnreadableError
from console.web.exchange import Answer, Params
from console.web.http import HttpClient

WINDOW = 20_000
"""Offset and size of a page together have to stay below this, in both products."""

PAGE = 100


@dataclass(frozen=True, slots=True)
class Page:
    """Alerts of one page, and where the next one begins; None: this was the last."""

    records: list[Any]
    next: int | None


class Api(ABC):
    """One product. A kind says where its answers keep things, and what its actions look like."""

    SIZE: ClassVar[str]
    LIST: ClassVar[str]
    NEXT: ClassVar[str]

    def __init__(self, client: HttpClient) -> None:
        self.client = client

    @abstractmethod
    async def root(self) -> str:
        """Return what the paths of all requests begin with. Raises ``SourceError``."""

    @abstractmethod
    async def owner(self, person: str, people: People) -> dict[str, Any]:
        """Return how one of us is named as an owner. Raises ``SourceError``, permanent where nobody is."""

    @abstractmethod
    def escalation(self) -> dict[str, Any]:
        """Return how the escalation of the config is named."""

    @abstractmethod
    def in_name(self, body: dict[str, Any], actor: str, people: People) -> dict[str, Any] | None:
        """Return the body of an action with whose it is, where that can be said."""

    @abstractmethod
    async def total(self, search: str) -> float | None:
        """Return how many alerts a search finds, None where that is not said. Raises ``SourceError``."""

    @abstractmethod
    def inside(self, answer: Record) -> Record:
        """Return the one thing that an answer is about."""

    async def action(self, entry: OutboxEntry, people: People, now: datetime) -> Action:
        """Return an effect as an action there. Raises ``SourceError``, permanent where it cannot be one."""
        if entry.kind not in NAMES:
            raise SourceError(f"there is no {entry.kind.value} there", permanent=True)
        path, words = NAMES[entry.kind]
        body: dict[str, Any] = {}
        match entry.kind:
            case EffectKind.SNOOZE | EffectKind.WAKE:
                body = {"endTime": end_of_snooze(entry, now)}
            case EffectKind.NOTE:
                body = {"note": signed(entry)}
            case EffectKind.ASSIGN:
                body = await self.owner(entry.text, people)
            case EffectKind.ESCALATE:
                body = self.escalation()
        return Action(path, self.in_name(body, entry.actor, people), words)

    async def page(self, search: str, offset: int) -> Page:
        """Return a page of a search, newest first, so that what comes in meanwhile pushes nothing out of sight.

        Raises ``SourceError``, also where the paging does not move on.
        """
        size = min(PAGE, WINDOW - 1 - offset)
        params = [("query", search), ("offset", str(offset)), (self.SIZE, str(size))]
        answer = await self.ask("GET", "/alerts", [*params, ("sort", "createdAt"), ("order", "desc")])
        said = record_of(answer)
        records = said.get(self.LIST)
        if not isinstance(records, list):
            raise SourceError(
                f"{answer.place} answers without a list of alerts",
                hint="check that url is the address of the API",
            )
        return Page(records, _next(said.get(self.NEXT), offset, size, len(records), answer.place))

    async def one(self, alert: str) -> Record | None:
        """Return an alert, None where there is none of that id. Raises ``SourceError``."""
        answer = await self.ask("GET", f"/alerts/{quote(alert, safe='')}", accept={404})
        return None if answer.status == 404 else self.inside(record_of(answer))

    async def act(self, alert: str, action: Action) -> str | None:
        """Ask for an action. Returns the id to ask after it with, empty where it is done already.

        None: there is no such alert. Raises ``SourceError``.
        """
        path = f"/alerts/{quote(alert, safe='')}/{action.path}"
        answer = await self.ask("POST", path, body=action.body, accept={404})
        if answer.status == 404:
            return None
        return record_of(answer).text("requestId") if answer.status == 202 else ""

    async def became(self, request: str) -> Record | None:
        """Return how an action went; None: it is not known yet. Raises ``SourceError``."""
        answer = await self.ask("GET", f"/alerts/requests/{quote(request, safe='')}", accept={404})
        said = NONE if answer.status == 404 else self.inside(record_of(answer))
        return said if said.get("isSuccess") is not None else None

    async def notes(self, alert: str) -> list[str]:
        """Return the latest notes of an alert. Raises ``SourceError``."""
        path = f"/alerts/{quote(alert, safe='')}/notes"
        answer = await self.ask("GET", path, [(self.SIZE, str(PAGE))])
        return [note.lines("note") for note in record_of(answer).records(self.LIST)]

    async def ask(
        self,
        method: str,
        path: str,
        params: Params = (),
        body: Any = None,
        *,
        accept: AbstractSet[int] = frozenset(),
    ) -> Answer:
        """Return the answer to a request below ``root``. Raises ``SourceError``."""
        root = await self.root()
        return await self.client.ask(method, root + path, params, body, accept=accept)


def record_of(answer: Answer) -> Record:
    """Return the table of an answer. Raises ``SourceError`` where it is none."""
    try:
        return Record(answer.json())
    except UnreadableError:
        raise SourceError(
            f"{answer.place} answers with something that is not a table",
            hint="check that url is the address of the API",
        ) from None


def _next(link: object, offset: int, size: int, count: int, place: str) -> int | None:
    """Return where the next page begins: where the link says, else after a page that is full."""
    if not isinstance(link, str) or not link:
        return offset + size if count >= size else None
    wanted = parse_qs(urlsplit(link).query).get("offset", [""])[0]
    following = int(wanted[:9]) if wanted.isdecimal() else offset + size
    if following <= offset:
        raise SourceError(
            f"{place} names the same page as the next one again",
            hint="try again later; if it stays so, narrow the search with query",
        )
    return following if count else None
