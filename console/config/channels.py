"""Channels and the rules of notification as the config file writes them."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from pydantic import ConfigDict, Field

from console.config.base import Table, Word, Zone
from console.config.durations import Duration, PositiveDuration
from console.config.escalation import PriorityName
from console.config.hours import DayHours


class ChannelTable(Table):
    """``[[channels]]``: kind and name here; everything else is checked by the kind's own options."""

    model_config = ConfigDict(extra="allow")

    kind: Word
    """Which product: slack, slack_webhook, smtp, webhook, command, apprise."""

    name: Word
    """What it is called on screen and in rules."""


class Notify(Table):
    """``[[notify]]``: one rule. With none each channel tells people what concerns them, and its room the rest."""

    topics: tuple[Word, ...] = ()
    """What about: opened, paged, acked, resolved, reopened, nudge, warning, breach, skipped, comms, handover, blind, roster;
    left out: everything."""

    via: Annotated[tuple[Word, ...], Field(min_length=1)]
    """Names of channels."""

    to: tuple[Word, ...] = ()
    """People, roles or teams; "paged" for whom it concerns. Left out: those it concerns, and the rooms."""

    after: Duration = timedelta(0)
    """Only if nobody has acked by then."""

    priorities: tuple[PriorityName, ...] = ()
    """Only about incidents of these; left out: of all."""

    teams: tuple[Word, ...] = ()
    """Only about these teams; left out: about all."""

    quiet: DayHours | None = None
    """Local hours in which nothing is told by this rule, like "22:00-07:00"; what was held back comes in one message."""

    but: tuple[PriorityName, ...] = ("P1", "P2")
    """What gets through in quiet hours. Pages of P1 and P2 always do."""

    zone: Zone | None = None
    """Whose hours ``quiet`` are; left out: each person's own."""


class NotifyLimits(Table):
    """``[notify_limits]``: when many messages become one."""

    storm: Annotated[int, Field(ge=1, le=1_000_000)] = 5
    """More incidents than these for one address ``within`` that time are told together."""

    within: PositiveDuration = timedelta(minutes=2)
    """The time in which they are counted."""

    every: PositiveDuration = timedelta(minutes=1)
    """How often such a message goes out."""

    urgent_every: PositiveDuration = timedelta(seconds=10)
    """How often, where a page of a P1 or P2 is in it."""
