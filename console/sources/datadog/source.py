"""A Datadog organisation as a source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from console.clock import Clock
from console.domain.alert import Poll
from console.domain.incident import Incident
from console.domain.vocabulary import EffectKind, EffectState
from console.errors import SourceError
from console.ports.sources import NOBODY, People, Proof, Settled
from console.ports.store import OutboxEntry
from console.sources.base.aside import Aside
from console.sources.base.holds import Holder, Words
from console.sources.base.reading.records import Record
from console.sources.base.source import HttpSource, firing_at
from console.sources.datadog import downtimes
from console.sources.datadog.groups import target_of
from console.sources.datadog.options import Options
from console.sources.datadog.reader import by_id, is_muted, joined, monitor_of, reader
from console.web.credentials import Headers
from console.web.http import HttpClient

_SEARCH = "/api/v1/monitor/groups/search"
_PER_PAGE = 100
_MOST_PAGES = 200
_MONITORS_PER_PAGE = 1000  # the most that Datadog's specification allows
_MOST_MONITOR_PAGES = 50
_MUTED = Words(noun="downtime", verb="muted")


class Source(HttpSource):
    """Fetches the groups that fire; mutes them where the options ask for it."""

    kind = "datadog"

    def __init__(self, name: str, options: Options, clock: Clock) -> None:
        credentials = Headers(
            {"DD-API-KEY": ("{}", options.api_key), "DD-APPLICATION-KEY": ("{}", options.app_key)}
        )
        super().__init__(
            name, options, clock, HttpClient(options.server, options, clock, credentials=credentials)
        )
        self._options = options
        self._query = _query(options)
        self._reader = reader(name, options)
        self._monitors = Aside(clock, options.refresh, self._all_monitors, "the monitors' own texts")
        self._holder = Holder(name, downtimes.Downtimes(self.client), _MUTED, options.mute_for)

    async def fetch(self) -> Poll:
        """Return what fires now. Raises ``SourceError``."""
        groups, missing = await self._groups()
        wanted = filter(None, map(monitor_of, groups))
        problems = [*self._options.warnings, missing, await self._monitors.refresh(wanted)]
        mutes: list[Any] = []
        if any(map(is_muted, groups)):
            mutes, unknown = await self._mutes()
            problems.append(unknown)
        poll = await self._reader.read_by_turns(joined(groups, self._monitors.known, mutes))
        said = tuple(problem for problem in problems if problem)
        return replace(poll, complete=poll.complete and not missing, problems=(*said, *poll.problems))

    async def act(
        self, entry: OutboxEntry, incident: Incident, now: datetime, people: People = NOBODY  # noqa: ARG002 - the owner's id will do
    ) -> Settled:  # fmt: skip
        """Mute, or cancel what muted; see ``Holder``. Raises ``SourceError`` where trying again may help."""
        alerts = firing_at(incident, self.name)
        targets = [target for alert in alerts if (target := target_of(alert))]
        if len(targets) < len(alerts) and entry.kind in {EffectKind.ACK, EffectKind.SNOOZE}:
            return Settled(EffectState.FAILED, "not muted: the name of a group is too long to mute it alone")
        return await self._holder.act(entry, incident, targets, now)

    async def prove(self) -> Proof:
        """Try both keys by reading. Raises ``SourceError`` where the API key is no good."""
        answer = await self.client.get_json("/api/v1/validate")
        if isinstance(answer, dict) and answer.get("valid") is False:
            raise SourceError(
                f"{self.client.place} does not know the API key",
                hint="check api_key, and site: each site has its own keys",
                parked=True,
            )
        missing = []
        if not await self._may(_SEARCH, ("per_page", "1")):
            missing.append("monitors_read: needed to see monitors (a scope of the application key)")
        if not await self._may(downtimes.PATH, ("page[limit]", "1")):
            missing.append(
                "monitors_downtime: needed to mute, and to say who muted (a scope of the application key)"
            )
        return Proof(missing=tuple(missing))

    async def _may(self, path: str, param: tuple[str, str]) -> bool:
        return (await self.client.ask("GET", path, [param], accept={401, 403})).status not in {401, 403}

    async def _groups(self) -> tuple[list[Any], str]:
        """Return the groups that fire, and why some are missing if some are.

        Groups come and go while the pages are read; one that moved up to a page already read would look
        as if it had recovered, so what was read is counted.
        """
        groups: list[Any] = []
        total = None
        for page in range(_MOST_PAGES):
            params = [
                ("query", self._query),
                ("page", str(page)),
                ("per_page", str(_PER_PAGE)),
                ("sort", "name,asc"),  # what moves least while it is read
            ]
            answer = await self.client.get_json(_SEARCH, params)
            listed = answer.get("groups") if isinstance(answer, dict) else None
            if not isinstance(listed, list):
                raise SourceError(
                    f"{self.client.place} answers without a list of groups", hint="is url Datadog's API?"
                )
            groups += listed
            metadata = Record(answer).record("metadata")
            total = metadata.number("total_count")
            size = metadata.number("per_page") or _PER_PAGE
            if not listed or (total is not None and (page + 1) * size >= total):
                break
        return groups, _missing(groups, total)

    async def _all_monitors(self) -> Mapping[str, Mapping[str, Any]]:
        monitors: dict[str, Mapping[str, Any]] = {}
        for page in range(_MOST_MONITOR_PAGES):
            params = [
                ("page", str(page)),  # without it everything is sent at once, which takes large ones too long
                ("page_size", str(_MONITORS_PER_PAGE)),
                ("with_downtimes", "true"),
            ]
            listed = await self.client.get_json("/api/v1/monitor", params)
            found = by_id(listed if isinstance(listed, list) else ())
            new = found.keys() - monitors.keys()
            monitors.update(found)
            if len(found) < _MONITORS_PER_PAGE or not new:
                break
        return monitors

    async def _mutes(self) -> tuple[list[Any], str]:
        try:
            return await downtimes.current(self.client, named=True), ""
        except SourceError as error:
            return [], f"who muted is not known: {error.message}"


def _query(options: Options) -> str:
    states = 'Alert OR Warn OR "No Data"' if options.no_data else "Alert OR Warn"
    return f"status:({states})" + (f" {options.query}" if options.query else "")


def _missing(groups: list[Any], total: float | None) -> str:
    """Return what is to be said of groups that Datadog counts and that were not read."""
    names = {(monitor_of(one), Record(one).text("group", 100_000)) for one in groups if isinstance(one, dict)}
    odd = sum(1 for one in groups if not isinstance(one, dict))
    left = int(total or 0) - len(names) - odd
    if left <= 0:
        return ""
    if len(groups) >= _MOST_PAGES * _PER_PAGE:
        return (
            f"{left} more groups fire than the {len(names)} that are read: narrow query, or no_data = false"
        )
    return f"{left} groups moved while the pages were read; the next poll looks again"
