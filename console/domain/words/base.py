"""What the words of all events are made with."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any

from console.domain.alert import Alert, AlertRef
from console.domain.human import listed, until
from console.domain.policy import Policy

PLACES = ("instance", "pod", "host", "hostname", "node", "device", "queue", "topic")
"""Labels that tell alerts of one rule apart, most telling first."""


@dataclass(frozen=True, slots=True)
class Telling:
    """When an event was, and how people and times are said. ``firing``: the alerts before it, and whether they fired."""

    at: datetime
    policy: Policy
    zone: tzinfo
    firing: Mapping[AlertRef, bool] = field(default_factory=dict)

    def people(self, ids: Iterable[str]) -> str:
        """Return display names, the first few of many."""
        return listed(tuple(self.policy.name_of(one) for one in ids), most=5)

    def when(self, at: datetime) -> str:
        """Return a time of day, with its date where that is another one."""
        return until(at, self.at, self.zone)


Words = Mapping[type, Callable[[Any, Telling], str]]


def because(reason: str) -> str:
    """Return ``: reason``, or nothing."""
    return f": {reason}" if reason else ""


def place(alert: Alert) -> str:
    """Return what tells an alert apart from others of its rule: a label, what it is called there, else its title."""
    called = alert.upstream.reference if alert.upstream is not None else ""
    return next((found for found in map(alert.label, PLACES) if found), called or alert.title or alert.name)
