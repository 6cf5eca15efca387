"""One PagerDuty account as a source."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import quote

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
from console.sources.pagerduty import reader
from console.sources.pagerduty.actions import Actions
from console.sources.pagerduty.options import Options
from console.web.credentials import Headers
from console.web.gate import Pace
from console.web.http import HttpClient, Params

_HEADERS = {"Accept": "application/vnd.pagerduty+json;version=2", "Content-Type": "application/json"}
_PACE = Pace(serial=True)  # PagerDuty asks for one request at a time with one key
_PAGE = 100
_CAP = 10_000  # PagerDuty: offset + limit may not pass it (400, code 2002)
_INCLUDE = (
    ("include[]", "acknowledgers"),
    ("include[]", "first_trigger_log_entries"),
)
_ONLOOKERS = {"observer", "read_only_user", "read_only_limited_user"}
_SOON = timedelta(minutes=1)


class Source(Keeping, HttpSource):
    """Polls the open incidents; acts on them as the options allow."""

    kind = "pagerduty"

    def __init__(self, name: str, options: Options, clock: Clock) -> None:
        credentials = Headers({"Authorization": ("Token token={}", options.token)})
        client = HttpClient(
            options.url, options, clock, credentials=credentials, headers=_HEADERS, pace=_PACE
        )
        super().__init__(name, options, clock, client)
        self._options = options
        self._reader = reader.reader(name, options)
        self._vanished = Vanished(self._look)
        self._actions = Actions(name, options, client)

    async def fetch(self) -> Poll:
        """Return the incidents that are open now. Raises ``SourceError``."""
        reading = self._reader.reading()
        beyond = await self._all("/incidents", "incidents", _filters(self._options), reading.take)
        poll = reading.poll()
        cut = (_cut(beyond),) if beyond else ()
        problems = (*self._options.warnings, *cut, *poll.problems)
        poll = replace(poll, complete=poll.complete and not beyond, problems=problems)
        return await self._vanished.settle(poll)

    async def act(
        self, entry: OutboxEntry, incident: Incident, now: datetime, people: People = NOBODY
    ) -> Settled:
        """Carry out one effect; see ``Actions``. Raises ``SourceError`` where trying again may help."""
        return await self._actions.act(entry, incident, now, people)

    async def on_call(self, now: datetime) -> tuple[OnCall, ...]:
        """Return who is on call in each escalation policy; level 1 is paged first. Raises ``SourceError``."""
        span = (("since", _text(now)), ("until", _text(now + _SOON)), ("include[]", "users"))
        found: list[object] = []
        await self._all("/oncalls", "oncalls", span, found.extend)
        shifts = (_shift(Record(one)) for one in found if isinstance(one, dict))
        return tuple(
            shift
            for shift in shifts
            if shift.who != Who()
            and (shift.since is None or shift.since <= now)
            and (shift.until is None or now < shift.until)
        )

    async def shifts(self, schedule: str, start: datetime, end: datetime) -> tuple[VendorShift, ...]:
        """Return the final schedule, which has the overrides in it; ``schedule`` is its id. Raises ``SourceError``."""
        span = (("since", _text(start)), ("until", _text(end)))
        answer = await self.client.ask("GET", f"/schedules/{quote(schedule, safe='')}", span, accept={404})
        if answer.status == 404:
            raise SourceError(
                f'PagerDuty has no schedule "{schedule}"',
                hint="its id stands in the address of its page, such as PI7DH85",
                permanent=True,
            )
        record = answered(answer.json(), self.client.place).record("schedule")
        entries = record.records("final_schedule.rendered_schedule_entries")
        return tuple(
            VendorShift(reader.who(entry.record("user")), begin, over)
            for entry in entries
            if (begin := entry.time("start")) is not None
            and (over := entry.time("end")) is not None
            and begin < over
        )

    async def prove(self) -> Proof:
        """Say whose key it is, and read what is read at work. Raises ``SourceError``."""
        user = await self._actions.me()
        await self.client.get_json("/incidents", (*_filters(self._options), ("limit", "1")))
        missing = [await self._lacks("oncalls", "to show who is on call")]
        if EffectKind.ASSIGN in self.can:
            missing.append(await self._lacks("users", "to find whom to assign to"))
        if not self.can:
            unproven: tuple[str, ...] = ()
        elif user is None:
            unproven = ("whether the key may write: a read-only one reads just the same",)
            if self._options.from_email is None:
                missing.append("from_email: needed to act for people without an email contact")
        else:
            unproven = ("whether its teams let the user act on every incident shown",)
            if user.text("role") in _ONLOOKERS:
                missing.append(
                    f"a responder's role instead of {user.text('role')}: needed to act on incidents"
                )
        name = user.text("email") or user.text("name") if user is not None else "an API key of the account"
        return Proof(name, tuple(filter(None, missing)), unproven)

    async def _lacks(self, what: str, why: str) -> str:
        """Try to read one record; return which right is missing, empty if none is."""
        answer = await self.client.ask("GET", f"/{what}", (("limit", "1"),), accept={403})
        return f"{what}.read: needed {why}" if answer.status == 403 else ""

    async def _all(self, path: str, key: str, params: Params, take: Callable[[list[object]], None]) -> int:
        """Hand over the records page by page; return how many more the cap cuts off. Raises ``SourceError``."""
        total = 0
        for offset in range(0, _CAP, _PAGE):
            at_cap = (
                (("total", "true"),) if offset + _PAGE == _CAP else ()
            )  # slow there: asked only at the cap
            where = (("limit", str(_PAGE)), ("offset", str(offset)), *at_cap)
            page = answered(await self.client.get_json(path, (*params, *where)), self.client.place)
            take(reader.page_of(page, key))
            if not page.flag("more"):
                return 0
            total = int(page.number("total") or 0)
        return max(total - _CAP, 1)

    async def _look(self, lost: Alert) -> Alert | Ended:
        """Ask for an incident that is listed no more."""
        path = f"/incidents/{quote(lost.ref.fingerprint, safe='')}"
        answer = await self.client.ask("GET", path, _INCLUDE, accept={404})
        if answer.status == 404:
            return Ended(lost.ref, Ending.GONE)
        record = answered(answer.json(), self.client.place).record("incident")
        reader.identity(record)
        known = reader.ended(lost.ref, record, self._options)
        return known or reader.alert_of(lost.ref, record, self._options) or lost


def _filters(options: Options) -> Params:
    """Ask for everything open, however old: without ``date_range`` PagerDuty lists the last month only."""
    return (
        ("statuses[]", "triggered"),
        ("statuses[]", "acknowledged"),
        ("date_range", "all"),
        ("sort_by", "created_at:desc"),  # should the cap cut, it cuts the oldest
        *_INCLUDE,
        *(("team_ids[]", one) for one in options.team_ids),
        *(("service_ids[]", one) for one in options.service_ids),
        *(("urgencies[]", one) for one in options.urgencies),
    )


def _cut(beyond: int) -> str:
    return (
        f"PagerDuty lists {_CAP:,} incidents at most: the oldest {beyond:,} are missing; "
        "ask for less with team_ids, service_ids or urgencies"
    )


def _shift(record: Record) -> OnCall:
    level = record.number("escalation_level")
    return OnCall(
        schedule=record.text("escalation_policy.summary", 200) or record.text("schedule.summary", 200),
        who=reader.who(record.record("user")),
        level=int(level) if level is not None else None,
        since=record.time("start"),
        until=record.time("end"),
    )


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")
