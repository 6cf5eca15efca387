"""Instatus: an incident for each series of updates. It keeps no data of ours: its own times tell what is there.

Facts are from its published API (v1: incidents, incident updates); it was never tried against a real account.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import quote

from console.clock import Clock
from console.config.base import Word
from console.config.secrets import Secret
from console.domain.text import one_line
from console.domain.vocabulary import ComponentState
from console.errors import SourceError
from console.outlets.base.options import PageOptions
from console.outlets.base.publishing import listed, publishing, states
from console.ports.outlets import Publication, Published
from console.sources.base.reading.records import Record, answered
from console.web.credentials import Headers
from console.web.http import HttpClient
from console.web.options import Url

STATES: Mapping[ComponentState, str] = {
    ComponentState.OPERATIONAL: "OPERATIONAL",
    ComponentState.DEGRADED: "DEGRADEDPERFORMANCE",
    ComponentState.PARTIAL: "PARTIALOUTAGE",
    ComponentState.MAJOR: "MAJOROUTAGE",
}
_SAME = timedelta(milliseconds=1)


class Options(PageOptions):
    """``[[outlets]]`` with ``kind = "instatus"``."""

    KIND: ClassVar[str] = "instatus"

    url: Url = "https://api.instatus.com"
    """Address of Instatus' API."""

    token: Secret
    """API key of the account."""

    page: Word
    """Id of the page."""

    def _place(self) -> str:
        return f"adds an update to Instatus {self.page}"


class Outlet:
    """One page. A handle is the id of the page's incident."""

    kind = Options.KIND

    def __init__(self, name: str, options: Options, clock: Clock) -> None:
        self.name = name
        self._options = options
        credentials = Headers({"Authorization": ("Bearer {}", options.token)})
        self._client = HttpClient(options.url, options, clock, credentials=credentials)
        self._path = f"/v1/{quote(options.page, safe='')}"

    async def publish(self, publication: Publication) -> Published:
        """Create the incident, or add an update to it; an update that is there already began at the same instant."""
        async with publishing(self.name, self._options.deadline):
            there = await self._found(publication)
            if there is not None and _has(there, publication):
                return Published("it was there already", there.text("id", 100))
            body = self._body(publication)
            if there is None:
                body = {**body, "name": one_line(publication.title, 255)}
                made = await self._client.send("POST", f"{self._path}/incidents", body)
                id_, said = answered(made, self._client.place).text("id", 100), "incident opened"
            else:
                id_, said = there.text("id", 100), "update added"
                path = f"{self._path}/incidents/{quote(id_, safe='')}/incident-updates"
                await self._client.send("POST", path, body)
        if not id_:
            raise SourceError(f"{self._client.place} took it without saying its id", hint="check url")
        return Published(f"{said}: {publication.stage.value}", id_)

    async def prove(self) -> str:
        """Read the page's components. Raises ``SourceError`` for one that it has not."""
        async with publishing(self.name, self._options.deadline):
            found = listed(await self._client.get_json(f"{self._path}/components"), self._client.place)
        known = {one.text("id", 100) for one in found}
        missing = [id_ for id_ in self._options.components.values() if id_ not in known]
        if missing:
            text = f"the page has no component {missing[0]}"
            raise SourceError(text, hint="correct components", permanent=True)
        return f"page {self._options.page}; whether it may be written to, only an update can tell"

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()

    async def _found(self, publication: Publication) -> Record | None:
        """Return the page's incident for the series, None where there is none yet. Raises ``SourceError``."""
        if publication.handle:
            path = f"{self._path}/incidents/{quote(publication.handle, safe='')}"
            answer = await self._client.ask("GET", path, accept={404})
            if answer.status != 404:
                return answered(answer.json(), self._client.place)
        found = listed(await self._client.get_json(f"{self._path}/incidents"), self._client.place)
        ours = (one for one in found if _same(one.time("started"), publication.began))
        return next(ours, None)

    def _body(self, publication: Publication) -> dict[str, Any]:
        changed = list(states(publication, self._options.components, STATES))
        return {
            "message": publication.text,
            "status": publication.stage.value.upper(),
            "started": publication.at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "notify": self._options.notify,
            "components": [id_ for id_, _ in changed],
            "statuses": [{"id": id_, "status": state} for id_, state in changed],
        }


def _has(there: Record, publication: Publication) -> bool:
    """Return whether the update is in the incident: as its first one, or among the others."""
    if publication.at == publication.began and _same(there.time("started"), publication.began):
        return True
    return any(_same(one.time("started"), publication.at) for one in there.records("updates"))


def _same(there: datetime | None, ours: datetime) -> bool:
    return there is not None and abs(there - ours) < _SAME
