"""Which alerts belong to one incident."""

from __future__ import annotations

from console.domain.alert import Alert
from console.domain.policy import Grouping

ALL_TOGETHER = "*"
"""The key where no label separates alerts; an empty key would mean "grouped by nothing, a human report"."""

_ESCAPES = str.maketrans({"\\": "\\\\", "/": "\\/"})


def group_key(alert: Alert, grouping: Grouping) -> str:
    """Return the key that alerts of one incident share: ``payments/HighErrorRate`` by default.

    ``service``, ``alertname`` and ``source`` are what we made of the alert; any other name is a
    label of it, empty where it has none (Alertmanager's ``group_by``). Slashes in values are
    escaped, so that different values never make the same key. An incident that is kept in another
    product is one incident here too: its key is its own.
    """
    if alert.upstream is not None:
        return "/".join(part.translate(_ESCAPES) for part in (alert.ref.source, alert.ref.fingerprint))
    parts = [_value(alert, name).translate(_ESCAPES) for name in grouping.by]
    return "/".join(parts) or ALL_TOGETHER


def _value(alert: Alert, name: str) -> str:
    if name == "service":
        return alert.service
    if name == "alertname":
        return alert.name
    if name == "source":
        return alert.label(name) or alert.ref.source
    return alert.label(name)
