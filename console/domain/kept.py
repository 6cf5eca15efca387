"""How an incident stands in the product that keeps it, in words and as its page there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from console.domain.alert import Alert, Upstream, Who
from console.domain.human import listed
from console.domain.incident import Incident


def kept_alerts(incident: Incident) -> Iterator[tuple[Alert, Upstream]]:
    """Yield the incident's alerts that are incidents of a product's own: one, or several after a merge."""
    for _, member in incident.members:
        if member.alert.upstream is not None:
            yield member.alert, member.alert.upstream


def standing_there(kept: Upstream, at: Callable[[datetime], str]) -> str:
    """Return how it stands: "#41 · acked there by Budi 21:04 · assigned to Citra"; ``at`` writes a time."""
    words = [kept.reference] if kept.reference else []
    if kept.acked:
        bot = " (no person)" if kept.acked_by.bot else ""
        when = f" {at(kept.acked_at)}" if kept.acked_at else ""
        words.append(f"acked there by {name_there(kept.acked_by) or 'somebody'}{bot}{when}")
    if kept.assignees:
        words.append(f"assigned to {listed(kept.assignees)}")
    return " · ".join(words)


def name_there(who: Who) -> str:
    """Return what somebody is called there, empty where nobody is named."""
    return who.name or who.email or who.id


def page_of(alert: Alert) -> str:
    """Return the address of the incident's own page there, which is its first link; empty where it has none."""
    return alert.links[0].url if alert.upstream is not None and alert.links else ""
