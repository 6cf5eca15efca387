"""The config table of a Sentry source."""

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


def _server(url: str) -> str:
    return url.removesuffix("/api/0").rstrip("/")


class Options(HttpOptions, ActingOptions):
    """``[[sources]]`` with ``kind = "sentry"``."""

    DOES: ClassVar[Mapping[EffectKind, str]] = {
        EffectKind.RESOLVE: "resolves its issues; the next event of one reopens it as a regression",
        EffectKind.REOPEN: "marks its issues unresolved",
        EffectKind.SNOOZE: "archives its issues until then",
        EffectKind.WAKE: "marks its archived issues unresolved",
        EffectKind.ASSIGN: "assigns its issues",
    }
    LACKS: ClassVar[Mapping[EffectKind, str]] = {
        EffectKind.ACK: "knows no ack: an issue is unresolved, archived or resolved",
        EffectKind.NOTE: "takes no notes from here",
        EffectKind.ESCALATE: "does not escalate",
    }
    DEFAULT: ClassVar[tuple[EffectKind, ...]] = (EffectKind.RESOLVE, EffectKind.SNOOZE, EffectKind.ASSIGN)

    interval: PositiveDuration = timedelta(seconds=30)
    """How often to poll; a poll takes two requests, and one more for every hundred issues."""

    url: Annotated[Url, AfterValidator(_server)] = "https://sentry.io"
    """Where Sentry is: ``https://de.sentry.io`` for data kept in Germany, or your own."""

    organization: Word
    """Slug of the organization, as in the address of its pages."""

    token: Secret
    """Token of an internal integration or of a person, sent as ``Authorization: Bearer …``."""

    projects: tuple[Word, ...] = ()
    """Slugs of the projects wanted; left out: all that the token may see."""

    environments: tuple[Line, ...] = ()
    """Names of the environments wanted; left out: all."""

    query: Line | None = None
    """More search terms, as on the page Issues: ``error.unhandled:true``."""

    stats_period: Annotated[str, Field(pattern=r"^\d{1,4}[mhdw]$")] = "24h"
    """Issues without an event for so long are no longer shown: ``24h``, ``14d``."""

    levels: Priorities = Field(default_factory=dict)
    """Priorities for levels other than the usual: ``{ error = "P3" }``."""

    archived: bool = True
    """False: issues archived until a condition is met are not looked at; for a Sentry of your own before 23.8."""

    @property
    def issues(self) -> str:
        """The path of the organization's issues."""
        return f"/api/0/organizations/{self.organization}/issues/"
