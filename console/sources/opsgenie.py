"""Alerts of Opsgenie, which ends on 2027-04-05: a system of record, both ways. Its heir is ``jsm``."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import quote
from uuid import UUID

from console.clock import Clock
from console.config.base import Line, Word
from console.config.secrets import Secret
from console.domain.alert import Poll, Who
from console.errors import SourceError
from console.ports.sources import OnCall, People, Proof, VendorShift
from console.sources.base.operations.actions import name_of
from console.sources.base.operations.alerts import DETAILS, Acked, AlertReader, Dialect
from console.sources.base.operations.api import Api, record_of
from console.sources.base.operations.options import OperationsOptions
from console.sources.base.operations.source import OperationsSource
from console.sources.base.operations.timeline import shifts_of
from console.sources.base.reading.records import Record
from console.sources.base.source import email_of
from console.web.credentials import Headers
from console.web.http import HttpClient
from console.web.options import Url
from console.web.times import parse_time, time_text

_END = 'Opsgenie is switched off on 2027-04-05: move to Jira Service Management and to kind = "jsm"'
_MOST_DETAILS = 10
_LONGEST = 10 * 365 * 86_400_000  # milliseconds; a report counts them from the alert's creation


class Options(OperationsOptions):
    """``[[sources]]`` with ``kind = "opsgenie"``."""

    token: Secret
    """Key of an API integration."""

    url: Url = "https://api.opsgenie.com"
    """Where the API is; accounts in the EU have ``https://api.eu.opsgenie.com``."""

    account: Word | None = None
    """Name of the account in ``https://NAME.app.opsgenie.com``: links then lead there."""

    user: Line | None = None
    """In whose name things are done there for people who have no email address here."""

    details: bool = True
    """Whether description, runbook and properties are asked for, once an alert: the list has none of them."""

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the user should be reminded of: above all that the product ends."""
        return (*super().warnings, _END)

    @property
    def web(self) -> str:
        """The address of the page of an alert, with ``{id}`` in it; empty where the account is not known."""
        region = ".eu" if ".eu." in self.url else ""
        if self.account is None:
            return ""
        return f"https://{self.account}.app{region}.opsgenie.com/alert/detail/{{id}}/details"


def parse(payload: object, source: str, options: Options) -> Poll:
    """Return the alerts in an answer of ``GET /v2/alerts``, in a bare list, or in the body of a webhook."""
    reader = AlertReader(source, options, _DIALECT, options.web).reader
    if not isinstance(payload, dict):
        return reader.read(payload if isinstance(payload, list) else [payload])
    records = payload.get("data")
    return reader.read(records if isinstance(records, list) else [payload.get("alert", payload)])


class Source(OperationsSource):
    """Lists, acts, and knows who is on call."""

    kind = "opsgenie"

    def __init__(self, name: str, options: Options, clock: Clock) -> None:
        self._genie = _Genie(options, clock)
        self._options = options
        self._details: dict[str, Any] = {}
        super().__init__(name, options, clock, self._genie, _DIALECT, options.web)

    async def enrich(self, records: list[Any]) -> list[str]:
        """Ask for the details of a few alerts whose details are not known yet, the newest first.

        What fails is said and tried again at the next poll; the alerts themselves are complete.
        """
        if not self._options.details:
            return []
        listed = {record["id"]: record for record in records if _has_id(record)}
        self._details = {name: told for name, told in self._details.items() if name in listed}
        problems = []
        for name in [name for name in listed if name not in self._details][:_MOST_DETAILS]:
            try:
                found = await self._genie.one(name)
            except SourceError as error:
                problems.append(f"details of alerts are not known yet: {error.message}")
                break
            self._details[name] = _told(found) if found is not None else {}
        for name, told in self._details.items():
            listed[name][DETAILS] = told
        return problems

    async def on_call(self, now: datetime) -> tuple[OnCall, ...]:
        """Return who is on call in the schedules of the config. Raises ``SourceError``."""
        found: list[OnCall] = []
        for schedule in self._options.schedules:
            params = [*_identified(schedule), ("flat", "true"), ("date", time_text(now))]
            path = f"/schedules/{quote(schedule, safe='')}/on-calls"
            said = self._genie.inside(record_of(await self._genie.ask("GET", path, params)))
            title = said.text("_parent.name", 200) or schedule
            found += [OnCall(title, _person(name)) for name in said.texts("onCallRecipients")]
        return tuple(found)

    async def shifts(self, schedule: str, start: datetime, end: datetime) -> tuple[VendorShift, ...]:
        """Return the final timeline of a schedule, by its id or name. Raises ``SourceError``."""
        kind = (("identifierType", "id" if _is_id(schedule) else "name"),)
        return await shifts_of(self._genie, schedule, start, end, _on_duty, kind)

    async def prove(self) -> Proof:
        """Ask for one alert and for the schedules. Raises ``SourceError`` where no alert can be seen.

        A key does not say whose it is, and nothing short of an action tells whether it may act.
        """
        await self._genie.ask("GET", "/alerts", [("query", self._options.search), ("limit", "1")])
        missing = []
        for schedule in self._options.schedules:
            path = f"/schedules/{quote(schedule, safe='')}/on-calls"
            answer = await self._genie.ask("GET", path, _identified(schedule), accept={403, 404})
            if answer.status == 404:
                missing.append(f'schedule "{schedule}": there is none of this name or id')
            elif answer.status == 403:
                missing.append("Configuration access of the key: needed to see who is on call")
        unproven = ("Create and update access of the key: needed to acknowledge, close and note",)
        return Proof("", tuple(dict.fromkeys(missing)), unproven if self.can else ())


class _Genie(Api):
    """Acts in the name of whoever acts here, by their email address."""

    SIZE: ClassVar[str] = "limit"
    LIST: ClassVar[str] = "data"
    NEXT: ClassVar[str] = "paging.next"

    def __init__(self, options: Options, clock: Clock) -> None:
        credentials = Headers({"Authorization": ("GenieKey {}", options.token)})
        super().__init__(HttpClient(options.url, options, clock, credentials=credentials))
        self._options = options

    async def root(self) -> str:
        """Return what the paths begin with."""
        return "/v2"

    def inside(self, answer: Record) -> Record:
        """Return what an answer is about."""
        return answer.record("data")

    async def total(self, search: str) -> float | None:
        """Return how many alerts a search finds."""
        return record_of(await self.ask("GET", "/alerts/count", [("query", search)])).number("data.count")

    async def owner(self, person: str, people: People) -> dict[str, Any]:
        """Return one of us by email address, which is what users are called there."""
        email = email_of(people, person)
        if not email:
            raise SourceError(
                f"nobody knows who {person} is in Opsgenie",
                hint=f"give {person} the email address of their account there",
                permanent=True,
            )
        return {"owner": {"type": "user", "username": email}}

    def escalation(self) -> dict[str, Any]:
        """Return the escalation by its id or name."""
        name = self._options.escalation or ""
        return {"escalation": {"type": "escalation", "id" if _is_id(name) else "name": name}}

    def in_name(self, body: dict[str, Any], actor: str, people: People) -> dict[str, Any] | None:
        """Return the body with whose action it is."""
        user = email_of(people, actor) or self._options.user or name_of(people, actor)
        return {**body, "source": "oncall", **({"user": user} if user else {})}


def _is_id(name: str) -> bool:
    try:
        UUID(name)
    except ValueError:
        return False
    return True


def _identified(schedule: str) -> list[tuple[str, str]]:
    return [("scheduleIdentifierType", "id" if _is_id(schedule) else "name")]


def _has_id(record: object) -> bool:
    return isinstance(record, dict) and isinstance(record.get("id"), str) and bool(record["id"])


def _told(alert: Record) -> dict[str, Any]:
    """Return what the list leaves out, and nothing else: thousands of these are kept."""
    return {name: alert.raw[name] for name in ("details", "description", "entity") if alert.raw.get(name)}


def _on_duty(period: Record) -> Who | None:
    """Return who has a period of a schedule; teams and escalations stand there by their own names."""
    recipient = period.record("recipient")
    name = recipient.text("name", 200)
    return _person(name) if name and recipient.text("type", 40).casefold() != "none" else None


def _person(name: str) -> Who:
    """Users are called by their email address; whoever else acts has a name of their own choice."""
    return Who(email=name) if "@" in name else Who(name=name)


def _reported(record: Record, path: str) -> datetime | None:
    """Return the instant of a report, which counts in milliseconds from the creation of the alert."""
    created, spent = record.time("createdAt"), record.number(path)
    if created is None or spent is None or not 0 <= spent < _LONGEST:
        return parse_time(record.get(path))
    return created + timedelta(milliseconds=spent)


def _acked(record: Record) -> Acked:
    """Return what the report says; whoever acknowledges an alert becomes its owner."""
    name = record.text("report.acknowledgedBy", 200) or record.text("owner", 200)
    return Acked(_person(name), _reported(record, "report.ackTime"))


def _closed(record: Record) -> Acked:
    """Return what the report says; integrations, which close most alerts, are known by having no address."""
    name = record.text("report.closedBy", 200)
    who = _person(name) if "@" in name else Who(name=name, bot=bool(name))
    return Acked(who, _reported(record, "report.closeTime"))


_DIALECT = Dialect(
    product="Opsgenie",
    properties="details",
    integration="integration.name",
    acked=_acked,
    closed=_closed,
)
