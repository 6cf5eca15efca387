"""Cachet 3: an incident for each series of updates, and its components set one by one.

It keeps no data of ours, so an update is known by its text. Facts are from its published source; it was never
tried against a real server.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import quote

from console.clock import Clock
from console.config.secrets import Secret
from console.domain.text import multi_line, one_line
from console.domain.vocabulary import ComponentState, Stage
from console.errors import SourceError
from console.outlets.base.options import PageOptions
from console.outlets.base.publishing import listed, publishing, states
from console.ports.outlets import Publication, Published
from console.sources.base.reading.records import Record, answered
from console.web.credentials import Headers
from console.web.http import HttpClient
from console.web.options import Url

STATES: Mapping[ComponentState, str] = {
    ComponentState.OPERATIONAL: "1",
    ComponentState.DEGRADED: "2",
    ComponentState.PARTIAL: "3",
    ComponentState.MAJOR: "4",
}
STAGES: Mapping[Stage, int] = {
    Stage.INVESTIGATING: 1,
    Stage.IDENTIFIED: 2,
    Stage.MONITORING: 3,  # "watching" there
    Stage.RESOLVED: 4,  # "fixed"
}
LOOKED_AT = 50
"""Incidents and updates that are looked through for one of ours."""


class Options(PageOptions):
    """``[[outlets]]`` with ``kind = "cachet"``."""

    KIND: ClassVar[str] = "cachet"

    url: Url
    """Address of the page, such as ``https://status.shop.example``."""

    token: Secret
    """API token that may manage incidents, their updates and components."""

    def _place(self) -> str:
        return "adds an update to Cachet"


class Outlet:
    """One page. A handle is the id of the page's incident."""

    kind = Options.KIND

    def __init__(self, name: str, options: Options, clock: Clock) -> None:
        self.name = name
        self._options = options
        credentials = Headers({"Authorization": ("Bearer {}", options.token)})
        self._client = HttpClient(f"{options.url}/api", options, clock, credentials=credentials)

    async def publish(self, publication: Publication) -> Published:
        """Create the incident, or add an update to it, then set the components, each to the same state again."""
        async with publishing(self.name, self._options.deadline):
            there = await self._incident(publication.handle) if publication.handle else None
            if there is not None:
                id_, said = publication.handle, await self._update(there, publication)
            else:
                id_, said = await self._open(publication)
            gone = await self._set(publication)
        without = f"; the page has no component {', '.join(gone)}" if gone else ""
        return Published(f"{said}: {publication.stage.value}{without}", id_)

    async def prove(self) -> str:
        """Read the page's components. Raises ``SourceError`` for one that it has not."""
        async with publishing(self.name, self._options.deadline):
            for component in self._options.components.values():
                path = f"/components/{quote(component, safe='')}"
                answer = await self._client.ask("GET", path, accept={404})
                if answer.status == 404:
                    text = f"the page has no component {component}"
                    raise SourceError(text, hint="correct components", permanent=True)
            await self._list("/incidents")
        return "reads; whether it may be written to, only an update can tell"

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()

    async def _set(self, publication: Publication) -> list[str]:
        """Set the components; return those that the page has not any more."""
        gone = []
        for component, state in states(publication, self._options.components, STATES):
            path = f"/components/{quote(component, safe='')}"
            body = {"status": int(state)}
            if (await self._client.ask("PUT", path, body=body, accept={404})).status == 404:
                gone.append(component)
        return gone

    async def _incident(self, id_: str) -> Record | None:
        """Return an incident of the page, None where it is gone."""
        answer = await self._client.ask("GET", f"/incidents/{quote(id_, safe='')}", accept={404})
        return None if answer.status == 404 else answered(answer.json(), self._client.place).record("data")

    async def _open(self, publication: Publication) -> tuple[str, str]:
        """Return the id of the incident that was created, now or by an earlier try."""
        name = one_line(publication.title, 255)
        for one in await self._list("/incidents"):
            if one.text("attributes.name", 255) == name and _says(one, publication):
                return one.text("id", 100), "it was there already"
        body = {
            "name": name,
            "message": publication.text,
            "status": STAGES[publication.stage],
            "visible": True,
            "notifications": self._options.notify,
        }
        made = answered(await self._client.send("POST", "/incidents", body), self._client.place)
        id_ = made.text("data.id", 100)
        if not id_:
            raise SourceError(f"{self._client.place} took it without saying its id", hint="is it Cachet 3?")
        return id_, "incident opened"

    async def _update(self, there: Record, publication: Publication) -> str:
        path = f"/incidents/{quote(publication.handle, safe='')}/updates"
        told = [there, *await self._list(path, ("sort", "-created_at"))]
        if any(_says(one, publication) for one in told):
            return "it was there already"
        body = {"status": STAGES[publication.stage], "message": publication.text}
        await self._client.send("POST", path, body)
        return "update added"

    async def _list(self, path: str, *more: tuple[str, str]) -> list[Record]:
        asked = [("per_page", str(LOOKED_AT)), *more]
        found: Any = answered(await self._client.get_json(path, asked), self._client.place).get("data")
        return listed(found, self._client.place)


def _says(there: Record, publication: Publication) -> bool:
    return there.lines("attributes.message") == multi_line(publication.text)
