"""Any value of the domain, by the types its dataclasses declare."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import datetime, timedelta
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from console.domain.actors import Actor, ActorKind
from console.domain.events import Body, Event
from console.domain.summary import Summary
from console.store.codec import from_ms

MOMENTS = st.integers(0, 1 << 43).map(from_ms)  # whole milliseconds, 1970 to about 2248
SPANS = st.integers(0, 1 << 40).map(lambda milliseconds: timedelta(milliseconds=milliseconds))

PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    datetime: MOMENTS,
    timedelta: SPANS,
    NoneType: st.none(),
    str: st.text(),
    bool: st.booleans(),
    int: st.integers(-(1 << 53), 1 << 53),
}


def any_of(kind: Any) -> st.SearchStrategy[Any]:
    """Return a strategy for a declared type."""
    if kind in PLAIN:
        return PLAIN[kind]
    if get_origin(kind) in {Union, UnionType}:
        return st.one_of([any_of(arg) for arg in get_args(kind)])
    if get_origin(kind) is tuple:
        first, *rest = get_args(kind)
        if rest == [Ellipsis]:
            return st.lists(any_of(first), max_size=3).map(tuple)
        return st.tuples(any_of(first), *map(any_of, rest))
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        return st.builds(kind, **{field.name: any_of(hints[field.name]) for field in fields(kind)})  # type: ignore[arg-type]
    strategy: st.SearchStrategy[Any] = st.sampled_from(kind)
    return strategy


BODIES = any_of(Body)
SUMMARIES = any_of(Summary)
EVENTS = st.builds(
    Event,
    incident=st.text(),
    n=st.integers(1, 1 << 40),
    at=MOMENTS,
    actor=st.builds(Actor, st.text(), st.sampled_from(ActorKind)),
    body=BODIES,
    op=st.text(),
)
