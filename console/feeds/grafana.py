"""Grafana's annotations: whatever people and pipelines mark on dashboards.

Facts are from grafana.com/docs, "Annotations HTTP API"; several ``tags`` there mean all of them, so each
is asked for alone.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Annotated
from urllib.parse import quote

from pydantic import AfterValidator

from console.clock import Clock
from console.config.base import Word
from console.domain.change import Change, ChangeKind
from console.errors import SourceError
from console.feeds.base.feed import WebFeed
from console.feeds.base.options import FeedOptions, Names
from console.feeds.base.reading import Found, change
from console.ports.feeds import FeedPoll
from console.sources.base.reading.html import text_of_html
from console.sources.base.reading.records import Record
from console.web.options import Url

LIMIT = 1000
_PATH = "/api/annotations"
_ADDRESS = re.compile(r"\s*\(?(https?://[^\s<>()\"']+)\)?")
_KINDS: tuple[tuple[ChangeKind, frozenset[str]], ...] = (
    (ChangeKind.ROLLBACK, frozenset({"rollback", "revert"})),
    (ChangeKind.FLAG, frozenset({"feature", "feature-flag", "flag", "rollout", "toggle", "experiment"})),
    (ChangeKind.CONFIG, frozenset({"config", "configuration", "settings"})),
    (ChangeKind.DEPLOY, frozenset({"deploy", "deployment", "deployed", "release"})),
)


def _server(url: str) -> str:
    return url.removesuffix("/api").rstrip("/")


class Options(FeedOptions):
    """``[[changes]]`` with ``kind = "grafana"``."""

    url: Annotated[Url, AfterValidator(_server)]
    """Address of Grafana, with the path prefix it is served under if there is one."""

    tags: Names = ("deploy",)
    """Annotations with any of these tags count."""

    service_tags: tuple[Word, ...] = ("service",)
    """What a tag begins with that names the service: ``service:shop`` or ``service=shop``."""


class Feed(WebFeed):
    """Reads annotations that people and programs made; those that alerts make are left out."""

    kind = "grafana"

    def __init__(self, name: str, options: Options, clock: Clock, services: Collection[str] = ()) -> None:
        super().__init__(name, options.url, options, clock, services)
        self._options = options

    async def fetch(self, since: datetime) -> FeedPoll:
        """Return what took effect since then. Raises ``SourceError``."""
        found = Found(since, "annotation")
        span = [("from", _millis(since)), ("to", _millis(self.clock.now()))]
        for tag in self._options.tags:
            params = [*span, ("type", "annotation"), ("tags", tag), ("limit", str(LIMIT))]
            listed = await self.client.get_json(_PATH, params)
            if not isinstance(listed, list):
                raise SourceError(
                    f"{self.client.place} answers without a list of annotations",
                    hint="is url that of a Grafana?",
                )
            found.read(listed, self._change)
            if len(listed) >= LIMIT:
                found.lack(f"tag {tag}: only the latest {LIMIT} annotations were told")
        return found.poll()

    def _change(self, record: Record) -> Change:
        tags = record.texts("tags")
        words, address = _text(record)
        return change(
            self.name,
            record.must("id"),
            record.time("time"),
            self._service(tags),
            words,
            _kind(tags),
            record.text("userName") or record.text("login"),
            address or self._dashboard(record),
        )

    def _service(self, tags: list[str]) -> str:
        """Return the service that tags name, empty where none does: then it concerns them all."""
        for tag in tags:
            key, _, value = tag.replace("=", ":", 1).partition(":")
            if value and key.strip() in self._options.service_tags:
                return self.service_of(value.strip())
        mapped = (self._options.services.get(tag, "") for tag in tags)
        return next(filter(None, mapped), "") or next((t for t in tags if t in self.known_services), "")

    def _dashboard(self, record: Record) -> str:
        uid, panel = record.text("dashboardUID"), record.text("panelId")
        if not uid:
            return ""
        place = f"{self._options.url}/d/{quote(uid, safe='')}"
        return f"{place}?viewPanel={quote(panel, safe='')}" if panel not in {"", "0"} else place


def _text(record: Record) -> tuple[str, str]:
    """Return what an annotation says, without its markup, and the first address in it."""
    raw = record.get("text")
    plain = text_of_html(raw).replace("\n", " ") if isinstance(raw, str) else record.text("text")
    found = _ADDRESS.search(plain)
    words = _ADDRESS.sub("", plain).strip()
    return words or plain, found[1] if found else ""


def _kind(tags: Iterable[str]) -> ChangeKind:
    said = {tag.casefold() for tag in tags}
    return next((kind for kind, words in _KINDS if words & said), ChangeKind.OTHER)


def _millis(moment: datetime) -> str:
    return str(int(moment.timestamp() * 1000))
