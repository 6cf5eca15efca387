"""The config table of an Alertmanager source, and what others that speak its API share of it."""

from __future__ import annotations

from abc import abstractmethod
from datetime import timedelta
from typing import ClassVar, Literal

from console.config.base import Line
from console.config.durations import Duration, PositiveDuration
from console.domain.ability import Ability
from console.domain.human import length
from console.domain.vocabulary import EffectKind
from console.sources.base.cluster import ClusterOptions
from console.sources.base.options import LoginOptions
from console.sources.base.reading.labelled import LabelOptions


class SilencingOptions(LoginOptions, LabelOptions):
    """Keys of every source behind Alertmanager's API."""

    filter: tuple[Line, ...] = ()
    """Matchers that alerts must fulfil, such as ``severity="critical"`` or ``team=~"pay.*"``."""

    receiver: Line | None = None
    """Regular expression for the receivers whose alerts are wanted."""

    ack: Literal["none", "silence"] = "none"
    """What an ack does there: "silence" holds notifications back for ``silence_for``."""

    snooze: Literal["none", "silence"] = "none"
    """What a snooze does there: "silence" holds notifications back until the snooze ends."""

    silence_for: PositiveDuration = timedelta(minutes=15)
    """How long the silence of an ack lasts; for as long as the incident is acked, it is extended by as much."""

    settle: Duration = timedelta(minutes=2)
    """How long after its restart an Alertmanager is given to be told all alerts again; until then
    no alert counts as cleared. It forgets them on a restart, and Prometheus repeats itself each minute."""

    @property
    @abstractmethod
    def servers(self) -> tuple[str, ...]:
        """The addresses below which ``/api/v2`` is found, each once."""

    @property
    def silences(self) -> bool:
        """Whether anything done here makes a silence there."""
        return "silence" in {self.ack, self.snooze}

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


class Options(ClusterOptions, SilencingOptions):
    """``[[sources]]`` with ``kind = "alertmanager"``."""

    PORT: ClassVar[int] = 9093
