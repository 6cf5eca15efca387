"""Help while a query is written: what the last word may become, and how it may be finished."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from console.domain.filterfields import ALIASES, FLAGS, NUMBERS, SPANS, STATES, TEXTS
from console.domain.policy import Policy

MOST = 8
"""So many values are named."""
_COMPARED = re.compile(r"[<>]")


def values_of(policy: Policy, sources: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return what may stand after a colon, by field."""
    return {
        "p": ("1", "2", "3", "4", "?"),
        "st": tuple(STATES),
        "is": tuple(FLAGS),
        "flap": ("yes", "no"),
        "own": ("me", "nobody", *sorted(policy.people)),
        "svc": tuple(sorted(policy.services)),
        "team": tuple(policy.teams),
        "src": tuple(sources),
    }


def hint(text: str, values: Mapping[str, tuple[str, ...]]) -> str:
    """Return what the word being written may become; empty where there is nothing to say of it."""
    name, colon, value = _last(text)
    field = ALIASES.get(name, name)
    if colon and field in TEXTS:
        found = _beginning(value.rpartition(",")[2], values.get(field, ()))
        more = " …" if len(found) > MOST else ""
        return f"{name}: {' '.join(found[:MOST])}{more}" if found else ("" if value else TEXTS[field][1])
    if colon or not name:
        return ""
    bare = _COMPARED.split(name)[0]
    field = ALIASES.get(bare, bare)
    if field in SPANS:
        return f"{bare}>30m or {bare}<2h: s, m, h, d, w"
    if field in NUMBERS:
        return f"{bare}>1, {bare}<3 or {bare}:0"
    found = _beginning(name, _shapes())
    return " ".join(found[:MOST])


def completed(text: str, values: Mapping[str, tuple[str, ...]]) -> str | None:
    """Return the text with its last word finished in the only or first way there is; None where there is none."""
    name, colon, value = _last(text)
    if colon:
        begun = value.rpartition(",")[2]
        found = _beginning(begun, values.get(ALIASES.get(name, name), ()))
    else:
        begun = name
        found = _beginning(begun, (*(f"{field}:" for field in TEXTS), *SPANS, *NUMBERS, *FLAGS))
    return text + found[0][len(begun) :] if begun and found and found[0] != begun else None


def _last(text: str) -> tuple[str, str, str]:
    """Return the word being written as name, colon and value, without its sign; inside quotes nothing is."""
    if text.count('"') % 2 or not text or text[-1].isspace():
        return "", "", ""
    name, colon, value = text.rsplit(maxsplit=1)[-1].removeprefix("-").removeprefix("!").partition(":")
    return name.lower(), colon, value


def _beginning(begun: str, known: Iterable[str]) -> list[str]:
    return [one for one in known if one.lower().startswith(begun.lower())]


def _shapes() -> tuple[str, ...]:
    return (
        *(f"{field}:" for field in TEXTS),
        *(f"{field}>30m" for field in SPANS),
        *(f"{field}>1" for field in NUMBERS),
        *FLAGS,
    )
