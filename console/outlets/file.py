"""A file for a static page: what clients were told, as JSON, and as Markdown beside it. Written whole or not at all."""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

from console.clock import Clock
from console.config.durations import PositiveDuration
from console.config.files import write_whole
from console.domain.human import count
from console.domain.text import multi_line, one_line
from console.domain.vocabulary import Stage
from console.errors import SourceError
from console.outlets.base.markdown import markdown
from console.outlets.base.options import OutletOptions
from console.outlets.base.publishing import publishing
from console.ports.outlets import Publication, Published
from console.web.options import FilePath
from console.web.times import parse_time, time_text

_BIGGEST = 10_000_000  # bytes
_READABLE = 0o644  # it is there to be served


class Options(OutletOptions):
    """``[[outlets]]`` with ``kind = "file"``."""

    KIND: ClassVar[str] = "file"

    path: FilePath
    """The JSON file; relative to the config file."""

    markdown: FilePath | None = None
    """A Markdown file with the same; left out: none."""

    keep: PositiveDuration = timedelta(days=14)
    """How long an incident stays in it after its last update."""

    deadline: PositiveDuration = timedelta(seconds=15)
    """How long the disk may take."""

    def _place(self) -> str:
        return f"writes {self.path.name}"


class Outlet:
    """One file. A handle is the series, which is the incident's id in it."""

    kind = Options.KIND

    def __init__(self, name: str, options: Options, clock: Clock) -> None:
        self.name = name
        self._options = options
        self._clock = clock

    async def publish(self, publication: Publication) -> Published:
        """Put the update into the file; one that is in it already stays as it is."""
        async with publishing(self.name, self._options.deadline):
            said = await asyncio.to_thread(self._write, publication)
        return Published(said, publication.series)

    async def prove(self) -> str:
        """Read the file and see whether its folder may be written to."""
        async with publishing(self.name, self._options.deadline):
            found = await asyncio.to_thread(self._read)
        folder = self._options.path.parent
        if folder.exists() and not os.access(folder, os.W_OK):
            text = f"{folder} may not be written to"
            raise SourceError(text, hint="give the engine's user the right", permanent=True)
        return f"{self._options.path.name}, {count(len(found), 'incident')} in it"

    async def close(self) -> None:
        """Do nothing: nothing stays open."""

    def _write(self, publication: Publication) -> str:
        try:
            with _alone(self._options.path):
                incidents = self._read()
                said = _put(incidents, publication)
                oldest = self._clock.now() - self._options.keep
                kept = [one for one in incidents if (_last(one) or publication.at) >= oldest]
                kept.sort(key=lambda one: str(one.get("began")), reverse=True)
                page = {"updated_at": time_text(publication.at), "incidents": kept}
                text = json.dumps(page, indent=1, ensure_ascii=False) + "\n"
                write_whole(self._options.path, text, overwrite=True, mode=_READABLE)
                if self._options.markdown is not None:
                    write_whole(self._options.markdown, markdown(page), overwrite=True, mode=_READABLE)
        except OSError as error:
            raise SourceError(
                f"{self._options.path} cannot be written ({error.strerror})", hint="is the disk full?"
            ) from None
        return said

    def _read(self) -> list[dict[str, Any]]:
        """Return the incidents of the file, none where there is no file. Raises ``SourceError``."""
        try:
            with self._options.path.open("rb") as file:
                page = json.loads(file.read(_BIGGEST))
        except FileNotFoundError:
            return []
        except (OSError, ValueError, RecursionError):
            page = None
        found = page.get("incidents") if isinstance(page, dict) else None
        if not isinstance(found, list):
            raise SourceError(
                f"{self._options.path} is not a file of ours", hint="move it away, or choose another path",
                permanent=True,
            )  # fmt: skip
        return [one for one in found if isinstance(one, dict)]


def _put(incidents: list[dict[str, Any]], publication: Publication) -> str:
    found = next((one for one in incidents if one.get("id") == publication.series), None)
    if found is None:
        found = {"id": publication.series, "began": time_text(publication.began), "updates": []}
        incidents.append(found)
    updates = found.get("updates")
    updates = updates if isinstance(updates, list) else []
    if any(isinstance(one, dict) and one.get("id") == publication.mark for one in updates):
        return "it was there already"
    entry = {
        "id": publication.mark,
        "at": time_text(publication.at),
        "stage": publication.stage.value,
        "text": multi_line(publication.text),
        "next_at": time_text(publication.next_at) if publication.next_at else None,
    }
    found |= {
        "title": one_line(publication.title, 255),
        "stage": publication.stage.value,
        "over": publication.stage is Stage.RESOLVED,
        "components": {service: state.value for service, state in publication.components},
        "updates": [*updates, entry],
    }
    return f"written: {publication.stage.value}"


def _last(incident: dict[str, Any]) -> datetime | None:
    updates = incident.get("updates")
    last = updates[-1] if isinstance(updates, list) and updates else None
    return parse_time(last.get("at")) if isinstance(last, dict) else None


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Keep another engine on this machine from writing at the same time."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with (path.parent / f".{path.name}.lock").open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
