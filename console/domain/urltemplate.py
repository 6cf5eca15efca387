"""Addresses with fields, as the config writes them, and what may stand in them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from string import Formatter

from console.domain.text import safe_url

FIELDS = (
    *("id", "service", "team", "alert", "priority", "trace"),
    *("started_ms", "started_s", "started_iso", "ended_ms", "ended_s", "ended_iso"),
)
"""The fields besides ``labels.NAME``; ``_ms`` and ``_s`` since 1970, ``_iso`` in UTC."""

_WHERE = re.compile(r"https?://[^/?#]+[/?#]")


@dataclass(frozen=True, slots=True)
class LinkTemplate:
    """A titled address with fields. ``trace``: the pattern of a trace id.

    ``services``, ``teams`` and ``sources`` say for which incidents it is; empty: for all.
    """

    title: str
    url: str
    trace: str = ""
    services: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


def fields_in(url: str) -> tuple[str, ...]:
    """Return the fields of a template in order. Raises ``ValueError`` with a sentence where it cannot be one."""
    try:
        parts = list(Formatter().parse(url))
    except ValueError:
        raise ValueError('has a "{" or "}" too many; write "{{" or "}}" for the sign itself') from None
    fields = []
    sample = ""
    for literal, field, form, conversion in parts:
        sample += literal
        if field is None:
            continue
        if form or conversion or not _known(field):
            told = ", ".join(FIELDS)
            raise ValueError(f'has no field "{{{field}}}" to fill; there are {told}, labels.NAME')
        if not _WHERE.match(sample):
            raise ValueError(f'has "{{{field}}}" before or in the host; fields stand behind it')
        fields.append(field)
        sample += "x"
    if not safe_url(sample):
        raise ValueError("is not an http or https address without user name and blanks")
    return tuple(fields)


def trace_pattern(value: str) -> str:
    """Return the pattern of a trace id. Raises ``ValueError`` with a sentence where it is none."""
    try:
        re.compile(value)
    except re.error as error:
        raise ValueError(f"is not a regular expression: {error}") from None
    return value


def _known(field: str) -> bool:
    return field in FIELDS or (field.startswith("labels.") and len(field) > len("labels."))
