"""What all tables of the config file have in common, and the plain value types in them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path as FilePath
from pathlib import PurePath
from typing import Annotated, Self, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, PlainSerializer, PrivateAttr

from console.config.durations import format_duration, parse_duration
from console.config.lines import Path


class Table(BaseModel):
    """A table of the config file: unknown keys are refused, values do not change afterwards."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
        arbitrary_types_allowed=True,
    )


class Entry(Table):
    """A table that is set aside alone where something is wrong with it; it knows where it stands."""

    _place: Path = PrivateAttr(default=())

    @property
    def place(self) -> Path:
        """Its key in the whole config, such as ``("rotations", 2)``."""
        return self._place

    def standing(self, place: Path) -> Self:
        """Remember where it stands, and return it."""
        self._place = place
        return self


def _line(value: str) -> str:
    text = value.strip()
    if not text or not text.isprintable() or len(text) > 200:
        raise ValueError("must be one line of 1 to 200 printable characters")
    return text


def _word(value: str) -> str:
    if not _line(value) or any(letter.isspace() for letter in value):
        raise ValueError("must be one word without blanks")
    return value


T = TypeVar("T")


def not_empty(values: tuple[T, ...]) -> tuple[T, ...]:
    """Refuse an empty list; unlike a least length it does not count what is wrong for other reasons."""
    if not values:
        raise ValueError("must not be empty")
    return values


def file_name(value: object, endings: tuple[str, ...], what: str) -> str:
    """Return the name of a file that ends in one of ``endings``. Raises ``ValueError`` with a sentence for the user."""
    if not isinstance(value, str) or PurePath(value.strip().lower()).suffix not in endings:
        raise ValueError(f"must be the name of {what} that ends in {', '.join(endings)}")
    name = _line(value)
    try:
        FilePath(name).expanduser()
    except RuntimeError:
        raise ValueError("is in the home of somebody whom this machine does not know") from None
    return name


Line = Annotated[str, AfterValidator(_line)]
"""A short text on one line."""

Word = Annotated[str, AfterValidator(_word)]
"""An identifier: one word, because it is typed on command lines."""


def _off_or_duration(value: object) -> timedelta | None:
    return None if value == "off" else parse_duration(value)


def _show_off_or_duration(value: timedelta | None) -> str:
    return "off" if value is None else format_duration(value)


OffOrDuration = Annotated[
    timedelta | None, BeforeValidator(_off_or_duration), PlainSerializer(_show_off_or_duration)
]
"""A duration, or ``"off"`` (None)."""


def parse_zone(value: object) -> ZoneInfo:
    """Return the zone of an IANA name. Raises ``ValueError`` with a sentence for the user."""
    if isinstance(value, ZoneInfo):
        return value
    try:
        return ZoneInfo(str(value))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f'"{value}" is not a time zone; write it like "Asia/Jakarta" or "UTC"') from None


Zone = Annotated[ZoneInfo, BeforeValidator(parse_zone), PlainSerializer(str)]
"""A name from the IANA time zone database."""
