"""One Zenduty account as a source."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from urllib.parse import parse_qsl, quote, urlsplit

from console.clock import Clock
from console.domain.alert import Alert, Ended, Ending, Poll, Who
from console.domain.incident import Incident
from console.domain.vocabulary import EffectKind
from console.errors import SourceError
from console.ports.sources import NOBODY, OnCall, People, Proof, Settled, VendorShift
from console.ports.store import OutboxEntry
from console.sources.base.reading.records import Record, answered
from console.sources.base.source import HttpSource
from console.sources.base.vanished import Keeping, Vanished
from console.sources.zenduty import reader
from console.sources.zenduty.actions import Actions, listed, person
from console.sources.zenduty.options import Options
from console.sources.zenduty.schedules import final
from console.web.credentials import Headers
from console.web.gate import Pace
from console.web.http import HttpClient, Params

_FILTER = "/api/incidents/filter/"
_OPEN = -1  # as a status to ask for: triggered or acknowledged
_PAGE = 100
_MOST_PAGES = 1000
_MOST_TEAMS = 20  # Zenduty: 40 requests about who is on call a minute


class Source(Keeping, HttpSource):
    """Polls the open incidents; acts on them as the options allow."""

    kind = "zenduty"

    def __init__(self, name: str, options: Options, clock: Clock) -> None:
        credentials = Headers({"Authorization": ("Token {}", options.token)})
        pace = Pace(serial=True)
        super().__init__(
            name, options, clock, HttpClient(options.url, options, clock, credentials=credentials, pace=pace)
        )
        self._options = options
        self._reader = reader.reader(name, options)
        self._vanished = Vanished(self._look)
        self._actions = Actions(name, options, self.client)

    async def fetch(self) -> Poll:
        """Return the incidents that are open now. Raises ``SourceError``."""
        poll = await self._open_incidents()
        now = self.clock.now()
        alerts = tuple(_awake(alert, now) for alert in poll.alerts)
        poll = replace(poll, alerts=alerts, problems=(*self._options.warnings, *poll.problems))
        return await self._vanished.settle(poll)

    async def act(
        self, entry: OutboxEntry, incident: Incident, now: datetime, people: People = NOBODY
    ) -> Settled:
        """Carry out one effect; see ``Actions``. Raises ``SourceError`` where trying again may help."""
        return await self._actions.act(entry, incident, now, people)

    async def on_call(self, now: datetime) -> tuple[OnCall, ...]:  # noqa: ARG002 - Zenduty tells of now only
        """Return who is on call in the escalation policies of the teams; level 1 first. Raises ``SourceError``."""
        found: list[OnCall] = []
        for team in await self._teams_asked():
            path = f"/api/v2/account/teams/{quote(team, safe='')}/oncall/"
            for policy in listed(await self.client.get_json(path)):
                found += _shifts(policy)
        return tuple(found)

    async def shifts(self, schedule: str, start: datetime, end: datetime) -> tuple[VendorShift, ...]:
        """Return the shifts of a schedule, by its id or name; see ``final``. Raises ``SourceError``."""
        for team in await self._teams_asked():
            path = f"/api/account/teams/{quote(team, safe='')}/schedules/"
            for one in listed(await self.client.get_json(path)):
                if schedule in {one.text("unique_id"), one.text("name")}:
                    people = await self._actions.members()
                    return tuple(
                        VendorShift(people.get(shift.person, Who(shift.person)), shift.start, shift.end)
                        for shift in final(one, start, end)
                    )
        raise SourceError(f'Zenduty has no schedule "{schedule}"', hint="is its name right?", permanent=True)

    async def _teams_asked(self) -> tuple[str, ...]:
        """Return the teams that are asked about who is on call. Raises ``SourceError`` for too many."""
        teams = self._options.teams or self._options.team_ids or await self._teams()
        if len(teams) > _MOST_TEAMS:
            raise SourceError(
                f"Zenduty has {len(teams)} teams, of which {_MOST_TEAMS} can be asked who is on call",
                hint="name those you need in teams",
                permanent=True,
            )
        return teams

    async def prove(self) -> Proof:
        """Read what is read at work; whose key it is Zenduty does not say. Raises ``SourceError``."""
        await self._page((("page", "1"), ("page_size", "1")))
        missing: list[str] = []
        if EffectKind.ASSIGN in self.can:
            answer = await self.client.ask("GET", "/api/account/members/", accept={403})
            if answer.status == 403:
                missing.append("to list the account's members: needed to find whom to assign to")
        unproven = ("whether its user may change every incident shown",) if self.can else ()
        return Proof(missing=tuple(missing), unproven=unproven)

    async def _open_incidents(self) -> Poll:
        """Read all pages. Only the query of ``next`` counts: the key goes to our host alone."""
        reading = self._reader.reading()
        params: Params = (("page", "1"), ("page_size", str(_PAGE)))
        asked: set[Params] = set()
        for _ in range(_MOST_PAGES):
            asked.add(params)
            page = await self._page(params)
            reading.take(reader.page_of(page))
            following = page.get("next")
            if not following:
                return reading.poll()
            params = tuple(parse_qsl(urlsplit(following).query)) if isinstance(following, str) else ()
            if not params or params in asked:
                break
        raise SourceError("Zenduty's list of incidents does not come to an end", hint="report it to Zenduty")

    async def _page(self, params: Params) -> Record:
        body = {
            "status": _OPEN,
            "all_teams": 1,
            "team_ids": list(self._options.team_ids),
            "service_ids": list(self._options.service_ids),
        }
        answer = await self.client.ask("POST", _FILTER, params, body, idempotent=True)  # it only reads
        return answered(answer.json(), self.client.place)

    async def _teams(self) -> tuple[str, ...]:
        found = listed(await self.client.get_json("/api/account/teams/"))
        return tuple(filter(None, (team.text("unique_id") for team in found)))

    async def _look(self, lost: Alert) -> Alert | Ended:
        """Ask for an incident that is listed no more."""
        answer = await self.client.ask("GET", reader.place_of(lost), accept={404})
        if answer.status == 404:
            return Ended(lost.ref, Ending.GONE)
        record = answered(answer.json(), self.client.place)
        reader.identity(record)
        known = reader.ended(lost.ref, record, self._options)
        found = known or reader.alert_of(lost.ref, record, self._options) or lost
        return found if isinstance(found, Ended) else _awake(found, self.clock.now())


def _awake(alert: Alert, now: datetime) -> Alert:
    """Return the alert without a snooze that is over."""
    if alert.muted_until is None or alert.muted_until > now:
        return alert
    return replace(alert, muted_until=None, muted_by="")


def _shifts(policy: Record) -> Iterator[OnCall]:
    for rule in policy.records("oncalls"):
        level = rule.number("position")
        for user in rule.records("oncalls"):
            who = person(user)
            if who != Who():
                yield OnCall(policy.text("name", 200), who, int(level) if level is not None else None)
