"""Atlassian Statuspage: an incident of its own for each series of updates, found again by its metadata."""

from __future__ import annotations

from collections.abc import Mapping
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

LOOKED_AT = 100
"""Incidents of the page that are looked through for one of ours; the newest come first."""

STATES: Mapping[ComponentState, str] = {
    ComponentState.OPERATIONAL: "operational",
    ComponentState.DEGRADED: "degraded_performance",
    ComponentState.PARTIAL: "partial_outage",
    ComponentState.MAJOR: "major_outage",
}
_OURS = "oncall"  # our object in an incident's metadata


class Options(PageOptions):
    """``[[outlets]]`` with ``kind = "statuspage"``."""

    KIND: ClassVar[str] = "statuspage"

    url: Url = "https://api.statuspage.io/v1"
    """Address of Statuspage's API."""

    token: Secret
    """API key of a user who manages incidents of the page."""

    page: Word
    """Id of the page, as on its API page."""

    def _place(self) -> str:
        return f"adds an update to Statuspage {self.page}"


class Outlet:
    """One page. A handle is the id of the page's incident."""

    kind = Options.KIND

    def __init__(self, name: str, options: Options, clock: Clock) -> None:
        self.name = name
        self._options = options
        credentials = Headers({"Authorization": ("OAuth {}", options.token)})
        self._client = HttpClient(options.url, options, clock, credentials=credentials)
        self._path = f"/pages/{quote(options.page, safe='')}"

    async def publish(self, publication: Publication) -> Published:
        """Create the incident, or add an update to it; text, state and our key change in one request."""
        async with publishing(self.name, self._options.deadline):
            there = await self._found(publication)
            if there is not None and there.text(f"metadata.{_OURS}.key") == publication.mark:
                return Published("it was there already", there.text("id", 100))
            body = self._body(publication)
            if there is None:
                body["name"] = one_line(publication.title, 255)
                made = await self._client.send("POST", f"{self._path}/incidents", {"incident": body})
                said = "incident opened"
            else:
                path = f"{self._path}/incidents/{quote(there.text('id', 100), safe='')}"
                made = await self._client.send("PATCH", path, {"incident": body})
                said = "update added"
            answer = answered(made, self._client.place)
        id_ = answer.text("id", 100)
        if not id_:
            raise SourceError(f"{self._client.place} took it without saying its id", hint="check url")
        return Published(f"{said}: {publication.stage.value}", id_)

    async def prove(self) -> str:
        """Read the page and its components. Raises ``SourceError`` for a component that it has not."""
        async with publishing(self.name, self._options.deadline):
            page = answered(await self._client.get_json(self._path), self._client.place)
            found = listed(await self._client.get_json(f"{self._path}/components"), self._client.place)
        known = {one.text("id", 100) for one in found}
        missing = [id_ for id_ in self._options.components.values() if id_ not in known]
        if missing:
            raise SourceError(
                f"the page has no component {missing[0]}", hint="correct components", permanent=True
            )
        return (
            f"page {one_line(page.text('name'), 100)}; whether it may be written to, only an update can tell"
        )

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
        found = await self._client.get_json(f"{self._path}/incidents", [("limit", str(LOOKED_AT))])
        ours = (
            one
            for one in listed(found, self._client.place)
            if one.text(f"metadata.{_OURS}.series") == publication.series
        )
        return next(ours, None)

    def _body(self, publication: Publication) -> dict[str, Any]:
        changed = dict(states(publication, self._options.components, STATES))
        body: dict[str, Any] = {
            "status": publication.stage.value,
            "body": publication.text,
            "deliver_notifications": self._options.notify,
            "metadata": {_OURS: {"series": publication.series, "key": publication.mark}},
        }
        return {**body, "components": changed, "component_ids": list(changed)} if changed else body
