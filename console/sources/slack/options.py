"""The config table of a Slack source."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, ClassVar, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from console.config.base import Line, Word
from console.config.durations import Duration, PositiveDuration
from console.config.secrets import Secret
from console.domain.vocabulary import EffectKind, ReporterKind
from console.sources.base.options import ActingOptions, HttpOptions
from console.sources.base.reports import ReportOptions
from console.web.options import Url


def _channel(value: str) -> str:
    if not re.fullmatch(r"[CG][A-Z0-9]{5,20}", value):
        raise ValueError(
            'is the id of a channel, such as "C01234567": it stands at the end of the channel\'s details'
        )
    return value


def _emoji(value: str) -> str:
    name = value.strip(":").partition("::")[0]
    if not re.fullmatch(r"[a-z0-9_+'-]{1,100}", name):
        raise ValueError('is the name of an emoji, such as "eyes"')
    return name


Channel = Annotated[Word, AfterValidator(_channel)]
Emoji = Annotated[Word, AfterValidator(_emoji)]


class Options(HttpOptions, ActingOptions, ReportOptions):
    """``[[sources]]`` with ``kind = "slack"``."""

    DOES: ClassVar[Mapping[EffectKind, str]] = {
        EffectKind.ACK: "adds the reaction that stands for an ack",
        EffectKind.RESOLVE: "adds the reaction that stands for resolved",
        EffectKind.NOTE: "replies in the thread of the message",
    }
    LACKS: ClassVar[Mapping[EffectKind, str]] = {
        EffectKind.UNACK: "cannot take back an ack: take the reaction off there",
        EffectKind.REOPEN: "cannot reopen: take the reaction off there",
        EffectKind.SNOOZE: "cannot snooze: a message is not held back until a time",
        EffectKind.ASSIGN: "cannot assign: a message is nobody's",
        EffectKind.ESCALATE: "cannot escalate: a channel has no levels",
    }
    DEFAULT: ClassVar[tuple[EffectKind, ...]] = (EffectKind.ACK, EffectKind.RESOLVE, EffectKind.NOTE)
    OWNS: ClassVar[bool] = True

    interval: PositiveDuration = timedelta(seconds=60)
    """How often to poll."""

    reporter: ReporterKind = ReporterKind.TEAM
    """Who reports there, unless ``reporters`` says otherwise."""

    url: Url = "https://slack.com/api"
    """Address of Slack's API."""

    token: Secret
    """Bot token of an app that your workspace made for itself (``xoxb-…``)."""

    channels: Annotated[tuple[Channel, ...], Field(min_length=1, max_length=20)]
    """Ids of the channels that are read; the app must have been invited to each."""

    prefix: Line | None = None
    """What a message begins with that is an incident, in any case: ``!incident``."""

    reaction: Emoji | None = None
    """The reaction that makes a message an incident: ``rotating_light``."""

    acked_by: Emoji = "eyes"
    """The reaction that stands for an ack."""

    resolved_by: Emoji = "white_check_mark"
    """The reaction that stands for resolved."""

    window: Annotated[PositiveDuration, Field(le=timedelta(days=30))] = timedelta(days=3)
    """How far back messages are read; an incident that is older is taken off."""

    service: Line = "slack"
    """The service of all incidents of these channels."""

    priority: Literal["P1", "P2", "P3", "P4"] = "P3"
    """The priority of a message that does not begin with one (``!incident P1 checkout is down``)."""

    gap: Duration = timedelta(0)
    """Least time between two requests, for apps that Slack lets ask seldom only."""

    @model_validator(mode="after")
    def _has_a_mark(self) -> Self:
        if self.prefix is None and self.reaction is None:
            raise ValueError('needs prefix = "!incident" or reaction = "rotating_light", or both')
        marks = [mark for mark in (self.reaction, self.acked_by, self.resolved_by) if mark]
        if len(set(marks)) != len(marks):
            raise ValueError("reaction, acked_by and resolved_by must differ")
        if self.gap * 2 > self.deadline:
            raise ValueError("gap may be half of deadline at most: raise deadline as well")
        return self
