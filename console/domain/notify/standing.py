"""How a notification stands, in words; and what is wrong with a channel."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta, tzinfo

from console.domain.human import count, until
from console.domain.notify.channels import ChannelHealth
from console.domain.notify.notification import Delivery, Notification
from console.domain.policy import Policy

_HELD = timedelta(minutes=1)


def to_whom(one: Notification, policy: Policy) -> str:
    """Return who is told and how: ``Asha by team-slack``, ``everybody by team-slack``."""
    who = policy.name_of(one.person) if one.person else "everybody"
    return f"{who} by {one.channel}"


def stands(one: Notification, now: datetime, zone: tzinfo) -> str:
    """Return how a delivery stands, never as sent before it is."""
    tries = f", try {one.attempts}" if one.attempts > 1 else ""
    words = {
        Delivery.SENT: f"sent {until(one.settled_at or one.due_at, now, zone)}",
        Delivery.FAILED: f"failed: {one.said}",
        Delivery.DROPPED: "in a digest" if one.digest else f"not sent: {one.said}",
        Delivery.SENDING: f"being sent{tries}",
        Delivery.PENDING: "pending",
    }
    if one.state is Delivery.PENDING and one.attempts:
        return f"not taken, again at {until(one.due_at, now, zone)}: {one.said}"
    if one.state is Delivery.PENDING and one.due_at - now > _HELD:
        return f"held back until {until(one.due_at, now, zone)}"
    return words[one.state]


def undelivered(channels: Iterable[ChannelHealth], policy: Policy) -> Iterator[str]:
    """Yield a line for each person whose urgent pages do not get through: it must be seen on every screen."""
    for channel in channels:
        for person, number in channel.stuck:
            whom = policy.name_of(person) if person else "everybody"
            why = f": {channel.error}" if channel.error else ""
            yield f"{count(number, 'page')} to {whom} not delivered: {channel.name}{why}"


def channel_words(channel: ChannelHealth, now: datetime, zone: tzinfo) -> str:
    """Return how a channel does, in one line."""
    parts = []
    if channel.error:
        parts.append(f"fails: {channel.error}" + (f": {channel.hint}" if channel.hint else ""))
    elif channel.last_sent is not None:
        parts.append(f"last sent {until(channel.last_sent, now, zone)}")
    else:
        parts.append("nothing sent yet")
    if channel.waiting:
        parts.append(f"{channel.waiting} waiting")
    if channel.dead:
        parts.append(f"{channel.dead} given up (oncall notify list --failed)")
    return ", ".join(parts)
