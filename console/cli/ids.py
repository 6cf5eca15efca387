"""Incident ids as people type them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from console.errors import UsageError

_ID = re.compile(r"(?:inc-?)?(\d{1,18})", re.IGNORECASE | re.ASCII)


def incident_id(text: str) -> str:
    """Return ``INC-42`` for ``42``, ``inc-42`` and ``INC-42``. Raises ``UsageError``."""
    match = _ID.fullmatch(text.strip())
    if match is None:
        raise UsageError(f'"{text}" is not an incident', hint="write INC-42 or 42")
    return f"INC-{int(match[1])}"


def incident_ids(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the ids that were typed, each once, in order."""
    return tuple(dict.fromkeys(incident_id(text) for text in texts))


def is_incident(text: str) -> bool:
    """Return whether a text looks like an incident's id."""
    return _ID.fullmatch(text.strip()) is not None
