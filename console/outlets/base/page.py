"""A status page with incidents, each with updates: found first, then opened or added to."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import ClassVar
from urllib.parse import quote

from console.errors import SourceError
from console.outlets.base.options import PageOptions
from console.outlets.base.publishing import listed, publishing
from console.ports.outlets import Publication, Published
from console.sources.base.reading.records import Record, answered
from console.web.http import HttpClient

_REFUSED = frozenset({400, 404, 422})


class PageOutlet(ABC):
    """One page. A handle is the id of the page's incident. ``path`` is the page's own, below the API's address.

    A component that the page has not any more keeps no update back: clients read the text, and the outlet says so.
    """

    kind: ClassVar[str]

    def __init__(self, name: str, options: PageOptions, client: HttpClient, path: str) -> None:
        self.name = name
        self._options = options
        self._client = client
        self._path = path

    async def publish(self, publication: Publication) -> Published:
        """Open an incident, or add to the one there is; an update that is there already stays as it is."""
        async with publishing(self.name, self._options.deadline):
            there = await self._found(publication)
            if there is not None and self._has(there, publication):
                return Published("it was there already", there.text("id", 100))
            gone: tuple[str, ...] = ()
            try:
                id_ = await self._write(there, publication, self._options.components)
            except SourceError as error:
                gone = await self._gone() if error.status in _REFUSED else ()
                if not gone:
                    raise
                left = {one: id_ for one, id_ in self._options.components.items() if id_ not in gone}
                id_ = await self._write(there, publication, left)
        said = "incident opened" if there is None else "update added"
        without = f"; the page has no component {', '.join(gone)}" if gone else ""
        return Published(f"{said}: {publication.stage.value}{without}", id_)

    async def prove(self) -> str:
        """Read the page and its components. Raises ``SourceError`` for a component that it has not."""
        async with publishing(self.name, self._options.deadline):
            shown = await self._shown()
            if gone := await self._gone():
                text = f"the page has no component {gone[0]}"
                raise SourceError(text, hint="correct components", permanent=True)
        return f"page {shown}; whether it may be written to, only an update can tell"

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()

    async def _gone(self) -> tuple[str, ...]:
        """Return the components of the config that the page has not."""
        found = listed(await self._client.get_json(f"{self._path}/components"), self._client.place)
        known = {one.text("id", 100) for one in found}
        return tuple(dict.fromkeys(id_ for id_ in self._options.components.values() if id_ not in known))

    async def _found(self, publication: Publication) -> Record | None:
        """Return the page's incident for the series, None where there is none yet. Raises ``SourceError``."""
        if publication.handle:
            answer = await self._client.ask("GET", self._incident(publication.handle), accept={404})
            if answer.status != 404:
                return answered(answer.json(), self._client.place)
        for one in listed(await self._client.get_json(*self._list()), self._client.place):
            if self._is_ours(one, publication):
                return one
        return None

    async def _write(
        self, there: Record | None, publication: Publication, components: Mapping[str, str]
    ) -> str:
        """Return the id of the incident that was opened or added to."""
        if there is not None:
            await self._add(there.text("id", 100), publication, components)
            return there.text("id", 100)
        id_ = answered(await self._open(publication, components), self._client.place).text("id", 100)
        if not id_:
            raise SourceError(f"{self._client.place} took it without saying its id", hint="check url")
        return id_

    def _incident(self, id_: str) -> str:
        return f"{self._path}/incidents/{quote(id_, safe='')}"

    def _list(self) -> tuple[str, list[tuple[str, str]]]:
        """Return where the page's latest incidents are read."""
        return f"{self._path}/incidents", []

    async def _shown(self) -> str:
        """Return what the page is called."""
        return self._path.rpartition("/")[2]

    @abstractmethod
    def _is_ours(self, there: Record, publication: Publication) -> bool:
        """Return whether an incident of the page is that of the series."""

    @abstractmethod
    def _has(self, there: Record, publication: Publication) -> bool:
        """Return whether the update is in the incident already."""

    @abstractmethod
    async def _open(self, publication: Publication, components: Mapping[str, str]) -> object:
        """Open an incident with the update; return the answer."""

    @abstractmethod
    async def _add(self, id_: str, publication: Publication, components: Mapping[str, str]) -> None:
        """Add the update to an incident."""
