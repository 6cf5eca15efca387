"""The config table of a PagerDuty source."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field

from console.config.base import Line, Word
from console.config.durations import PositiveDuration
from console.config.secrets import Secret
from console.domain.vocabulary import EffectKind
from console.sources.base.options import ActingOptions, HttpOptions, Priorities
from console.web.options import Url


def _email(value: str) -> str:
    name, at, host = value.partition("@")
    if not (name and at and host):
        raise ValueError('is not an email address; write it like "oncall@example.com"')
    return value


class Options(HttpOptions, ActingOptions):
    """``[[sources]]`` with ``kind = "pagerduty"``."""

    OWNS: ClassVar[bool] = True

    DOES: ClassVar[Mapping[EffectKind, str]] = {
        EffectKind.ACK: "acknowledges it",
        EffectKind.SNOOZE: "snoozes it, which also acknowledges it; 7 days at the longest",
        EffectKind.RESOLVE: "resolves it, with the note as its resolution",
        EffectKind.REOPEN: "reopens it: it is triggered again",
        EffectKind.NOTE: "adds the note to it",
        EffectKind.ASSIGN: "assigns it to the user with that person's email address",
        EffectKind.ESCALATE: "escalates it to that level of its escalation policy",
    }

    LACKS: ClassVar[Mapping[EffectKind, str]] = {
        EffectKind.UNACK: "cannot take an ack back: it runs out by itself, if the service has a timeout for it",
        EffectKind.WAKE: "cannot end a snooze early: it triggers again at its time",
    }

    DEFAULT: ClassVar[tuple[EffectKind, ...]] = (
        EffectKind.ACK,
        EffectKind.SNOOZE,
        EffectKind.RESOLVE,
        EffectKind.NOTE,
        EffectKind.ASSIGN,
    )
    # Not escalate: an incident here and there would then page two chains of people.

    token: Secret
    """API key: a user's own, or one of the account."""

    url: Url = "https://api.pagerduty.com"
    """Address of the API; in the EU region "https://api.eu.pagerduty.com"."""

    from_email: Annotated[Line, AfterValidator(_email)] | None = None
    """As whom we act if whoever acted here has no email contact or is unknown there; for keys of the account."""

    team_ids: tuple[Word, ...] = ()
    """Only incidents of these teams."""

    service_ids: tuple[Word, ...] = ()
    """Only incidents of these services."""

    urgencies: tuple[Literal["high", "low"], ...] = ()
    """Only incidents of these urgencies."""

    priorities: Priorities = Field(default_factory=dict)
    """What your own priority names mean: ``{ "House on fire" = "P1" }``. P1 to P5 and SEV-1 to SEV-5 are known."""

    deadline: PositiveDuration = timedelta(seconds=60)
    """How long one poll may take: 10,000 incidents are a hundred pages, one after the other."""
