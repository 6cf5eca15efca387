"""An Intercom workspace as a source: open conversations and tickets are incidents."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from console.clock import Clock
from console.domain.alert import Alert, Ended, Ending, Poll, Who
from console.domain.incident import Incident
from console.errors import SourceError
from console.ports.sources import NOBODY, People, Proof, Settled
from console.ports.store import OutboxEntry
from console.sources.base.reading.records import Record
from console.sources.base.source import HttpSource
from console.sources.base.vanished import Keeping, Vanished
from console.sources.intercom.actor import Actor
from console.sources.intercom.api import MOST, VERSION, IntercomApi
from console.sources.intercom.options import Options
from console.sources.intercom.reader import CONVERSATION, TICKET, InboxReader, is_open
from console.web.credentials import Headers
from console.web.http import HttpClient

_TEAMMATES_FOR = timedelta(hours=1)
_RIGHTS = {CONVERSATION: "Read conversations", TICKET: "Read tickets"}


class Source(Keeping, HttpSource):
    """Finds conversations and tickets, and acts on them. Nothing is sent before the first call."""

    kind = "intercom"

    def __init__(self, name: str, options: Options, clock: Clock) -> None:
        credentials = Headers({"Authorization": ("Bearer {}", options.token)})
        client = HttpClient(
            options.address,
            options,
            clock,
            credentials=credentials,
            headers={"Intercom-Version": VERSION},
        )
        super().__init__(name, options, clock, client)
        self._options = options
        self._api = IntercomApi(client, options)
        self._reader = InboxReader(name, options)
        self._teammates = Teammates(self._api, clock)
        self._actor = Actor(name, options, self._api, self._teammates)
        self._vanished = Vanished(self._look)
        wanted = {CONVERSATION: options.conversations, TICKET: options.tickets}
        self._kinds = tuple(kind for kind, asked in wanted.items() if asked)

    async def fetch(self) -> Poll:
        """Return what is open. Raises ``SourceError``."""
        found = {kind: await self._api.search(kind) for kind in self._kinds}
        await self._teammates.refresh()
        self._reader.know(self._teammates.known, self._teammates.workspace)
        poll = await self._reader.reader.read_by_turns(
            record for each in found.values() for record in each.records
        )
        problems = [
            *self._options.warnings,
            *poll.problems,
            *(
                f"{each.missing} {kind}s beyond the first {MOST} are not shown: name teams or tags, or close some"
                for kind, each in found.items()
                if each.missing
            ),
        ]
        whole = not any(each.missing for each in found.values())
        poll = replace(poll, complete=poll.complete and whole, problems=tuple(problems))
        return await self._vanished.settle(poll)

    async def act(
        self, entry: OutboxEntry, incident: Incident, now: datetime, people: People = NOBODY  # noqa: ARG002 - Intercom has its own clock
    ) -> Settled:  # fmt: skip
        """Carry out one effect. Raises ``SourceError`` where trying again may help."""
        return await self._actor.act(entry, incident, people)

    async def prove(self) -> Proof:
        """Ask who we are and whether we may read; writing cannot be tried. Raises ``SourceError``."""
        me = await self._api.me()
        missing = []
        for kind in self._kinds:
            try:
                await self._api.page(kind, size=1)
            except SourceError as error:
                if error.status != 403:
                    raise
                missing.append(f"{_RIGHTS[kind]}: needed to see {kind}s")
        acting = " and ".join(sorted(kind.value for kind in self.can))
        unproven = tuple(
            f"{_RIGHTS[kind].replace('Read', 'Write')}: needed to {acting}" for kind in self._kinds if acting
        )
        identity = f"{me.text('email') or me.text('name')} in {me.text('app.name')}"
        return Proof(identity, tuple(missing), unproven)

    async def _look(self, alert: Alert) -> Alert | Ended:
        """Return what became of what the search no longer finds."""
        kind, _, id_ = alert.ref.fingerprint.partition("-")
        record = await self._api.one(kind, id_)
        if record is None:
            return Ended(alert.ref, Ending.GONE, text="deleted, or hidden from us")
        if self._is_asked_for(record):  # the search is behind what it searches
            return self._reader.alert(alert.ref, record) or self._reader.ended(alert.ref, record)
        return self._reader.ended(alert.ref, record)

    def _is_asked_for(self, record: Record) -> bool:
        teams, tags = self._options.teams, self._options.tags
        of_team = not teams or record.number("team_assignee_id") in teams
        tagged = {tag.number("id") for tag in record.records("tags.tags")}
        has_tag = not tags or record.text("type") == TICKET or bool(tagged & set(tags))
        return is_open(record) and of_team and has_tag


class Teammates:
    """Who the teammates are: asked once an hour, and lived without where the token may not know."""

    def __init__(self, api: IntercomApi, clock: Clock) -> None:
        self._api = api
        self._clock = clock
        self._me = Record({})
        self.known: tuple[Record, ...] = ()
        self._asked_at: datetime | None = None

    @property
    def workspace(self) -> str:
        """The workspace's id, as links have it."""
        return self._me.text("app.id_code")

    async def refresh(self) -> None:
        """Ask again if it is time. Raises nothing: names are a help, not the matter."""
        now = self._clock.now()
        if self._asked_at is not None and now - self._asked_at < _TEAMMATES_FOR:
            return
        self._asked_at = now
        try:
            await self.ourselves()
            self.known = tuple(await self._api.admins())
        except SourceError:
            return

    async def ourselves(self) -> str:
        """Return the id of the teammate whose token it is. Raises ``SourceError``."""
        if not self._me.raw:
            self._me = await self._api.me()
        if not self._me.text("id"):
            raise SourceError(
                "Intercom does not say whose token it is", hint="make a new token", permanent=True
            )
        return self._me.text("id")

    async def with_email(self, email: str) -> Who | None:
        """Return the teammate with an address. Raises ``SourceError``."""
        if not email:
            return None
        self.known = tuple(await self._api.admins())
        for one in self.known:
            if one.text("email").casefold() == email.casefold():
                return Who(one.text("id"), one.text("name", 100), one.text("email"))
        return None

    def named(self, id_: str) -> str:
        """Return a teammate's name, or the id where it is not known."""
        return next((one.text("name", 100) for one in self.known if one.text("id") == id_), "") or id_
