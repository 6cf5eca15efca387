"""The filter of the incident list: a small query language, and predicates that say themselves in words.

``p:1 svc:pay team:core st:ack own:me src:prod age>30m level>1 snoozed #41 "two words"``; terms are
and-ed, values with commas are or-ed, a leading ``-`` or ``!`` negates any of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from console.domain.filterfields import (
    ALIASES,
    FLAGS,
    NUMBERS,
    SPANS,
    TEXTS,
    compared,
    flag,
    free_text,
    reference,
    timed,
)
from console.domain.filterterms import Circumstances, FilterError, Term
from console.domain.nearest import nearest
from console.domain.standing import Standing

__all__ = ["FIELDS", "GRAMMAR", "Circumstances", "Filter", "FilterError", "Term", "parse"]

FIELDS = (*TEXTS, *SPANS, *NUMBERS)
"""The names that may stand before ``:``, ``<`` or ``>``."""
GRAMMAR = (
    ('words "two words"', "in title, service, alert or id"),
    ("p:1,2  st:acked  own:me", "priority, state, owner; a comma is or; p:? is not set, own:nobody"),
    ("svc: team: src: alert: key: id:", "has this text; #41 is INC-41, or 41 where it is kept"),
    ("age>30m  left<5m  quiet>1h  new<5m", "lengths of time in s, m, h, d, w"),
    ("level>1  alerts>5  firing:0  times>1", "numbers"),
    (" ".join(FLAGS), "said alone or after is:"),
    ("-st:acked  !snoozed", "- or ! turns a condition round"),
)
"""The language on a few lines: what is written, and what it means."""

_TOKEN = re.compile(r'([-!]?)((?:[^\s"]|"[^"]*")+)')
_FIELD = re.compile(r"([A-Za-z]+)(:|>=?|<=?)(.*)", re.DOTALL)
_NO_LABELS = 'labels are not in the list; "key:" finds incidents by the labels that group them'


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
    if word.lower() in FLAGS:
        return flag(word.lower())
    if word.startswith("#"):
        return reference(word[1:].replace('"', ""))
    found = None if word.startswith('"') else _FIELD.fullmatch(word)
    if found is None:
        return free_text(word.replace('"', ""))
    name, sign, raw = found.group(1).lower(), found.group(2), found.group(3).replace('"', "")
    name = ALIASES.get(name, name)
    if name in SPANS:
        return timed(name, sign, raw)
    if name in NUMBERS:
        return compared(name, sign, raw)
    return _text_field(name, sign, raw)


def _text_field(name: str, sign: str, raw: str) -> Term:
    if name not in TEXTS:
        if name == "label":
            raise FilterError(_NO_LABELS)
        near = nearest(name, [*FIELDS, *ALIASES])
        hint = f"; did you mean {near}?" if near else f"; fields: {' '.join(FIELDS)}"
        raise FilterError(f'no field "{name}"{hint} (put text with a colon into quotes)')
    if sign != ":":
        raise FilterError(f'"{name}" is compared with a colon: {name}:{raw or "…"}')
    make, example = TEXTS[name]
    values = [value for value in raw.split(",") if value]
    if not values:
        raise FilterError(f'"{name}:" wants a value, as in {example}')
    return make(values)
