"""The config table of an Alerta source."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from console.config.base import Line
from console.config.secrets import Secret
from console.domain.vocabulary import EffectKind
from console.sources.base.options import ActingOptions, HttpOptions, Priorities
from console.web.options import Url

Statuses = Annotated[
    tuple[Literal["open", "assign", "ack", "shelved", "blackout", "unknown"], ...], Field(min_length=1)
]


class Options(HttpOptions, ActingOptions):
    """``[[sources]]`` with ``kind = "alerta"``."""

    OWNS: ClassVar[bool] = True

    DOES: ClassVar[Mapping[EffectKind, str]] = {
        EffectKind.ACK: "acknowledges it",
        EffectKind.UNACK: "takes the ack back",
        EffectKind.SNOOZE: "shelves it until then",
        EffectKind.WAKE: "unshelves it",
        EffectKind.RESOLVE: "closes it",
        EffectKind.REOPEN: "opens it again",
        EffectKind.NOTE: "adds the note to it",
    }

    LACKS: ClassVar[Mapping[EffectKind, str]] = {
        EffectKind.ASSIGN: "cannot be assigned: Alerta knows no assignees",
        EffectKind.ESCALATE: "cannot escalate: Alerta knows no levels",
    }

    DEFAULT: ClassVar[tuple[EffectKind, ...]] = (
        EffectKind.ACK,
        EffectKind.SNOOZE,
        EffectKind.RESOLVE,
        EffectKind.NOTE,
    )

    url: Url
    """Address of the API, for most "https://alerta.example.com/api"."""

    key: Secret
    """API key with the scopes read:alerts and write:alerts."""

    ui: Url | None = None
    """Address of the web page, for links; left out: ``url`` without "/api"."""

    environment: tuple[Line, ...] = ()
    """Only alerts of these environments."""

    service: tuple[Line, ...] = ()
    """Only alerts of at least one of these services."""

    customer: tuple[Line, ...] = ()
    """Only alerts of these customers."""

    statuses: Statuses = ("open", "assign", "ack", "shelved", "blackout")
    """Only alerts in these states; shelved ones and those in a blackout are held back there."""

    severity: Priorities = Field(default_factory=dict)
    """Priorities for your own severities: ``{ fatal = "P1" }``. Alerta's own are known."""

    @property
    def page(self) -> str:
        """Where the web page is; empty where that cannot be told."""
        return self.ui or (self.url.removesuffix("/api") if self.url.endswith("/api") else "")
