"""Downtimes as the upstream form of an ack or a snooze: one for each group that fires.

The end of a downtime is not moved but a new one made and the old one cancelled, so that a group is
never without. A cancelled one stays listed for about two days, by which it is known that somebody did it.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote

from console.errors import SourceError
from console.sources.base.held import Hold
from console.sources.base.reading.records import Record
from console.sources.datadog.groups import Target
from console.web.http import HttpClient

PATH = "/api/v2/downtime"
_PAGE = 100
_MOST_PAGES = 50
_IN_FORCE = frozenset({"active", "scheduled"})


async def current(client: HttpClient, *, named: bool = False) -> list[Any]:
    """Return the downtimes of now; ``named``: with ``by``, the name of who made each. Raises ``SourceError``."""
    found: list[Any] = []
    names: dict[str, str] = {}
    for page in range(_MOST_PAGES):
        params = [
            ("current_only", "true"),
            ("page[limit]", str(_PAGE)),
            ("page[offset]", str(page * _PAGE)),
            *([("include", "created_by")] if named else []),
        ]
        answer = await client.get_json(PATH, params)
        table = Record(answer if isinstance(answer, dict) else {})
        listed = [one.raw for one in table.records("data")]
        found += listed
        names.update(_names(table))
        total = table.number("meta.page.total_filtered_count")
        if not listed or (total is not None and len(found) >= total):
            return [_with_name(one, names) for one in found] if named else found
    raise SourceError(
        f"{client.place} lists more than {_MOST_PAGES * _PAGE} downtimes",
        hint="end those that are no longer needed",
    )


class Downtimes:
    """Makes and cancels downtimes (``base.holds.Product``)."""

    def __init__(self, client: HttpClient) -> None:
        self._client = client

    async def known(self, handles: Collection[str], now: datetime) -> Sequence[Hold]:  # noqa: ARG002 - Datadog says what is over
        """Return the downtimes of now, and those with these ids as far as Datadog still has them."""
        listed = [hold for one in await current(self._client) if (hold := _hold(one))]
        for handle in sorted(set(handles) - {hold.id for hold in listed}):
            answer = await self._client.ask("GET", f"{PATH}/{quote(handle, safe='')}", accept={404})
            one = Record(answer.json() or {}).get("data") if answer.status != 404 else None
            if hold := _hold(one):
                listed.append(hold)
        return listed

    async def make(self, covers: Hashable, note: str, until: datetime, now: datetime) -> str:  # noqa: ARG002 - it starts when it is made
        """Mute a group and return the downtime's id."""
        if not isinstance(covers, Target):
            raise TypeError("not a group of a monitor")
        attributes = {
            "message": note.replace("@", " at "),  # an @ would send the message to whoever it names
            "monitor_identifier": {"monitor_id": covers.monitor},
            "scope": covers.scope,
            "schedule": {"end": until.isoformat(timespec="milliseconds")},
        }
        answer = await self._client.send(
            "POST", PATH, {"data": {"type": "downtime", "attributes": attributes}}
        )
        made = Record(answer if isinstance(answer, dict) else {}).text("data.id", 100)
        if not made:
            raise SourceError(
                f"{self._client.place} did not say which downtime it made", hint="is url Datadog's API?"
            )
        return made

    async def prolong(self, hold: Hold, note: str, until: datetime, now: datetime) -> str:
        """Put a downtime with another end in its place."""
        made = await self.make(hold.covers, note, until, now)
        await self.end(hold, now)
        return made

    async def end(self, hold: Hold, now: datetime) -> None:  # noqa: ARG002 - it ends when it is cancelled
        """Cancel a downtime."""
        await self._client.ask("DELETE", f"{PATH}/{quote(hold.id, safe='')}", accept={404})


def _hold(one: object) -> Hold | None:
    if not isinstance(one, dict):
        return None
    record = Record(one)
    attributes = record.record("attributes")
    monitor = attributes.number("monitor_identifier.monitor_id")
    return Hold(
        id=record.text("id", 100),
        covers=Target(int(monitor or 0), attributes.text("scope", 1000)),
        note=attributes.text("message", 1000),
        ends_at=attributes.time("canceled") or attributes.time("schedule.end"),
        in_force=attributes.text("status") in _IN_FORCE,
    )


def _names(table: Record) -> Iterator[tuple[str, str]]:
    for one in table.records("included"):
        if name := one.text("attributes.name", 100) or one.text("attributes.handle", 100):
            yield one.text("id", 100), name


def _with_name(one: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    return {**one, "by": names.get(Record(one).text("relationships.created_by.data.id", 100), "")}
