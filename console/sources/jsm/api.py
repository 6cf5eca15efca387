"""The API of Jira Service Management's operations, and as much of Jira's own as tells who people are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, ClassVar
from urllib.parse import quote

from console.clock import Clock
from console.domain.alert import Who
from console.errors import SourceError
from console.ports.sources import People
from console.sources.base.operations.api import Api, record_of
from console.sources.base.reading.records import Record
from console.sources.base.source import email_of
from console.sources.jsm.options import Options
from console.web.credentials import Basic, Nobody
from console.web.exchange import Answer, Params
from console.web.http import HttpClient

_NO_OPERATIONS = b"40301"
_SMALLEST = (("query", "status: open"), ("size", "1"))
_MOST_PEOPLE = 100


class JsmApi(Api):
    """Asks in the name of the account that the token belongs to; there is no acting for somebody else."""

    SIZE: ClassVar[str] = "size"
    LIST: ClassVar[str] = "values"
    NEXT: ClassVar[str] = "links.next"
    JIRA: ClassVar[str] = "/ex/jira/{cloud}/rest/api/3"

    def __init__(self, options: Options, clock: Clock) -> None:
        credentials = Basic(options.username, options.token)
        super().__init__(HttpClient(options.url, options, clock, credentials=credentials))
        self._options = options
        self._clock = clock
        self._cloud = options.cloud_id or ""
        self._found: dict[str, str] = {}

    async def root(self) -> str:
        """Return what the paths begin with; the site's id is asked for once."""
        return f"/jsm/ops/api/{quote(await self.cloud(), safe='')}/v1"

    async def cloud(self) -> str:
        """Return the id of the site. Raises ``SourceError``."""
        if not self._cloud:
            self._cloud = await self._asked_for()
        return self._cloud

    async def _asked_for(self) -> str:
        """Ask the site for its id. It tells that to anybody, so no credentials go there."""
        options = self._options
        client = HttpClient(options.site or "", options, self._clock, credentials=Nobody())
        try:
            found = record_of(await client.ask("GET", "/_edge/tenant_info")).text("cloudId")
        except SourceError as error:
            raise SourceError(
                f"the id of the site is not known: {error.message}",
                hint="is site right? cloud_id in its place does without asking",
                retry_after=error.retry_after,
                permanent=error.permanent,
                status=error.status,
            ) from None
        finally:
            await client.close()
        if not found:
            raise SourceError(f"{client.place} does not say its id", hint="is site right? or name cloud_id")
        return found

    def inside(self, answer: Record) -> Record:
        """Return the answer: what it is about is not wrapped."""
        return answer

    async def total(self, search: str) -> float | None:
        """Return how many alerts a search finds."""
        answer = await self.ask("GET", "/alerts", [("query", search), ("size", "1")])
        return record_of(answer).number("count")

    def escalation(self) -> dict[str, Any]:
        """Return the escalation by its id."""
        return {"escalationId": self._options.escalation}

    def in_name(self, body: dict[str, Any], actor: str, people: People) -> dict[str, Any] | None:  # noqa: ARG002 - see below
        """Return the body alone: everything is done in the name of the token's owner."""
        return body or None

    async def owner(self, person: str, people: People) -> dict[str, Any]:
        """Return the account of one of us: from the config, else found by email address once."""
        known = self._options.accounts.get(person) or self._found.get(person)
        if not known:
            known = self._found[person] = await self._account(person, people)
        return {"accountId": known}

    async def _account(self, person: str, people: People) -> str:
        add = f"add {person} to accounts of this source"
        email = email_of(people, person)
        if not email:
            raise SourceError(
                f"nobody knows which account {person} is",
                hint=f"give {person} an email address, or {add}",
                permanent=True,
            )
        try:
            answer = await self.jira("/user/search", [("query", email), ("maxResults", "10")])
        except SourceError as error:
            if not error.permanent:
                raise
            said = f"the token may not look for people ({error.status})"
            raise SourceError(said, hint=add, permanent=True, status=error.status) from None
        found = list(_people(answer.json()))
        same = [who for who in found if who.email.casefold() == email.casefold()] or found
        if len(same) != 1:
            raise SourceError(
                f"{'nobody' if not same else f'{len(same)} accounts'} found there for {person}",
                hint=add,
                permanent=True,
            )
        return same[0].id

    async def named(self, accounts: Sequence[str]) -> dict[str, Who]:
        """Return who these accounts are, by their ids. Raises ``SourceError``, also without the right to know."""
        wanted = list(dict.fromkeys(accounts))[:_MOST_PEOPLE]
        if not wanted:
            return {}
        params = [*(("accountId", account) for account in wanted), ("maxResults", str(len(wanted)))]
        answer = await self.jira("/user/bulk", params)
        return {who.id: who for who in _people(record_of(answer).get("values"))}

    async def jira(self, path: str, params: Sequence[tuple[str, str]] = ()) -> Answer:
        """Ask Jira itself, on the same site and with the same token. Raises ``SourceError``."""
        cloud = quote(await self.cloud(), safe="")
        return await self.client.ask("GET", self.JIRA.format(cloud=cloud) + path, params)

    async def ask(
        self,
        method: str,
        path: str,
        params: Params = (),
        body: Any = None,
        *,
        accept: AbstractSet[int] = frozenset(),
    ) -> Answer:
        """Return the answer to a request. Raises ``SourceError``, in its own words for a site without operations."""
        try:
            return await super().ask(method, path, params, body, accept=accept)
        except SourceError as error:
            if error.status != 403 or not await self._has_none():
                raise
        raise SourceError(
            "this site has no operations (403, 40301)",
            hint="alerts need the plan Premium of Jira Service Management; is site the right one?",
            parked=True,
            status=403,
        )

    async def _has_none(self) -> bool:
        """Return whether the site's plan has no operations, which it says by a code of its own."""
        answer = await super().ask("GET", "/alerts", _SMALLEST, accept={403})
        return answer.status == 403 and _NO_OPERATIONS in answer.body


def _people(found: object) -> Iterable[Who]:
    """Yield the people in an answer of Jira; apps and customers are none."""
    for raw in found if isinstance(found, list) else ():
        user = Record(raw if isinstance(raw, dict) else {})
        account = user.text("accountId", 200)
        if account and user.text("accountType") in {"", "atlassian"} and user.get("active") is not False:
            yield Who(account, user.text("displayName", 200), user.text("emailAddress", 200))
