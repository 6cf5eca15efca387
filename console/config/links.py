"""Links that are filled from the incident, as the config file writes them."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import AfterValidator, BeforeValidator, model_validator

from console.config.base import Line, Table, Word
from console.domain.text import safe_url
from console.domain.urltemplate import fields_in, trace_pattern


def _address(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("must be an address in quotes")  # noqa: TRY004 - pydantic turns only this into a sentence
    return value.strip() if fields_in(value.strip()) else safe_url(value.format())


class TitledLink(Table):
    """What every link has."""

    title: Line
    """What it is called."""

    url: Annotated[str, BeforeValidator(_address)]
    """http or https; may have fields, such as ``{service}``, behind the host."""

    trace: Annotated[Line, AfterValidator(trace_pattern)] | None = None
    """A regular expression that finds a trace id in labels (``name=value``) and texts, for ``{trace}``."""

    @model_validator(mode="after")
    def _trace_goes_with_its_field(self) -> Self:
        wanted = "trace" in fields_in(self.url)
        if wanted and self.trace is None:
            raise ValueError('url has {trace}; say with trace = "…" how one is found')
        if self.trace is not None and not wanted:
            raise ValueError("trace is said, but url has no {trace}")
        return self


class LinkTable(TitledLink):
    """``[[links]]``: an address for many services; with nothing else said, for every incident."""

    services: tuple[Line, ...] = ()
    """Only for these services."""

    teams: tuple[Word, ...] = ()
    """Only for these teams."""

    sources: tuple[Word, ...] = ()
    """Only for incidents with an alert from these sources."""
