"""The config table of a Zenduty source."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import ClassVar, Self

from pydantic import Field, model_validator

from console.config.base import Word
from console.config.durations import PositiveDuration
from console.config.secrets import Secret
from console.domain.ability import Ability
from console.domain.vocabulary import EffectKind
from console.sources.base.options import ActingOptions, HttpOptions, Priorities
from console.web.options import Url


class Options(HttpOptions, ActingOptions):
    """``[[sources]]`` with ``kind = "zenduty"``."""

    OWNS: ClassVar[bool] = True

    DOES: ClassVar[Mapping[EffectKind, str]] = {
        EffectKind.ACK: "acknowledges it",
        EffectKind.RESOLVE: "adds the note to it, if there is one, and resolves it",
        EffectKind.NOTE: "adds the note to it",
        EffectKind.ASSIGN: "assigns it to the user with that person's email address",
        EffectKind.ESCALATE: "hands it to the escalation policy named in the config, whatever the level",
    }

    LACKS: ClassVar[Mapping[EffectKind, str]] = {
        EffectKind.UNACK: "cannot take an ack back: its API has no way to",
        EffectKind.SNOOZE: "cannot snooze it: its API has no way to, only its app has",
        EffectKind.WAKE: "cannot end a snooze: its API has no way to, only its app has",
        EffectKind.REOPEN: "cannot reopen it: its API has no way to",
    }

    DEFAULT: ClassVar[tuple[EffectKind, ...]] = (
        EffectKind.ACK,
        EffectKind.RESOLVE,
        EffectKind.NOTE,
        EffectKind.ASSIGN,
    )

    token: Secret
    """API key of a user of the account."""

    url: Url = "https://www.zenduty.com"
    """Address of Zenduty."""

    team_ids: tuple[Word, ...] = ()
    """Only incidents of these teams."""

    service_ids: tuple[Word, ...] = ()
    """Only incidents of these services."""

    teams: tuple[Word, ...] = ()
    """Teams whose roster is read; left out: those of ``team_ids``, else all."""

    escalation_policy: Word | None = None
    """Id of the policy that an incident escalated here is handed to; left out: none is."""

    priorities: Priorities = Field(default_factory=dict)
    """What your own priority names mean: ``{ "House on fire" = "P1" }``. P1 to P5 and SEV-1 to SEV-5 are known."""

    interval: PositiveDuration = timedelta(seconds=30)
    """How often to poll. Zenduty allows 30 requests about incidents a minute, and every page is one."""

    deadline: PositiveDuration = timedelta(seconds=60)
    """How long one poll may take, all its pages together."""

    @model_validator(mode="after")
    def _somewhere_to_escalate(self) -> Self:
        if EffectKind.ESCALATE in (self.actions or ()) and self.escalation_policy is None:
            raise ValueError(
                'actions: "escalate" needs escalation_policy, the id of the policy to hand it to'
            )
        return self

    @property
    def ability(self) -> Ability:
        """What is done there with these options: a policy that is named is used."""
        if self.actions is None and self.escalation_policy is not None:
            return self.model_copy(update={"actions": (*self.DEFAULT, EffectKind.ESCALATE)}).ability
        return super().ability
