"""What was rolled out before the demo begins. One of it lies just before the worst of the shift."""

from __future__ import annotations

from datetime import datetime, timedelta

from console.demo.history import TurnedBack
from console.domain.change import Change, ChangeKind
from console.ports.team import TeamStore

_FLAG, _DEPLOY, _CONFIG = ChangeKind.FLAG, ChangeKind.DEPLOY, ChangeKind.CONFIG
_MADE = (
    (6, "payments", "v42 canary 5 %", _DEPLOY, "rina", "https://ci.demo.example/payments/412"),
    (25, "search", "new-ranking on for 20 %", _FLAG, "citra", ""),
    (70, "orders-db", "max_connections = 400", _CONFIG, "eko", "https://ci.demo.example/infra/88"),
    (300, "checkout", "v17.3", _DEPLOY, "fajar", "https://ci.demo.example/checkout/97"),
)
"""Minutes before the start, service, what, kind, by whom, its page."""


def write(store: TeamStore, clock: TurnedBack, now: datetime) -> None:
    """Tell of them as they happen; the demo begins at ``now`` (UTC). ``clock`` is the store's own."""
    for n, (before, service, what, kind, who, url) in enumerate(_MADE):
        clock.moment = now - timedelta(minutes=before)
        store.add_changes([Change(f"demo:{n}", clock.moment, service, what, kind, who, url, "demo")])
    clock.moment = now
