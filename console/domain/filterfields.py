"""The fields a query of incidents may name, and the condition each of them makes.

``TEXTS`` take values after a colon, ``SPANS`` are compared with a length of time, ``NUMBERS`` with a
number, ``FLAGS`` stand alone or after ``is:``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from console.domain.filterterms import Circumstances, FilterError, Term, Test
from console.domain.incident import State
from console.domain.nearest import nearest
from console.domain.priority import Priority
from console.domain.standing import Standing, Want
from console.domain.summary import Summary
from console.domain.vocabulary import EffectState

STATES: dict[str, tuple[str, Callable[[Summary], bool]]] = {
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

_NOT_TAKEN = {EffectState.PENDING, EffectState.FAILED}

FLAGS: dict[str, tuple[str, Test, bool]] = {
    "snoozed": ("snoozed", lambda item, _: item.row.snoozed_until is not None, False),
    "breached": ("breached", lambda item, around: item.clock.breached(around.now), True),
    "asked": ("asked whether still on it", lambda item, _: item.want is Want.ANSWER, False),
    "reopened": ("reopened", lambda item, _: item.row.epoch > 1, False),
    "recurring": ("seen before", lambda item, _: bool(item.row.recurrence_of), False),
    "paused": ("clock paused", lambda item, _: item.row.paused_since is not None, False),
    "flapping": ("flapping", lambda item, _: item.row.flapping_since is not None, False),
    "reported": ("reported by a person", lambda item, _: not item.row.sources, False),
    "unsent": ("not taken by its source", lambda item, _: item.row.effect in _NOT_TAKEN, False),
}
"""Words that say something by themselves: in words, the condition, and whether the clock alone changes it."""

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_SPAN = re.compile(r"(\d{1,6}(?:\.\d{1,3})?)([smhdw])", re.ASCII)
_NUMBER = re.compile(r"\d{1,6}", re.ASCII)
_REFERENCE = re.compile(r"(?:inc-?)?0*(\d{1,18})", re.IGNORECASE | re.ASCII)
_NOBODY = frozenset({"nobody", "none", "-"})


def free_text(text: str) -> Term:
    """Return the condition that a text occurs in title, service, alert name or id."""
    wanted = text.casefold()

    def test(item: Standing, _: Circumstances) -> bool:
        row = item.row
        return any(wanted in field.casefold() for field in (row.title, row.service, row.alert_name, row.id))

    return Term(f"“{text}”", test, service=(wanted,) if wanted else ())


def flag(name: str) -> Term:
    """Return the condition of a flag."""
    words, test, timed = FLAGS[name]
    return Term(words, test, timed=timed)


def reference(text: str) -> Term:
    """Return the condition of ``#41``: our INC-41, or what its product calls 41."""
    if not text:
        raise FilterError('"#" wants an id, as in #41')
    wanted = text.casefold()
    ours = _REFERENCE.fullmatch(wanted)
    name = f"INC-{ours[1]}" if ours else ""

    def test(item: Standing, _: Circumstances) -> bool:
        row = item.row
        return row.id == name or row.key.casefold().rpartition("/")[2] == wanted

    return Term(f"#{text}", test)


def unknown(what: str, word: str, known: Iterable[str]) -> FilterError:
    """Return the complaint about a word: it is named, and so is the nearest right one, or all there are."""
    names = list(known)
    near = nearest(word, names)
    return FilterError(
        f'no {what} "{word}"' + (f"; did you mean {near}?" if near else f": {', '.join(names)}")
    )


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
        matches = [state for state in STATES if state.startswith(name)]
        if not matches:
            raise unknown("state", value, STATES)
        chosen.append(STATES[matches[0]])
    return Term(
        " or ".join(words for words, _ in chosen),
        lambda item, _: any(test(item.row) for _, test in chosen),
    )


def _flags(values: list[str]) -> Term:
    for value in values:
        if value.lower() not in FLAGS:
            raise unknown("flag", value, FLAGS)
    terms = [flag(value.lower()) for value in values]
    return Term(
        " or ".join(term.words for term in terms),
        lambda item, around: any(term.test(item, around) for term in terms),
        timed=any(term.timed for term in terms),
    )


def _flap(values: list[str]) -> Term:
    if len(values) != 1 or values[0].lower() not in {"yes", "no"}:
        raise FilterError('"flap" is yes or no, as in flap:yes')
    wanted = values[0].lower() == "yes"
    words = "flapping" if wanted else "not flapping"
    return Term(words, lambda item, _: (item.row.flapping_since is not None) is wanted)


