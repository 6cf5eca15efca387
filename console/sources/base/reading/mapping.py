"""From a product's words to ours: severities, times, the first of several labels."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from console.domain.priority import Priority
from console.domain.text import safe_url

SEVERITIES: Mapping[str, Priority] = {
    **dict.fromkeys(("critical", "page", "disaster", "fatal", "emergency", "p1"), Priority.P1),
    **dict.fromkeys(("error", "high", "major", "p2"), Priority.P2),
    **dict.fromkeys(("warning", "warn", "medium", "average", "minor", "p3"), Priority.P3),
    **dict.fromkeys(("info", "informational", "low", "none", "debug", "p4"), Priority.P4),
}
"""Severities as they are commonly written, in lower case."""


def priority_of(severity: str, overrides: Mapping[str, Priority]) -> Priority:
    """Return the provisional priority of a severity; P3 for one that is unknown or absent.

    Upper and lower case do not differ; ``overrides`` (keys in lower case) come first.
    """
    word = severity.strip().casefold()
    return overrides.get(word) or SEVERITIES.get(word, Priority.P3)


def named_priority(name: str, overrides: Mapping[str, Priority]) -> Priority | None:
    """Return what a priority's own name says ("P1", "SEV-2", "Critical"); None where it says nothing.

    ``overrides`` as for ``priority_of``. A level 0 is P1, those below the fourth are P4.
    """
    word = name.strip().casefold()
    if word in overrides:
        return overrides[word]
    level = _LEVEL.match(word)
    if level is None:
        return SEVERITIES.get(word)
    return _BY_LEVEL[min(int(level[1]), len(_BY_LEVEL) - 1)]


_LEVEL = re.compile(r"(?:p|s|sev|severity|priority)[ -]?([0-9])(?![0-9])")
_BY_LEVEL = (Priority.P1, Priority.P1, Priority.P2, Priority.P3, Priority.P4)


def first(values: Mapping[str, str], names: Iterable[str]) -> str:
    """Return the first value that is not empty, or an empty string."""
    for name in names:
        if value := values.get(name):
            return value
    return ""


def runbook_in(text: str) -> str:
    """Return the address that a text calls its runbook or playbook; empty where it names none.

    An address that merely stands in the text is no runbook.
    """
    found = _RUNBOOK.search(text)
    return safe_url(found[1].rstrip(".,;:!*_")) if found else ""


_RUNBOOK = re.compile(r"(?:run|play)\s?book[^\n]{0,60}?(https?://[^\s<>()\[\]\"'`]+)", re.IGNORECASE)
