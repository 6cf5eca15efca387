"""The config table of an Intercom source."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from console.config.base import Line, Word
from console.config.durations import PositiveDuration
from console.config.secrets import Secret
from console.domain.vocabulary import EffectKind, ReporterKind
from console.sources.base.options import ActingOptions, HttpOptions, Priorities
from console.sources.base.reports import ReportOptions
from console.web.options import Url

Id = Annotated[int, Field(ge=1, le=10**15)]

_APIS = {
    "us": "https://api.intercom.io",
    "eu": "https://api.eu.intercom.io",
    "au": "https://api.au.intercom.io",
}
_INBOXES = {
    "us": "https://app.intercom.com",
    "eu": "https://app.eu.intercom.com",
    "au": "https://app.au.intercom.com",
}


class Options(HttpOptions, ActingOptions, ReportOptions):
    """``[[sources]]`` with ``kind = "intercom"``."""

    DOES: ClassVar[Mapping[EffectKind, str]] = {
        EffectKind.ACK: "assigns it to whoever acked it, if it is nobody's",
        EffectKind.UNACK: "takes that assignment back",
        EffectKind.SNOOZE: "snoozes it until then",
        EffectKind.WAKE: "opens it again",
        EffectKind.RESOLVE: "closes it",
        EffectKind.REOPEN: "opens it again",
        EffectKind.NOTE: "adds an internal note, which the customer does not see",
        EffectKind.ASSIGN: "assigns it",
    }
    LACKS: ClassVar[Mapping[EffectKind, str]] = {
        EffectKind.ESCALATE: "cannot escalate: its inbox has no levels",
    }
    DEFAULT: ClassVar[tuple[EffectKind, ...]] = (
        EffectKind.ACK,
        EffectKind.SNOOZE,
        EffectKind.RESOLVE,
        EffectKind.NOTE,
        EffectKind.ASSIGN,
    )
    OWNS: ClassVar[bool] = True

    interval: PositiveDuration = timedelta(seconds=30)
    """How often to poll."""

    reporter: ReporterKind = ReporterKind.CLIENT
    """Who reports there, unless ``reporters`` says otherwise or a teammate began the conversation (support)."""

    region: Literal["us", "eu", "au"] = "us"
    """Where the workspace's data is kept."""

    url: Url | None = None
    """Address of the API, where it is not that of the region."""

    token: Secret
    """Access token of an app of your workspace."""

    conversations: bool = True
    """Whether open and snoozed conversations are incidents."""

    tickets: bool = True
    """Whether open tickets are incidents."""

    teams: tuple[Id, ...] = ()
    """Ids of the teams whose conversations and tickets are wanted; left out: all."""

    tags: Annotated[tuple[Id, ...], Field(max_length=15)] = ()
    """Ids of tags, one of which a conversation must have. Intercom cannot search tickets by tag."""

    service: Line = "intercom"
    """The service of what does not name one."""

    service_attribute: Line | None = None
    """Name of the attribute of conversations and tickets that holds the service."""

    priority_attribute: Line | None = None
    """Name of the attribute that says how bad it is; left out: only Intercom's own priority mark counts."""

    priority: Priorities = Field(default_factory=dict)
    """Priorities for the words in ``priority_attribute``, and for ``priority`` (P2) and ``not_priority`` (P3)."""

    ack_as: Line | None = None
    """Email address of the teammate who gets what is acked by somebody whom Intercom does not know."""

    resolved_state: Word | None = None
    """Id of the ticket state that a resolved ticket gets; left out: it is closed in the state it has."""

    @model_validator(mode="after")
    def _asks_for_something(self) -> Self:
        if not (self.conversations or self.tickets):
            raise ValueError("one of conversations and tickets must be true")
        return self

    @property
    def address(self) -> str:
        """Where the API is."""
        return self.url or _APIS[self.region]

    @property
    def inbox(self) -> str:
        """Where people read conversations."""
        return _INBOXES[self.region]
