"""One Zabbix as a source."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from console.clock import Clock
from console.domain.alert import Alert, Ended, Ending, Poll, Who
from console.domain.incident import Incident
from console.domain.vocabulary import EffectKind
from console.errors import SourceError
from console.ports.sources import NOBODY, People, Proof, Settled
from console.ports.store import OutboxEntry
from console.sources.base.reading.records import Record
from console.sources.base.source import HttpSource
from console.sources.base.vanished import Keeping, Vanished
from console.sources.zabbix import reader
from console.sources.zabbix.actions import Actions
from console.sources.zabbix.api import Api
from console.sources.zabbix.options import Options

PAGE = 1000
_MOST_PAGES = 100
_REFRESH = timedelta(minutes=10)  # triggers and users change rarely
_PROBLEM = {
    "source": 0,  # events of triggers
    "object": 0,
    "recent": False,
    "output": "extend",
    "selectTags": "extend",
    "selectAcknowledges": "extend",
    "selectSuppressionData": "extend",
}
_TRIGGER = {
    "output": ["triggerid", "url", "comments", "status"],
    "selectHosts": ["hostid", "host", "name", "status"],
}
_ROLE = {
    EffectKind.ACK: ("acknowledge_problems", "to acknowledge"),
    EffectKind.NOTE: ("add_problem_comments", "for notes, and to say who acts"),
    EffectKind.RESOLVE: ("close_problems", "to close"),
    EffectKind.SNOOZE: ("suppress_problems", "to suppress"),
}


class Source(Keeping, HttpSource):
    """Polls the open problems; acts on them as the options allow."""

    kind = "zabbix"

    def __init__(self, name: str, options: Options, clock: Clock) -> None:
        self._api = Api(options, clock)
        super().__init__(name, options, clock, self._api.client)
        self._options = options
        self._names = reader.Names()
        self._read_at: datetime | None = None
        self._reader = reader.reader(name, options, self._names)
        self._vanished = Vanished(self._look)
        self._actions = Actions(name, options, self._api)

    async def fetch(self) -> Poll:
        """Return the problems that are open now. Raises ``SourceError``."""
        poll = await self._all()
        poll = replace(poll, problems=(*self._options.warnings, *poll.problems))
        return await self._vanished.settle(poll)

    async def act(
        self, entry: OutboxEntry, incident: Incident, now: datetime, people: People = NOBODY  # noqa: ARG002 - Zabbix knows only the token's user
    ) -> Settled:  # fmt: skip
        """Carry out one effect; see ``Actions``. Raises ``SourceError`` where trying again may help."""
        return await self._actions.act(entry, incident, now)

    async def prove(self) -> Proof:
        """Say whose token it is and what its role forbids, and read a problem. Raises ``SourceError``."""
        await self._api.version()
        user = await self._api.whoami()
        await self._api.records("problem.get", {**self._filters(), "limit": 1})
        name = user.text("username", 200) or user.text("alias", 200)
        if not self.can:
            return Proof(name)
        try:
            asked = {"roleids": [user.text("roleid")], "output": ["roleid"], "selectRules": "extend"}
            roles = await self._api.records("role.get", asked)
        except SourceError as error:
            if not error.permanent:
                raise
            roles = []
        hosts = "read-write access to the host groups, which closing needs"
        if not roles:
            return Proof(name, unproven=("what the role of the token's user allows", hosts))
        missing = self._forbidden(Record(roles[0]))
        return Proof(name, missing, (hosts,) if EffectKind.RESOLVE in self.can else ())

    def _forbidden(self, role: Record) -> tuple[str, ...]:
        """Return what the role does not allow of what we are to do."""
        rules = {one.text("name"): one.text("status") for one in role.records("rules.actions")}
        return tuple(
            f"{right}: needed {purpose}"
            for kind, (right, purpose) in _ROLE.items()
            if kind in self.can and rules.get(right) == "0"
        )

    def _filters(self) -> dict[str, Any]:
        options = self._options
        return {
            **_PROBLEM,
            **({"severities": list(options.severities)} if options.severities else {}),
            **({"groupids": list(options.groupids)} if options.groupids else {}),
        }

    async def _all(self) -> Poll:
        """Read all problems, in the order of their ids: what begins meanwhile comes last. Raises ``SourceError``."""
        reading = self._reader.reading()
        paged = {**self._filters(), "sortfield": ["eventid"], "sortorder": "ASC", "limit": PAGE}
        after = 0
        for _ in range(_MOST_PAGES):
            start = {"eventid_from": str(after + 1)} if after else {}
            page = await self._api.records("problem.get", {**paged, **start})
            if not page:
                return reading.poll()
            await self._learn(page)
            reading.take(reader.joined(page, self._names.triggers))
            highest = max(map(_number, page))
            if highest <= after:
                raise SourceError(
                    f"{self.client.place} answers with the same page again",
                    hint="is there a cache in between?",
                )
            after = highest
        raise SourceError(
            f"{self.client.place} has more than {_MOST_PAGES * PAGE:,} open problems",
            hint="ask for less with severities or groupids",
        )

    async def _learn(self, problems: Iterable[object]) -> None:
        """Read triggers and users that are not known yet, and now and then all of them again."""
        records = [one for one in problems if isinstance(one, dict)]
        if self._read_at is None or abs(self.clock.now() - self._read_at) >= _REFRESH:
            self._read_at = self.clock.now()
            self._names.triggers, self._names.users = {}, {}
        triggers = {str(record.get("objectid", "")) for record in records}
        steps = (
            step for one in records if one.get("acknowledges") for step in Record(one).records("acknowledges")
        )
        users = {step.text("userid", 40) for step in steps}
        names = self._names
        wanted = sorted((triggers - names.triggers.keys()) - {""})
        for start in range(0, len(wanted), PAGE):
            ids = wanted[start : start + PAGE]
            found = await self._api.records("trigger.get", {**_TRIGGER, "triggerids": ids})
            known = reader.triggers_in(Record(one) for one in found if isinstance(one, dict))
            names.triggers.update({**dict.fromkeys(ids), **known})
        unknown = sorted((users - names.users.keys()) - {"", "0"})
        if unknown:
            asked = {"userids": unknown, "output": ["userid", "username", "name", "surname"]}
            found = await self._api.records("user.get", asked)
            known_users = reader.users_in(Record(one) for one in found if isinstance(one, dict))
            # Zabbix shows a user only those of its own groups.
            names.users.update({**{one: Who(id=one) for one in unknown}, **known_users})

    async def _look(self, lost: Alert) -> Alert | Ended:
        """Ask for a problem that is listed no more."""
        name = lost.ref.fingerprint
        listed = await self._api.records("problem.get", {**self._filters(), "eventids": [name]})
        if listed:
            await self._learn(listed)
            record = Record(next(reader.joined(listed, self._names.triggers)))
            alert = reader.alert_of(lost.ref, record, self._options, self._names)
            return alert or Ended(lost.ref, Ending.MOVED, text=reader.hidden(record))
        event = await self._actions.look(name)
        if event is None:
            return Ended(lost.ref, Ending.GONE)
        if not reader.ended(event):
            return Ended(lost.ref, Ending.MOVED)
        step = reader.last_step(event, reader.CLOSE)
        if step is None:
            return Ended(lost.ref, Ending.RESOLVED, Who(bot=True), text="its trigger recovered")
        await self._learn([event.raw])
        return Ended(lost.ref, Ending.RESOLVED, reader.who(step, self._names), step.time("clock"))


def _number(record: object) -> int:
    """Return the id of a problem as a number; 0 for what has none."""
    found = record.get("eventid") if isinstance(record, dict) else None
    return int(found) if isinstance(found, str | int) and str(found).isdecimal() else 0
