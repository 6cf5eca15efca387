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
from console.outlets.base.options import PageOptions
from console.outlets.base.page import PageOutlet
from console.outlets.base.publishing import states
from console.ports.outlets import Publication
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


class Outlet(PageOutlet):
    """One page; text, state, components and our key change in one request."""

    kind = Options.KIND

    def __init__(self, name: str, options: Options, clock: Clock) -> None:
        credentials = Headers({"Authorization": ("OAuth {}", options.token)})
        client = HttpClient(options.url, options, clock, credentials=credentials)
        super().__init__(name, options, client, f"/pages/{quote(options.page, safe='')}")

    def _list(self) -> tuple[str, list[tuple[str, str]]]:
        return f"{self._path}/incidents", [("limit", str(LOOKED_AT))]

    async def _shown(self) -> str:
        page = answered(await self._client.get_json(self._path), self._client.place)
        return one_line(page.text("name"), 100)

    def _is_ours(self, there: Record, publication: Publication) -> bool:
        return there.text(f"metadata.{_OURS}.series") == publication.series

    def _has(self, there: Record, publication: Publication) -> bool:
        return there.text(f"metadata.{_OURS}.key") == publication.mark

    async def _open(self, publication: Publication, components: Mapping[str, str]) -> object:
        body = _body(publication, components, notify=self._options.notify)
        body["name"] = one_line(publication.title, 255)
        return await self._client.send("POST", f"{self._path}/incidents", {"incident": body})

    async def _add(self, id_: str, publication: Publication, components: Mapping[str, str]) -> None:
        body = _body(publication, components, notify=self._options.notify)
        await self._client.send("PATCH", self._incident(id_), {"incident": body})


def _body(publication: Publication, components: Mapping[str, str], *, notify: bool) -> dict[str, Any]:
    changed = dict(states(publication, components, STATES))
    body: dict[str, Any] = {
        "status": publication.stage.value,
        "body": publication.text,
        "deliver_notifications": notify,
        "metadata": {_OURS: {"series": publication.series, "key": publication.mark}},
    }
    return {**body, "components": changed, "component_ids": list(changed)} if changed else body
