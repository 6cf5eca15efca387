"""The config table of an ``http`` source."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from console.config.base import Table, Word
from console.config.secrets import Secret
from console.sources.base.options import LoginOptions
from console.sources.base.reading.fields import Expression, MappedOptions, literals
from console.web.options import Url

_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")
_OURS = {"authorization", "content-length", "content-type", "host", "transfer-encoding"}


def _headers(table: dict[str, Secret]) -> dict[str, Secret]:
    for name in table:
        if not _NAME.fullmatch(name):
            raise ValueError(f'"{name}" is no name of a header')
        if name.lower() in _OURS - {"authorization"}:
            raise ValueError(f"{name} is set by itself")
    return table


def _texts(value: Any) -> Any:
    """Take numbers and truth values for the texts that they are in an address."""
    if not isinstance(value, dict):
        return value
    return {
        name: str(one).lower() if isinstance(one, bool) else str(one) if isinstance(one, int | float) else one
        for name, one in value.items()
    }


class Paging(Table):
    """``paging = { kind = "page", … }``: how the rest of a long list is asked for."""

    kind: Literal["none", "link", "next", "cursor", "page", "offset"] = "none"
    """``link``: a Link header names the next page; ``next``: the answer has its address; ``cursor``: the
    answer has what to send; ``page``: pages are counted; ``offset``: items are counted."""

    at: Expression | None = None
    """Where the address (``next``) or the cursor stands in the answer."""

    more: Expression | None = None
    """What says that there is more (``page``, ``offset``); left out: pages are asked for until one is empty."""

    parameter: Word | None = None
    """Parameter for the page, offset or cursor; left out: called like the kind."""

    start: Annotated[int, Field(ge=0)] | None = None
    """Number of the first page or item; left out: page 1, item 0."""

    size_parameter: Word | None = None
    """Parameter that says how many items a page shall have."""

    size: Annotated[int, Field(ge=1, le=10_000)] = 100
    """How many that is."""

    where: Literal["query", "body"] = "query"
    """Where the parameters go; ``body`` is for a POST."""

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.kind in {"next", "cursor"} and self.at is None:
            raise ValueError(f'kind = "{self.kind}" needs at: where it stands in the answer')
        if self.kind not in {"next", "cursor"} and self.at is not None:
            raise ValueError('at is for kind = "next" and "cursor"')
        if self.kind not in {"page", "offset"} and (self.more is not None or self.start is not None):
            raise ValueError('more and start are for kind = "page" and "offset"')
        return self


class Options(LoginOptions, MappedOptions):
    """``[[sources]]`` with ``kind = "http"``."""

    url: Url
    """Address of the list, without a query."""

    params: Annotated[dict[str, str], BeforeValidator(_texts)] = Field(default_factory=dict)
    """The query: ``{ status = "open" }``."""

    method: Literal["GET", "POST"] = "GET"
    """How to ask."""

    body: dict[str, Any] | None = None
    """What to send as JSON with a POST."""

    headers: Annotated[dict[str, Secret], AfterValidator(_headers)] = Field(default_factory=dict)
    """Headers, as text or secret reference: ``{ "X-API-KEY" = { env = "KEEP_KEY" } }``."""

    paging: Paging = Field(default_factory=Paging)
    """How the rest of a long list is asked for."""

    max_pages: Annotated[int, Field(ge=1, le=1000)] = 50
    """How many pages are read at most; what lies beyond is said to be missing."""

    @model_validator(mode="after")
    def _fitting(self) -> Self:
        if self.body is not None and self.method == "GET":
            raise ValueError('body needs method = "POST"')
        if self.paging.where == "body" and self.method == "GET":
            raise ValueError('paging: where = "body" needs method = "POST"')
        named = {name.lower() for name in self.headers}
        if "authorization" in named and (self.token is not None or self.username is not None):
            raise ValueError("takes either an Authorization header or a login, not both")
        return self

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the user should be reminded of as long as this table stays as it is."""
        return (*super().warnings, *literals("headers", self.headers))
