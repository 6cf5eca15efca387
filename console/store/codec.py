"""Values to JSON and back, by the types their dataclasses declare.

The stored format follows from ``domain.events``: a body is written under its class name with its
field names; instants and spans are whole milliseconds, enums their values, zones their names, tuples arrays.
Reading is tolerant so that logs stay readable for ever: fields unknown here are left aside,
missing ones take their defaults. All fields are written, defaults too, so that changing a
default later does not change what an old entry says. The JSON is pure ASCII.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from enum import Enum
from functools import lru_cache
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints
from zoneinfo import ZoneInfo

from console.domain.actors import Actor, ActorKind
from console.domain.events import Body, Event
from console.domain.team.facts import FactBody
from console.errors import StoreError

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)
Stored = Body | FactBody
"""A body of an incident's log or of the team's."""
BODIES: dict[str, type[Body]] = {body.__name__: body for body in get_args(Body)}
FACTS: dict[str, type[FactBody]] = {body.__name__: body for body in get_args(FactBody)}
NEWER = "it was written by a newer version of oncall; upgrade this one"

T = TypeVar("T")
Convert = Callable[[Any], Any]

_writers: dict[type, Convert] = {}
_readers: dict[type, Convert] = {}
_dumps = json.JSONEncoder(separators=(",", ":")).encode
_decode = json.JSONDecoder().raw_decode


def _loads(text: str) -> Any:
    """Return what we wrote as JSON: no blanks around it to look for, which takes as long as reading it."""
    value, end = _decode(text)
    if end != len(text):
        raise ValueError("more follows")
    return value


def to_ms(moment: datetime) -> int:
    """Return an aware instant as milliseconds since 1970 UTC, cut (not rounded)."""
    return (moment - EPOCH) // MILLISECOND


def from_ms(milliseconds: int) -> datetime:
    """Return the aware UTC instant of a number of milliseconds since 1970."""
    return EPOCH + timedelta(milliseconds=milliseconds)


def encode(event: Event) -> bytes:
    """Return one event as one line of JSON, without the line break."""
    kind, body = _write_body(event.body)
    line = {
        "incident": event.incident,
        "n": event.n,
        "at": to_ms(event.at),
        "actor": event.actor.name,
        "actor_kind": event.actor.kind.value,
        "op": event.op,
        "type": kind,
        "body": body,
    }
    return _dumps(line).encode("ascii")


def decode(line: bytes | str) -> Event:
    """Return the event of a line. Raises ``StoreError`` where it is damaged or newer than this version."""
    try:
        data = json.loads(line if isinstance(line, str) else line.decode("ascii"))
        return Event(
            data["incident"],
            data["n"],
            from_ms(data["at"]),
            actor(data["actor"], data.get("actor_kind", "human")),
            _read_body(data["type"], data["body"], BODIES),
            data.get("op", ""),
        )
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise unreadable("A log entry") from error


def pack(body: Stored) -> tuple[str, str]:
    """Return a body as (class name, JSON text)."""
    kind, data = _write_body(body)
    return kind, _dumps(data)


def unpack(kind: str, text: str) -> Body:
    """Return an event's body that ``pack`` wrote. Raises ``StoreError`` where it is damaged or newer."""
    return _unpack(kind, text, BODIES)


def unpack_fact(kind: str, text: str) -> FactBody:
    """Return a fact's body that ``pack`` wrote. Raises ``StoreError`` where it is damaged or newer."""
    return _unpack(kind, text, FACTS)


def _unpack(kind: str, text: str, kinds: dict[str, type[T]]) -> T:
    try:
        return _read_body(kind, _loads(text), kinds)
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise unreadable(f"A log entry of kind {kind}") from error


def dump(value: object) -> str:
    """Return any dataclass of the domain as JSON text."""
    return _dumps(_writer(type(value))(value))


def load(cls: type[T], text: str) -> T:
    """Return the value that ``dump`` wrote. Raises ``StoreError`` where it is damaged or newer."""
    try:
        value: T = _reader(cls)(_loads(text))
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise unreadable(f"A stored {cls.__name__}") from error
    return value


@lru_cache(maxsize=256)
def actor(name: str, kind: str) -> Actor:
    """Return an actor; the same few people act again and again, so they are made once."""
    return Actor(name, ActorKind(kind))


def unreadable(what: str) -> StoreError:
    """Return the error for stored data that makes no sense here."""
    return StoreError(
        f"{what} cannot be read", hint=f"either it is damaged (oncall store check says more) or {NEWER}"
    )


def _write_body(body: Stored) -> tuple[str, Any]:
    cls = type(body)
    return cls.__name__, _writer(cls)(body)


