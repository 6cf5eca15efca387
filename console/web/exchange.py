"""One question to a server and its answer, as values. No HTTP client in here, and no secret in a ``repr``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from console.errors import SourceError
from console.web.answers import decode

Params = Sequence[tuple[str, str]]
NO_HEADERS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Request:
    """What is sent. ``url`` is whole, with its query; ``headers`` have the credentials in them.

    ``at`` is the IP address to connect to, where the host has been looked up already; else empty.
    """

    method: str
    url: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    content: bytes | None = field(repr=False)
    at: str = ""

    def with_headers(self, more: Mapping[str, str]) -> Request:
        """Return the same request with more headers; what it has already stays."""
        return replace(self, headers={**more, **self.headers})


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered. ``headers`` by lower-case name."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    place: str

    def json(self) -> Any:
        """Return the decoded body, None where it is empty. Raises ``SourceError``."""
        return decode(self.body, self.place) if self.body.strip() else None


class BrokenOffError(SourceError):
    """The connection broke off before the answer was complete: nobody knows whether it was carried out."""
