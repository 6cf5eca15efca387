"""The config table of health checks."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, model_validator

from console.config.base import Line, Table, Word
from console.config.durations import PositiveDuration
from console.config.secrets import Secret
from console.domain.ability import Ability
from console.domain.priority import Priority
from console.domain.text import safe_url
from console.domain.vocabulary import EffectKind
from console.sources.base.options import HttpOptions, OnePriority
from console.web.options import Url


def _page(value: str) -> str:
    url = safe_url(value)
    if not url or "@" in urlsplit(url).netloc:
        raise ValueError('is not an address; write it like "https://shop.example/health"')
    return url.partition("#")[0]


def _place(value: str) -> str:
    host, _, port = value.strip().rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) < 65_536:
        raise ValueError('is not a host and a port; write it like "db.example:5432"')
    return f"{host.strip('[]')}:{port}"


PageUrl = Annotated[str, AfterValidator(_page)]
"""An http or https address, with a query if need be."""

HostPort = Annotated[str, AfterValidator(_place)]
"""``host:port``; an IPv6 address stands in brackets."""


class Check(Table):
    """``[[sources.checks]]``: one thing that is tried."""

    name: Line
    """What the alert is called when it fails; no two checks of a source share one."""

    service: Line
    """The service that it is about."""

    http: PageUrl | None = None
    """Ask this address; it fails where the answer is not as expected. Or:"""

    tcp: HostPort | None = None
    """Open a connection to ``host:port``. Or:"""

    tls: HostPort | None = None
    """Open an encrypted connection to ``host:port``, and check its certificate."""

    priority: OnePriority = Priority.P2
    """How bad it is when it fails."""

    status: tuple[Annotated[int, Field(ge=100, le=599)], ...] = (200, 204)
    """Statuses that are right (``http``)."""

    text: Line | None = None
    """Words that must stand in the answer (``http``)."""

    headers: dict[Word, Secret] = Field(default_factory=dict)
    """Headers to send, each a secret reference or a literal (``http``)."""

    failures: Annotated[int, Field(ge=1, le=100)] = 2
    """How often in a row it has to fail before that is an alert."""

    certificate_days: Annotated[int, Field(ge=0, le=3650)] = 14
    """Tell when the certificate runs out within so many days (``tls``, and ``http`` with https); 0: never."""

    certificate_priority: OnePriority = Priority.P3
    """How bad that is."""

    runbook_url: Url | None = None
    """Where it stands what to do."""

    @model_validator(mode="after")
    def _one_thing(self) -> Self:
        if sum(one is not None for one in (self.http, self.tcp, self.tls)) != 1:
            raise ValueError(
                'needs exactly one of http = "https://…", tcp = "host:port" or tls = "host:port"'
            )
        if self.http is None and (self.text is not None or self.headers or self.status != (200, 204)):
            raise ValueError("status, text and headers go with http only")
        return self

    @property
    def target(self) -> str:
        """What is tried, as people read it; without a query, which may hold a secret."""
        return (self.http or self.tcp or self.tls or "").partition("?")[0]

    @property
    def encrypted(self) -> str:
        """``host:port`` whose certificate is looked at, empty where none is."""
        if self.http is None:
            return self.tls or ""
        parts = urlsplit(self.http)
        looked_at = parts.scheme == "https" and self.certificate_days
        return f"{parts.hostname}:{parts.port or 443}" if looked_at else ""


class Options(HttpOptions):
    """``[[sources]]`` with ``kind = "checks"``."""

    interval: PositiveDuration = timedelta(seconds=30)
    """How often to try everything."""

    at_once: Annotated[int, Field(ge=1, le=100)] = 10
    """How many checks run at the same time."""

    reference: HostPort | None = None
    """``host:port`` outside of what is checked: where that cannot be reached either, it is our own network
    that is down, and nothing is said about the checks."""

    checks: Annotated[tuple[Check, ...], Field(min_length=1)]
    """What is tried."""

    @model_validator(mode="after")
    def _names_differ(self) -> Self:
        names = [check.name for check in self.checks]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise ValueError(f'two checks are called "{twice}"')
        return self

    @property
    def ability(self) -> Ability:
        """Nothing: a check only looks."""
        why = "there is nobody to tell: it is our own check"
        return Ability(
            lacks=(
                (EffectKind.ACK, f"knows no ack: {why}"),
                (EffectKind.SNOOZE, f"knows no snooze: {why}"),
                (EffectKind.RESOLVE, "cannot resolve: it ends when the check passes"),
                (EffectKind.NOTE, "keeps no notes"),
            )
        )