def _read_body(kind: str, data: Any, kinds: dict[str, type[T]]) -> T:
    cls = kinds.get(kind)
    if cls is None:
        raise StoreError(f"The log holds an entry of a kind unknown here ({kind})", hint=NEWER)
    body: T = _reader(cls)(data)
    return body


def _writer(cls: type) -> Convert:
    """Return the function that turns a dataclass into plain data; made once for each class."""
    if cls not in _writers:
        _writers[cls] = _make_writer(cls)
    return _writers[cls]


def _reader(cls: type) -> Convert:
    """Return the function that makes a dataclass of plain data; made once for each class."""
    if cls not in _readers:
        _readers[cls] = _make_reader(cls)
    return _readers[cls]


def _make_writer(cls: type) -> Convert:
    parts = [(field.name, encoder(kind)) for field, kind in _declared(cls)]

    def write(value: object) -> dict[str, object]:
        return {
            name: getattr(value, name) if convert is None else convert(getattr(value, name))
            for name, convert in parts
        }

    return write


def _make_reader(cls: type) -> Convert:
    parts = []
    for field, kind in _declared(cls):
        default: Any = field.default
        if field.default_factory is not MISSING:
            default = field.default_factory()
        parts.append((field.name, decoder(kind), default))

    def read(data: dict[str, Any]) -> object:
        values = []
        for name, convert, default in parts:
            try:
                value = data[name]
            except KeyError:
                if default is MISSING:
                    raise
                value = default
            else:
                if convert is not None:
                    value = convert(value)
            values.append(value)
        return cls(*values)

    return read


def _declared(cls: type) -> list[tuple[Any, Any]]:
    if not is_dataclass(cls):
        raise TypeError(f"{cls.__name__} is not a dataclass")
    hints = get_type_hints(cls)
    return [(field, hints[field.name]) for field in fields(cls)]


def encoder(kind: Any) -> Convert | None:
    """Return how a declared type is written, or None where JSON takes it as it is."""
    return _converter(kind, encoder, _ENCODERS, _enum_value, _writer)


def decoder(kind: Any) -> Convert | None:
    """Return how a declared type is read, or None where JSON brings it as it is."""
    return _converter(kind, decoder, _DECODERS, _enum_member, _reader)


_PLAIN = (str, int, bool, float)
_ENCODERS: dict[type, Convert] = {
    datetime: to_ms,
    timedelta: lambda span: span // MILLISECOND,
    tzinfo: str,
}
_DECODERS: dict[type, Convert] = {
    datetime: from_ms,
    timedelta: lambda ms: timedelta(milliseconds=ms),
    tzinfo: lambda name: UTC if name == "UTC" else ZoneInfo(name),
}


def _enum_value(_kind: type[Enum]) -> Convert:
    return lambda member: member.value


def _enum_member(kind: type[Enum]) -> Convert:
    members = {member.value: member for member in kind}
    return members.__getitem__


def _converter(
    kind: Any,
    again: Callable[[Any], Convert | None],
    scalars: dict[type, Convert],
    enum: Callable[[type[Enum]], Convert],
    record: Callable[[type], Convert],
) -> Convert | None:
    """Choose by type; reading and writing differ only in what is done with scalars, enums and records."""
    origin = get_origin(kind)
    if origin in {Union, UnionType}:
        present = [arg for arg in get_args(kind) if arg is not NoneType]
        if len(present) != 1:
            raise TypeError(f"{kind} cannot be stored: only 'X | None' is")
        return _optional(again(present[0]))
    if origin is tuple:
        return _sequence(get_args(kind), again)
    if kind in scalars:
        return scalars[kind]
    if isinstance(kind, type) and issubclass(kind, Enum):
        return enum(kind)
    if kind in _PLAIN:
        return None
    if is_dataclass(kind):
        return record(kind)  # type: ignore[arg-type]  # is_dataclass narrows to instances too
    raise TypeError(f"{kind} cannot be stored")


def _optional(convert: Convert | None) -> Convert | None:
    if convert is None:
        return None
    return lambda value: None if value is None else convert(value)


def _sequence(args: tuple[Any, ...], again: Callable[[Any], Convert | None]) -> Convert:
    if len(args) == 2 and args[1] is Ellipsis:
        convert = again(args[0])
        if convert is None:
            return tuple
        return lambda values: tuple([convert(value) for value in values])
    parts = [again(arg) for arg in args]
    if all(part is None for part in parts):
        return tuple
    return lambda values: tuple(
        value if part is None else part(value) for part, value in zip(parts, values, strict=True)
    )
