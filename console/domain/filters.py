"""The filter of the incident list: a small query language, and predicates that say themselves in words.

``p:1 svc:pay team:core st:ack own:me src:prod age>30m "two words"``; terms are and-ed, values with
commas are or-ed, a leading ``-`` or ``!`` negates.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from console.domain.incident import State
from console.domain.priority import Priority
from console.domain.standing import Standing, Viewer
from console.domain.summary import Summary


class FilterError(ValueError):
    """A query that cannot be understood; the message says what and what would be, in one line."""


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a query may refer to besides the row: who asks, and when (store time)."""

    viewer: Viewer
    now: datetime


Test = Callable[[Standing, Circumstances], bool]


@dataclass(frozen=True, slots=True)
class Term:
    """One condition and how it reads. ``timed`` terms can change their answer without the row changing."""

    words: str
    test: Test
    negated: bool = False
    timed: bool = False

    def holds(self, item: Standing, around: Circumstances) -> bool:
        """Return whether the row meets the condition."""
        return self.test(item, around) is not self.negated

    def __str__(self) -> str:
        return f"not {self.words}" if self.negated else self.words


@dataclass(frozen=True, slots=True)
class Filter:
    """A parsed query. An empty one lets everything through."""

    text: str = ""
    terms: tuple[Term, ...] = ()

    def holds(self, item: Standing, around: Circumstances) -> bool:
        """Return whether a row meets every term."""
        return all(term.holds(item, around) for term in self.terms)

    @property
    def words(self) -> str:
        """The query in words: ``P1 or P2, service has "pay", not acked``."""
        return ", ".join(str(term) for term in self.terms)


# the query language

_STATES: dict[str, tuple[str, Callable[[Summary], bool]]] = {
    "unacked": ("unacked", lambda row: row.state in {State.TRIGGERED, State.CLEARED_UNACKED}),
    "firing": ("firing", lambda row: row.state is State.TRIGGERED),
    "acked": ("acked", lambda row: row.state in {State.ACKNOWLEDGED, State.MONITORING}),
    "monitoring": ("monitoring", lambda row: row.state is State.MONITORING),
    "snoozed": ("snoozed", lambda row: row.snoozed_until is not None),
    "cleared": ("cleared", lambda row: row.state is State.CLEARED_UNACKED or bool(row.total and not row.firing)),
    "resolved": ("resolved", lambda row: row.state in {State.RESOLVED, State.CLOSED}),
}  # fmt: skip
_STATE_ALIASES = {
    "triggered": "firing",
    "acknowledged": "acked",
    "new": "unacked",
    "cleared_unacked": "cleared",
}
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_SPAN = re.compile(r"(\d+(?:\.\d+)?)([smhdw])")
_TOKEN = re.compile(r'([-!]?)((?:[^\s"]|"[^"]*")+)')
_FIELD = re.compile(r"([A-Za-z]+)(:|>=?|<=?)(.*)", re.DOTALL)


def parse(text: str) -> Filter:
    """Return the filter a query describes.

    Raises ``FilterError`` for unknown fields, unknown values, and quotes left open.
    """
    if text.count('"') % 2:
        raise FilterError('a quotation mark is left open: close it with "')
    terms = []
    for sign, word in _TOKEN.findall(text):
        term = _term(word)
        terms.append(replace(term, negated=True) if sign else term)
    return Filter(text.strip(), tuple(terms))


def _term(word: str) -> Term:
    found = None if word.startswith('"') else _FIELD.fullmatch(word)
    if found is None:
        return _free_text(word.replace('"', ""))
    name, sign, raw = found.group(1).lower(), found.group(2), found.group(3).replace('"', "")
    if name in _SPANS:
        return _timed(name, sign, raw)
    if name not in _FIELDS:
        near = difflib.get_close_matches(name, [*_FIELDS, *_SPANS], n=1, cutoff=0.5)
        hint = f"; did you mean {near[0]}?" if near else f"; fields: {' '.join([*_FIELDS, *_SPANS])}"
        raise FilterError(f'no field "{name}"{hint} (put text with a colon into quotes)')
    if sign != ":":
        raise FilterError(f'"{name}" is compared with a colon: {name}:{raw or "…"}')
    values = [value for value in raw.split(",") if value]
    if not values:
        raise FilterError(f'"{name}:" wants a value, as in {_EXAMPLES[name]}')
    return _FIELDS[name](values)


