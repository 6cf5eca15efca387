"""``[[calendars]]``: shifts that somebody else plans, in a file, at an address or in another product."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Annotated, Self

from pydantic import BeforeValidator, Field, PlainSerializer, model_validator

from console.config.base import Entry, Line, Word, Zone, file_name
from console.config.durations import format_duration, parse_duration
from console.config.secrets import MASK, Secret
from console.domain.text import safe_url

ENDINGS = (".ics", ".ical", ".csv")
"""What a calendar file's name may end in."""
LEAST = timedelta(minutes=1)
"""How often a calendar may be read at most."""
_WEBCAL = ("webcal://", "webcals://")


@dataclass(frozen=True, slots=True)
class Access:
    """What reading a calendar's address takes; none of it is ever shown, logged or kept."""

    url: str = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


def _file(value: object) -> str:
    return file_name(value, ENDINGS, "an iCalendar or CSV file")


def _every(value: object) -> timedelta:
    span = parse_duration(value)
    if span < LEAST:
        raise ValueError(f'must be at least "{format_duration(LEAST)}"')
    return span


def _address(value: str) -> str:
    """Return an address as it is asked. Raises ``ValueError`` that does not quote it: it may be private."""
    text = value.strip()
    for scheme in _WEBCAL:
        if text.lower().startswith(scheme):
            text = f"https://{text[len(scheme) :]}"
    address = safe_url(text)
    if not address:
        raise ValueError("is not an http, https or webcal address without user name and blanks")
    return address


def _url(value: object) -> object:
    if isinstance(value, str):
        return Secret.literal(_address(value))
    return value


Every = Annotated[timedelta, BeforeValidator(_every), PlainSerializer(format_duration)]


class Calendar(Entry):
    """``[[calendars]]``: one role of one team as another calendar has it; counts as a layer of the role."""

    team: Word
    """A team's id."""

    role: Word
    """What whoever has a shift there is: primary, secondary, …"""

    name: Line
    """What it is called on screen; one name only once."""

    layer: Annotated[int, Field(ge=-99, le=99)] = 0
    """Of several layers of a role the highest that has somebody counts."""

    file: Annotated[str, BeforeValidator(_file)] | None = None
    """An iCalendar (.ics) or CSV file, relative to this file."""

    url: Annotated[Secret, BeforeValidator(_url)] | None = None
    """Or an address to read; a private one is better said as { env = "NAME" }."""

    source: Line | None = None
    """Or the name of one of [[sources]], with ``schedule``."""

    schedule: Line | None = None
    """Id or name of a schedule there."""

    token: Secret | None = None
    """Bearer token for the address."""

    headers: dict[Word, Secret] = Field(default_factory=dict)
    """Other headers for the address."""

    every: Every = timedelta(minutes=15)
    """How often it is read again."""

    timezone: Zone | None = None
    """Whose wall time is meant by times without a zone; left out: that of the role's rotation, or UTC."""

    names: dict[Line, Word] = Field(default_factory=dict)
    """Who is who: a name or mail address there, and the id of a person."""

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        said = [key for key in ("file", "url", "source") if getattr(self, key) is not None]
        if len(said) != 1:
            found = " and ".join(said) or "none"
            raise ValueError(f"needs one of file, url or source, and has {found}")
        if (self.source is None) != (self.schedule is None):
            raise ValueError("source and schedule belong together")
        if self.url is None and (self.token is not None or self.headers):
            raise ValueError("token and headers are for a url")
        return self

    @property
    def origin(self) -> str:
        """Where it comes from as may be shown: a file, a host, a schedule. Never a private address."""
        if self.file is not None:
            return self.file
        if self.url is not None:
            return _host(self.url)
        return f"{self.schedule} of {self.source}"

    def access(self) -> Access | None:
        """Fetch what its address and secrets are; None where it has no address.

        May read files or run programs, see ``Secret.reveal``. Raises ``ConfigError``, and ``ValueError``
        where a secret is no address.
        """
        if self.url is None:
            return None
        headers = {name: secret.reveal() for name, secret in self.headers.items()}
        if self.token is not None:
            headers["Authorization"] = f"Bearer {self.token.reveal()}"
        return Access(_address(self.url.reveal()), headers)


def _host(url: Secret) -> str:
    if url.kind != "literal":
        return url.described
    return url.where[0].partition("://")[2].partition("/")[0] or MASK