def _owners(values: list[str]) -> Term:
    names = [value.casefold() for value in values]

    def test(item: Standing, around: Circumstances) -> bool:
        owner = item.row.owner.casefold()
        return any(
            (not owner)
            if name in _NOBODY
            else owner == (around.viewer.id.casefold() if name == "me" else name)
            for name in names
        )

    words = ["nobody's" if name in _NOBODY else "mine" if name == "me" else f"{name}'s" for name in names]
    return Term(" or ".join(words), test)


def _services(values: list[str]) -> Term:
    term = _contains("service", lambda row: row.service)(values)
    return replace(term, service=tuple(value.casefold() for value in values))


def _contains(label: str, read: Callable[[Summary], str]) -> Callable[[list[str]], Term]:
    def make(values: list[str]) -> Term:
        wanted = [value.casefold() for value in values]
        words = " or ".join(f"“{value}”" for value in values)
        return Term(
            f"{label} has {words}", lambda item, _: any(part in read(item.row).casefold() for part in wanted)
        )

    return make


TEXTS: dict[str, tuple[Callable[[list[str]], Term], str]] = {
    "p": (_priorities, "p:1,2"),
    "svc": (_services, "svc:pay"),
    "team": (_contains("team", lambda row: row.team), "team:core"),
    "st": (_states, "st:acked"),
    "own": (_owners, "own:me"),
    "src": (_contains("source", lambda row: row.sources), "src:prod"),
    "alert": (_contains("alert", lambda row: row.alert_name), "alert:DiskFull"),
    "title": (_contains("title", lambda row: row.title), "title:timeout"),
    "key": (_contains("key", lambda row: row.key), "key:payments/"),
    "id": (_contains("id", lambda row: row.id), "id:42"),
    "flap": (_flap, "flap:yes"),
    "is": (_flags, "is:snoozed"),
}
"""By name: what makes the condition of its values, and an example."""

SPANS: dict[str, tuple[str, Callable[[Standing, datetime], timedelta]]] = {
    "age": ("older than {} | younger than {}", lambda item, now: now - item.row.reported_at),
    "left": ("more than {} left | less than {} left", lambda item, now: item.clock.remaining(now)),
    "quiet": ("quiet for {} | active within {}", lambda item, now: now - item.row.active_at),
}
"""By name: how more and less read, and what is measured."""

NUMBERS: dict[str, tuple[str, Callable[[Summary], int | None]]] = {
    "level": ("level", lambda row: row.level),
    "alerts": ("alerts", lambda row: row.total),
    "firing": ("firing alerts", lambda row: row.firing),
    "times": ("times opened", lambda row: row.epoch),
}
"""By name: how it reads, and the number; None where there is none, which is neither more nor less."""

ALIASES = {
    "priority": "p", "prio": "p", "service": "svc", "state": "st", "status": "st", "owner": "own",
    "source": "src", "new": "age",
}  # fmt: skip
"""Longer names for the same fields; ``new<5m`` reads better than ``age<5m``."""


def timed(name: str, sign: str, raw: str) -> Term:
    """Return the condition of a field that is compared with a length of time."""
    found = _SPAN.fullmatch(raw.lower())
    if found is None or sign == ":":
        raise FilterError(f'"{name}" wants a span, as in {name}>30m or {name}<2h')
    span = timedelta(**{_UNITS[found.group(2)]: float(found.group(1))})
    words, measure = SPANS[name]
    more, less = words.split(" | ")
    if sign.startswith(">"):
        return Term(more.format(raw), lambda item, around: measure(item, around.now) >= span, timed=True)
    return Term(less.format(raw), lambda item, around: measure(item, around.now) <= span, timed=True)


def compared(name: str, sign: str, raw: str) -> Term:
    """Return the condition of a field that is compared with a number."""
    if _NUMBER.fullmatch(raw) is None:
        raise FilterError(f'"{name}" wants a number, as in {name}>1 or {name}:0')
    words, read = NUMBERS[name]
    holds = _COMPARED[sign]
    wanted = int(raw)

    def test(item: Standing, _: Circumstances) -> bool:
        number = read(item.row)
        return number is not None and holds(number, wanted)

    return Term(f"{words} {'=' if sign == ':' else sign} {wanted}", test)


_COMPARED: dict[str, Callable[[int, int], bool]] = {
    ":": lambda number, wanted: number == wanted,
    ">": lambda number, wanted: number > wanted,
    ">=": lambda number, wanted: number >= wanted,
    "<": lambda number, wanted: number < wanted,
    "<=": lambda number, wanted: number <= wanted,
}
