"""Keys of the config that both products take, and what can be done there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import ClassVar, Self

from pydantic import model_validator

from console.config.base import Line, Word
from console.config.durations import PositiveDuration
from console.domain.ability import Ability
from console.domain.vocabulary import EffectKind
from console.sources.base.options import ActingOptions, HttpOptions

_NO_ESCALATION = "cannot escalate: escalation does not say which one to pass it to"


class OperationsOptions(HttpOptions, ActingOptions):
    """What the tables of both products share."""

    DOES: ClassVar[Mapping[EffectKind, str]] = {
        EffectKind.ACK: "acknowledges it",
        EffectKind.UNACK: "takes the ack back, and notifies again from the start",
        EffectKind.SNOOZE: "snoozes it until then",
        EffectKind.WAKE: "has the snooze end within seconds",
        EffectKind.RESOLVE: "closes it",
        EffectKind.NOTE: "keeps the note",
        EffectKind.ASSIGN: "makes them its owner",
        EffectKind.ESCALATE: "passes it to the escalation",
    }
    LACKS: ClassVar[Mapping[EffectKind, str]] = {
        EffectKind.REOPEN: "cannot reopen: an alert that was closed stays closed",
    }
    DEFAULT: ClassVar[tuple[EffectKind, ...]] = (
        EffectKind.ACK,
        EffectKind.SNOOZE,
        EffectKind.RESOLVE,
        EffectKind.NOTE,
        EffectKind.ASSIGN,
        EffectKind.ESCALATE,
    )
    OWNS: ClassVar[bool] = True

    deadline: PositiveDuration = timedelta(seconds=60)
    """How long one poll may take, all its pages together."""

    query: Line | None = None
    """Search that open alerts must fulfil besides, such as ``teams: payments``."""

    schedules: tuple[Line, ...] = ()
    """Schedules whose people on call are wanted."""

    escalation: Line | None = None
    """Escalation that an alert is passed to when it is escalated here; left out: it is not escalated there."""

    service_labels: tuple[Word, ...] = ("service", "job", "namespace")
    """Properties and tags (``service:checkout``) that say which service an alert is about; the first one counts."""

    @model_validator(mode="after")
    def _escalation_named(self) -> Self:
        if EffectKind.ESCALATE in (self.actions or ()) and self.escalation is None:
            raise ValueError('actions: "escalate" needs escalation = "…" beside it')
        return self

    @property
    def search(self) -> str:
        """The search for what is open and wanted."""
        return f"status: open AND ({self.query})" if self.query else "status: open"

    @property
    def ability(self) -> Ability:
        """What is done there; nothing is escalated without an escalation to pass it to."""
        ability = super().ability
        if self.escalation is not None or not ability.can(EffectKind.ESCALATE):
            return ability
        return replace(
            ability,
            does=tuple(one for one in ability.does if one[0] is not EffectKind.ESCALATE),
            lacks=(*ability.lacks, (EffectKind.ESCALATE, _NO_ESCALATION)),
        )
