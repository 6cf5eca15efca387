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
from console.outlets.base.options import PageOptions
from console.outlets.base.page import PageOutlet
from console.outlets.base.publishing import states
from console.ports.outlets import Publication
from console.sources.base.reading.records import Record
from console.web.credentials import Headers
from console.web.http import HttpClient
from console.web.options import Url
from console.web.times import time_text

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


class Outlet(PageOutlet):
    """One page; an update that is there already began at the same instant."""

    kind = Options.KIND

    def __init__(self, name: str, options: Options, clock: Clock) -> None:
        credentials = Headers({"Authorization": ("Bearer {}", options.token)})
        client = HttpClient(options.url, options, clock, credentials=credentials)
        super().__init__(name, options, client, f"/v1/{quote(options.page, safe='')}")

    def _is_ours(self, there: Record, publication: Publication) -> bool:
        return _same(there.time("started"), publication.began)

    def _has(self, there: Record, publication: Publication) -> bool:
        """Return whether the update is in the incident: as its first one, or among the others."""
        if publication.at == publication.began and _same(there.time("started"), publication.began):
            return True
        return any(_same(one.time("started"), publication.at) for one in there.records("updates"))

    async def _open(self, publication: Publication, components: Mapping[str, str]) -> object:
        body = {**self._body(publication, components), "name": one_line(publication.title, 255)}
        return await self._client.send("POST", f"{self._path}/incidents", body)

    async def _add(self, id_: str, publication: Publication, components: Mapping[str, str]) -> None:
        path = f"{self._incident(id_)}/incident-updates"
        await self._client.send("POST", path, self._body(publication, components))

    def _body(self, publication: Publication, components: Mapping[str, str]) -> dict[str, Any]:
        changed = list(states(publication, components, STATES))
        return {
            "message": publication.text,
            "status": publication.stage.value.upper(),
            "started": time_text(publication.at),
            "notify": self._options.notify,
            "components": [id_ for id_, _ in changed],
            "statuses": [{"id": id_, "status": state} for id_, state in changed],
        }


def _same(there: datetime | None, ours: datetime) -> bool:
    return there is not None and abs(there - ours) < _SAME
