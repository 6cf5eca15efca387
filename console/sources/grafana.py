"""Grafana Alerting: the Alertmanager inside Grafana, or one that Grafana has as a data source.

It speaks Alertmanager's API below a path of its own. What Grafana adds are links to the dashboard and
panel that an alert belongs to, and alerts that say a rule could not be evaluated.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Annotated, Any
from urllib.parse import quote

from pydantic import AfterValidator, Field

from console.clock import Clock
from console.config.base import Word
from console.domain.alert import Alert, AlertRef, Poll
from console.domain.text import one_line
from console.ports.sources import Proof
from console.sources.alertmanager.options import SilencingOptions
from console.sources.alertmanager.reader import Reader
from console.sources.alertmanager.source import Source as AlertmanagerSource
from console.sources.base.reading.labelled import labelled, texts_of
from console.web.http import HttpClient
from console.web.options import Url
from console.web.times import parse_time

BUILT_IN = "grafana"
_RIGHTS = "/api/access-control/user/permissions"
_TROUBLE = {"DatasourceNoData": "no data for", "DatasourceError": "cannot be evaluated:"}


def _server(url: str) -> str:
    return url.partition("/api/alertmanager/")[0].removesuffix("/alerting").rstrip("/")


class Options(SilencingOptions):
    """``[[sources]]`` with ``kind = "grafana"``."""

    url: Annotated[Url, AfterValidator(_server)]
    """Address of Grafana, with the path prefix it is served under if there is one."""

    datasource: Annotated[Word, Field(pattern=r"^[A-Za-z0-9_.-]+$")] = BUILT_IN
    """UID of an Alertmanager among Grafana's data sources; "grafana" is the one that is built in."""

    service_labels: tuple[Word, ...] = ("service", "job", "namespace", "grafana_folder")
    """Labels that say which service an alert is about; the first one present counts."""

    @property
    def servers(self) -> tuple[str, ...]:
        """Where Alertmanager's API begins."""
        return (f"{self.url}/api/alertmanager/{self.datasource}",)

    @property
    def rights(self) -> Mapping[str, str]:
        """The rights that are needed with these options, and what for."""
        kind = "alert.instances" if self.datasource == BUILT_IN else "alert.instances.external"
        found = {f"{kind}:read": "to see alerts and silences"}
        if self.silences and self.datasource == BUILT_IN:
            found[f"{kind}:create"] = "to make a silence"
        if self.silences:
            found[f"{kind}:write"] = "to prolong or end a silence"
        return found


class GrafanaReader(Reader):
    """Reads Grafana's alerts."""

    options: Options

    def alert(self, ref: AlertRef, record: dict[str, Any]) -> Alert:
        """Return the alert that a record makes, whether it is held back or not."""
        labels, notes = texts_of(record["labels"]), texts_of(record.get("annotations"))
        alert = labelled(
            ref,
            labels,
            notes,
            self.options,
            started_at=parse_time(record.get("startsAt")),
            links=[("rule", record.get("generatorURL")), *_views(self.options.url, notes)],
        )
        if alert.name in _TROUBLE:
            said = f"{labels.get('rulename') or 'a rule'}{_why(notes)}"
            alert = replace(alert, title=one_line(f"{_TROUBLE[alert.name]} {said}"))
        return alert


def _views(url: str, notes: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the addresses of the dashboard and panel that the rule was made for."""
    dashboard, panel = notes.get("__dashboardUid__"), notes.get("__panelId__")
    if not dashboard:
        return
    place = f"{url}/d/{quote(dashboard, safe='')}"
    yield "dashboard", place
    if panel:
        yield "panel", f"{place}?viewPanel={quote(panel, safe='')}"


def _why(notes: Mapping[str, str]) -> str:
    error = notes.get("Error", "")
    return f" ({error})" if error else ""


def parse(payload: object, source: str, options: Options, silences: object = ()) -> Poll:
    """Return the alerts in an answer of ``GET /api/v2/alerts``; ``silences`` is that of ``/silences``."""
    return GrafanaReader(source, options).read([payload], silences)


class Source(AlertmanagerSource):
    """Fetches what fires; silences where the options allow it. Nothing is sent before the first call."""

    kind = "grafana"
    reader = GrafanaReader

    def __init__(self, name: str, options: Options, clock: Clock) -> None:
        super().__init__(name, options, clock)
        self._grafana = HttpClient(options.url, options, clock)
        self._rights = options.rights

    async def prove(self) -> Proof:
        """Ask for alerts and silences, and which rights the token has. Raises ``SourceError``."""
        proof = await super().prove()
        answer = await self._grafana.ask("GET", _RIGHTS, accept={401, 403, 404})
        granted = answer.json() if answer.status == 200 else None
        if not isinstance(granted, dict):
            return replace(proof, unproven=("what the token may do: Grafana does not say",))
        missing = tuple(
            f"{right}: {purpose}" for right, purpose in self._rights.items() if not _has(granted, right)
        )
        return replace(proof, missing=missing, unproven=())

    async def close(self) -> None:
        """Let go of all connections; safe to call twice."""
        await super().close()
        await self._grafana.close()


def _has(granted: Mapping[str, Any], right: str) -> bool:
    """Return whether a right was granted; Grafana 11 has narrower ones for silences, folder by folder."""
    narrower = right.replace("alert.instances:", "alert.silences:")
    return right in granted or (narrower != right and not right.endswith(":read") and narrower in granted)
