"""The operations of one site of Jira Service Management, as a source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from urllib.parse import quote

from console.clock import Clock
from console.domain.alert import AlertRef, Ended, Who
from console.errors import SourceError
from console.ports.sources import OnCall, Proof, VendorShift
from console.sources.base.operations.api import record_of
from console.sources.base.operations.source import OperationsSource
from console.sources.base.operations.timeline import shifts_of
from console.sources.base.reading.records import Record
from console.sources.jsm.api import JsmApi
from console.sources.jsm.options import Options
from console.sources.jsm.reader import DIALECT
from console.web.times import time_text

_ALERTS = "read:ops-alert:jira-service-management"
_ACTIONS = "write:ops-alert:jira-service-management"
_CONFIG = "read:ops-config:jira-service-management"
_USERS = "read:jira-user"
_DEEPEST = 5
_NOBODY = frozenset({"", "system"})


class Source(OperationsSource):
    """Lists, acts, and knows who is on call."""

    kind = "jsm"

    def __init__(self, name: str, options: Options, clock: Clock) -> None:
        self._jsm = JsmApi(options, clock)
        self._options = options
        super().__init__(name, options, clock, self._jsm, DIALECT, options.web)

    async def ended(self, ref: AlertRef, record: Record) -> Ended:
        """Return what became of a closed alert; its log says who closed it, the alert itself does not."""
        ended = await super().ended(ref, record)
        answer = await self._jsm.ask(
            "GET", f"/alerts/{quote(ref.fingerprint, safe='')}/logs", [("size", "100")], accept={403, 404}
        )
        lines = record_of(answer).records("values") if answer.status == 200 else []
        closing = [line for line in lines if "closed" in line.text("log").casefold()]
        last = max(closing, key=_logged, default=None)
        if last is None:
            return ended
        return replace(ended, by=_closer(last, record), at=ended.at or last.time("logTime"))

    async def on_call(self, now: datetime) -> tuple[OnCall, ...]:
        """Return who is on call in the schedules of the config. Raises ``SourceError``.

        Schedules know people by their account ids. Without the right to ask who they are the ids are shown.
        """
        found: list[tuple[str, str]] = []
        for schedule in self._options.schedules:
            path = f"/schedules/{quote(schedule, safe='')}/on-calls"
            answer = await self._jsm.ask("GET", path, [("flat", "false"), ("date", time_text(now))])
            accounts = dict.fromkeys(_on_call(record_of(answer), "onCallParticipants"))
            found += [(schedule, account) for account in accounts]
        names = await self._named(account for _, account in found)
        return tuple(OnCall(schedule, names.get(account, Who(account))) for schedule, account in found)

    async def shifts(self, schedule: str, start: datetime, end: datetime) -> tuple[VendorShift, ...]:
        """Return the final timeline of a schedule, by its id. Raises ``SourceError``.

        Atlassian documents this request; the specification that the other requests are tried on lacks it.
        """
        found = await shifts_of(self._jsm, schedule, start, end, _on_duty)
        names = await self._named(one.who.id for one in found)
        return tuple(replace(one, who=names.get(one.who.id, one.who)) for one in found)

    async def _named(self, accounts: Iterable[str]) -> dict[str, Who]:
        """Return who these accounts are, as far as we may know. Raises ``SourceError``."""
        names = {account: Who(account, person) for person, account in self._options.accounts.items()}
        try:
            names |= await self._jsm.named([account for account in accounts if account not in names])
        except SourceError as error:
            if not error.permanent:
                raise
        return names

    async def prove(self) -> Proof:
        """Ask for one alert, the schedules, and who we are. Raises ``SourceError`` where no alert can be seen."""
        try:
            await self._jsm.ask("GET", "/alerts", [("query", self._options.search), ("size", "1")])
        except SourceError as error:
            if error.status == 401 and "scope" in error.message.casefold():
                raise SourceError(
                    error.message, hint=f"give the token the scope {_ALERTS}", parked=True, status=401
                ) from None
            raise
        missing = [lack for schedule in self._options.schedules if (lack := await self._lack(schedule))]
        identity = await self._identity()
        if not identity and (self._options.schedules or self._options.ability.does):
            missing.append(f"{_USERS}: needed to know people by name, and to assign by email address")
        unproven = (f"{_ACTIONS}: needed to acknowledge, close and note",) if self.can else ()
        return Proof(identity or self._options.username, tuple(missing), unproven)

    async def _lack(self, schedule: str) -> str:
        """Return what is missing to see a schedule, empty where nothing is."""
        path = f"/schedules/{quote(schedule, safe='')}/on-calls"
        answer = await self._jsm.ask("GET", path, [("flat", "false")], accept={401, 403, 404})
        if answer.status == 404:
            return f'schedule "{schedule}": there is none of this id, or the token may not see it'
        return f"{_CONFIG}: needed to see who is on call" if answer.status in {401, 403} else ""

    async def _identity(self) -> str:
        """Return whose token it is, empty where it may not ask."""
        try:
            user = record_of(await self._jsm.jira("/myself"))
        except SourceError as error:
            if error.permanent:
                return ""
            raise
        return user.text("emailAddress", 200) or user.text("displayName", 200)


def _logged(line: Record) -> float:
    at = line.time("logTime")
    return at.timestamp() if at else 0.0


def _on_duty(period: Record) -> Who | None:
    """Return who has a period of a schedule, by account; teams and escalations have none."""
    responder = period.record("responder")
    account = responder.text("id", 200)
    return Who(account) if account and responder.text("type", 40).casefold() in {"user", ""} else None


def _closer(line: Record, alert: Record) -> Who:
    """Return who is named as having closed it: an integration by its own name, or a person."""
    name = line.text("owner", 200)
    machines = _NOBODY | {alert.text("integrationName").casefold(), alert.text("integrationType").casefold()}
    return Who(name=name, bot=name.casefold() in machines)


def _on_call(record: Record, path: str, depth: int = 0) -> Iterator[str]:
    """Yield the accounts of people on call; rotations may stand within escalations and other schedules."""
    for one in record.records(path):
        if one.text("type", 40).casefold() in {"user", ""} and (account := one.text("id", 200)):
            yield account
        if depth < _DEEPEST:
            yield from _on_call(one, path, depth + 1)
