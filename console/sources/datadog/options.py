"""The config table of a Datadog source."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field

from console.config.base import Line, Word
from console.config.durations import PositiveDuration
from console.config.secrets import Secret
from console.domain.vocabulary import EffectKind
from console.sources.base.options import ActingOptions, HttpOptions, Priorities
from console.web.options import Url


def _site(value: str) -> str:
    site = (
        value.strip().lower().removeprefix("https://").removeprefix("app.").removeprefix("api.").rstrip("/")
    )
    if not site or not all(part and part.replace("-", "").isalnum() for part in site.split(".")):
        raise ValueError('is not a site; write it like "datadoghq.eu"')
    return site


class Options(HttpOptions, ActingOptions):
    """``[[sources]]`` with ``kind = "datadog"``."""

    DOES: ClassVar[Mapping[EffectKind, str]] = {
        EffectKind.ACK: "mutes its groups by downtimes, prolonged while somebody has it",
        EffectKind.UNACK: "cancels the downtimes",
        EffectKind.SNOOZE: "mutes its groups by downtimes until then",
        EffectKind.WAKE: "cancels the downtimes",
    }
    LACKS: ClassVar[Mapping[EffectKind, str]] = {
        EffectKind.RESOLVE: "cannot be resolved: a monitor ends when it recovers",
        EffectKind.NOTE: "keeps no notes on monitors",
        EffectKind.ASSIGN: "knows no assignees of monitors",
        EffectKind.ESCALATE: "does not escalate monitors",
    }
    HOLDS: ClassVar[bool] = True

    interval: PositiveDuration = timedelta(seconds=30)
    """How often to poll; a poll takes one request for every hundred groups."""

    site: Annotated[str, AfterValidator(_site)] = "datadoghq.com"
    """Your Datadog site, as in the address of its pages: ``datadoghq.eu``, ``us5.datadoghq.com``."""

    url: Url | None = None
    """Address of the API where it is not ``https://api.<site>``: a gateway of your own."""

    api_key: Secret
    """API key, sent as ``DD-API-KEY``."""

    app_key: Secret
    """Application key, sent as ``DD-APPLICATION-KEY``; what it may do is what we may do."""

    query: Line | None = None
    """More search terms for the groups wanted, as on the page Triggered Monitors: ``tag:"team:payments"``."""

    no_data: bool = True
    """False: groups without data are not shown."""

    service_tags: tuple[Word, ...] = ("service", "app", "kube_deployment", "kube_namespace")
    """Tags that say which service it is about; the first one present counts, the group's before the monitor's."""

    priority_tag: Word = "severity"
    """Tag that says how bad it is; it counts before the monitor's own priority."""

    priorities: Priorities = Field(default_factory=dict)
    """Priorities for your own words: in ``priority_tag``, or a state (alert, warn, no data) without a priority."""

    refresh: PositiveDuration = timedelta(minutes=5)
    """How often the monitors' messages, tags and priorities are read again."""

    mute_for: PositiveDuration = timedelta(minutes=15)
    """How long the downtime of an ack lasts; for as long as the incident is acked, it is extended by as much."""

    @property
    def server(self) -> str:
        """Where the API is."""
        return self.url or f"https://api.{self.site}"

    @property
    def pages(self) -> str:
        """Where people look at monitors."""
        return f"https://{self.site}" if self.site.count(".") > 1 else f"https://app.{self.site}"
