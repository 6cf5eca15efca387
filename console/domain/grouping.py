"""Which alerts belong to one incident."""

from __future__ import annotations

from console.domain.alert import Alert
from console.domain.policy import Grouping, GroupingRule

ALL_TOGETHER = "*"
"""The key where no label separates alerts; an empty key would mean "grouped by nothing, a human report"."""

_ESCAPES = str.maketrans({"\\": "\\\\", "/": "\\/"})
_OF_A_RULE = "\\:"
"""No escaped value begins like this, so that the key of a rule is never that of other alerts."""


def group_key(alert: Alert, grouping: Grouping) -> str:
    """Return the key that alerts of one incident share: ``payments/HighErrorRate`` by default.

    ``service``, ``alertname`` and ``source`` are what we made of the alert; any other name is a
    label of it, empty where it has none (Alertmanager's ``group_by``). Slashes in values are
    escaped, so that different values never make the same key. The first rule that matches counts
    instead of ``by``, and its name is part of the key. An incident that is kept in another
    product is one incident here too: its key is its own.
    """
    if alert.upstream is not None:
        return "/".join(part.translate(_ESCAPES) for part in (alert.ref.source, alert.ref.fingerprint))
    for rule in grouping.rules:
        if matches(alert, rule):
            return _OF_A_RULE + "/".join((rule.name.translate(_ESCAPES), *_parts(alert, rule.by)))
    return "/".join(_parts(alert, grouping.by)) or ALL_TOGETHER


def matches(alert: Alert, rule: GroupingRule) -> bool:
    """Return whether an alert has one of the wanted values in each label that the rule names."""
    return all(any(_like(_value(alert, name), wanted) for wanted in values) for name, values in rule.match)


def catches(rule: GroupingRule, other: GroupingRule) -> bool:
    """Return whether a rule surely matches whatever the other matches."""
    theirs = dict(other.match)
    return all(
        name in theirs and all(any(_like(value, one) for one in values) for value in theirs[name])
        for name, values in rule.match
    )


def _like(value: str, wanted: str) -> bool:
    """Return whether a value is the wanted one, in which ``*`` stands for any letters; takes one pass."""
    first, *others = wanted.split("*")
    if not others:
        return value == wanted
    *middle, last = others
    if len(value) < len(first) + len(last) or not (value.startswith(first) and value.endswith(last)):
        return False
    at, end = len(first), len(value) - len(last)
    for part in middle:
        found = value.find(part, at, end)
        if found < 0:
            return False
        at = found + len(part)
    return True


def _parts(alert: Alert, names: tuple[str, ...]) -> list[str]:
    return [_value(alert, name).translate(_ESCAPES) for name in names]


def _value(alert: Alert, name: str) -> str:
    if name == "service":
        return alert.service
    if name == "alertname":
        return alert.name
    if name == "source":
        return alert.label(name) or alert.ref.source
    return alert.label(name)
