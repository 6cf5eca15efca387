"""What the sources said, in words."""

from __future__ import annotations

from console.domain import events as ev
from console.domain.human import count, listed
from console.domain.words.base import Telling, Words, place


def _alerts_fired(body: ev.AlertsFired, telling: Telling) -> str:
    joined = tuple(place(alert) for alert in body.alerts if alert.ref not in telling.firing)
    again = tuple(place(alert) for alert in body.alerts if telling.firing.get(alert.ref) is False)
    changed = tuple(place(alert) for alert in body.alerts if telling.firing.get(alert.ref))
    groups = (("joined", joined), ("fired again", again), ("changed", changed))
    return "; ".join(f"{count(len(some), 'alert')} {verb}: {listed(some)}" for verb, some in groups if some)


def _alerts_cleared(body: ev.AlertsCleared, telling: Telling) -> str:
    left = sum(telling.firing.values()) - len(body.refs)
    return f"{count(len(body.refs), 'alert')} cleared" + (f", {left} still firing" if left > 0 else "")


def _severity_raised(body: ev.SeverityRaised, _telling: Telling) -> str:
    return f"severity raised from {body.before.label if body.before else 'P?'} to {body.after.label}"


def _recovered(body: ev.Recovered, telling: Telling) -> str:
    return f"all alerts clear since {telling.when(body.at)}"


WORDS: Words = {
    ev.AlertsFired: _alerts_fired,
    ev.AlertsCleared: _alerts_cleared,
    ev.SeverityRaised: _severity_raised,
    ev.Recovered: _recovered,
}