def _free_text(text: str) -> Term:
    wanted = text.casefold()

    def test(item: Standing, _: Circumstances) -> bool:
        row = item.row
        return any(wanted in field.casefold() for field in (row.title, row.service, row.alert_name, row.id))

    return Term(f"“{text}”", test)


def _priorities(values: list[str]) -> Term:
    wanted: set[Priority | None] = set()
    for value in values:
        digit = value.upper().removeprefix("P")
        if digit == "?":
            wanted.add(None)
        elif digit in {"1", "2", "3", "4"}:
            wanted.add(Priority(int(digit)))
        else:
            raise FilterError(f'no priority "{value}": 1, 2, 3, 4, or ? for not set yet')
    labels = sorted(priority.label if priority else "P?" for priority in wanted)

    def test(item: Standing, _: Circumstances) -> bool:
        row = item.row
        return row.effective_priority in wanted or (None in wanted and row.priority is None)

    return Term(" or ".join(labels), test)


def _states(values: list[str]) -> Term:
    chosen = []
    for value in values:
        name = _STATE_ALIASES.get(value.lower(), value.lower())
        matches = [state for state in _STATES if state.startswith(name)]
        if not matches:
            raise FilterError(f'no state "{value}": {", ".join(_STATES)}')
        chosen.append(_STATES[matches[0]])
    return Term(
        " or ".join(words for words, _ in chosen),
        lambda item, _: any(test(item.row) for _, test in chosen),
    )


def _owners(values: list[str]) -> Term:
    names = [value.casefold() for value in values]
    nobody = {"nobody", "none", "-"}

    def test(item: Standing, around: Circumstances) -> bool:
        owner = item.row.owner.casefold()
        return any(
            (not owner)
            if name in nobody
            else owner == (around.viewer.id.casefold() if name == "me" else name)
            for name in names
        )

    words = ["nobody's" if name in nobody else "mine" if name == "me" else f"{name}'s" for name in names]
    return Term(" or ".join(words), test)


def _contains(label: str, read: Callable[[Summary], str]) -> Callable[[list[str]], Term]:
    def make(values: list[str]) -> Term:
        wanted = [value.casefold() for value in values]
        words = " or ".join(f"“{value}”" for value in values)
        return Term(
            f"{label} has {words}", lambda item, _: any(part in read(item.row).casefold() for part in wanted)
        )

    return make


_FIELDS: dict[str, Callable[[list[str]], Term]] = {
    "p": _priorities,
    "svc": _contains("service", lambda row: row.service),
    "team": _contains("team", lambda row: row.team),
    "st": _states,
    "own": _owners,
    "src": _contains("source", lambda row: row.sources),
    "id": _contains("id", lambda row: row.id),
}
_EXAMPLES = {
    "p": "p:1,2", "svc": "svc:pay", "team": "team:core", "st": "st:acked", "own": "own:me", "src": "src:prod",
    "id": "id:42",
}  # fmt: skip


def _age(item: Standing, now: datetime) -> timedelta:
    return now - item.row.reported_at


def _left(item: Standing, now: datetime) -> timedelta:
    return item.clock.remaining(now)


def _quiet(item: Standing, now: datetime) -> timedelta:
    return now - item.row.active_at


_SPANS: dict[str, tuple[str, Callable[[Standing, datetime], timedelta]]] = {
    "age": ("older than {} | younger than {}", _age),
    "left": ("more than {} left | less than {} left", _left),
    "quiet": ("quiet for {} | active within {}", _quiet),
}


def _timed(name: str, sign: str, raw: str) -> Term:
    found = _SPAN.fullmatch(raw.lower())
    if found is None or sign == ":":
        raise FilterError(f'"{name}" wants a span, as in {name}>30m or {name}<2h')
    span = timedelta(**{_UNITS[found.group(2)]: float(found.group(1))})
    words, measure = _SPANS[name]
    more, less = words.split(" | ")
    if sign.startswith(">"):
        return Term(more.format(raw), lambda item, around: measure(item, around.now) >= span, timed=True)
    return Term(less.format(raw), lambda item, around: measure(item, around.now) <= span, timed=True)
