"""The config table of an Alertmanager source."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from console.config.base import Line, Word
from console.config.durations import Duration, PositiveDuration
from console.domain.ability import Ability
from console.domain.human import length
from console.domain.priority import Priority
from console.domain.vocabulary import EffectKind
from console.sources.base.options import LoginOptions, Url


def _server(url: str) -> str:
    return url.removesuffix("/alerts").removesuffix("/api/v2").rstrip("/")


def _priority(value: object) -> Priority:
    if isinstance(value, Priority):
        return value
    names = Priority.__members__
    if not isinstance(value, str) or value.upper() not in names:
        raise ValueError(f"is one of {', '.join(names)}")
    return names[value.upper()]


def _lower(table: dict[str, Priority]) -> dict[str, Priority]:
    return {severity.strip().casefold(): priority for severity, priority in table.items()}


ServerUrl = Annotated[Url, AfterValidator(_server)]
Severities = Annotated[
    dict[str, Annotated[Priority, BeforeValidator(_priority)]],
    AfterValidator(_lower),
]


class Options(LoginOptions):
    """``[[sources]]`` with ``kind = "alertmanager"``."""

    url: ServerUrl | None = None
    """Address, with the path prefix it is served under if there is one."""

    urls: tuple[ServerUrl, ...] = ()
    """Addresses of a redundant cluster; the same alert from two of them is one alert."""

    filter: tuple[Line, ...] = ()
    """Matchers that alerts must fulfil, such as ``severity="critical"`` or ``team=~"pay.*"``."""

    receiver: Line | None = None
    """Regular expression for the receivers whose alerts are wanted."""

    service_labels: tuple[Word, ...] = ("service", "job", "namespace")
    """Labels that say which service an alert is about; the first one present counts."""

    severity_label: Word = "severity"
    """Label that says how bad it is."""

    severity: Severities = Field(default_factory=dict)
    """Priorities for your own severities: ``{ sev0 = "P1" }``. The common ones are known."""

    ack: Literal["none", "silence"] = "none"
    """What an ack does there: "silence" holds notifications back for ``silence_for``."""

    snooze: Literal["none", "silence"] = "none"
    """What a snooze does there: "silence" holds notifications back until the snooze ends."""

    silence_for: PositiveDuration = timedelta(minutes=15)
    """How long the silence of an ack lasts; for as long as the incident is acked, it is extended by as much."""

    settle: Duration = timedelta(minutes=2)
    """How long after its restart an Alertmanager is given to be told all alerts again; until then
    no alert counts as cleared. It forgets them on a restart, and Prometheus repeats itself each minute."""

    @model_validator(mode="after")
    def _has_a_server(self) -> Self:
        if not self.servers:
            raise ValueError('needs url = "http://…:9093" (or urls = […] for a cluster)')
        return self

    @property
    def servers(self) -> tuple[str, ...]:
        """All addresses, each once."""
        return tuple(dict.fromkeys((*([self.url] if self.url else []), *self.urls)))

    @property
    def ability(self) -> Ability:
        """What it does with these options: hold notifications back, as it knows nothing else."""
        does: dict[EffectKind, str] = {}
        lacks = {
            EffectKind.RESOLVE: "cannot resolve: an alert ends when its rule no longer holds",
            EffectKind.NOTE: "keeps no notes",
        }
        if self.ack == "silence":
            does[EffectKind.ACK] = f"silences it, {length(self.silence_for)} at a time"
            does[EffectKind.UNACK] = "ends the silence"
        else:
            lacks[EffectKind.ACK] = 'knows no ack; ack = "silence" would hold its notifications back'
        if self.snooze == "silence":
            does[EffectKind.SNOOZE] = "silences it until then"
            does[EffectKind.WAKE] = "ends the silence"
        else:
            lacks[EffectKind.SNOOZE] = 'knows no snooze; snooze = "silence" would hold its notifications back'
        return Ability(tuple(does.items()), tuple(lacks.items()), holds=True)
