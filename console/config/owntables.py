"""The tables whose keys depend on their kind: sources, channels, feeds, outlets and ticket systems."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar

from pydantic import BaseModel, ValidationError

from console.channels import registry as channel_registry
from console.channels.base.options import ChannelOptions
from console.config.nearest import did_you_mean
from console.config.places import Places
from console.config.problems import Problem, from_pydantic
from console.feeds import registry as feed_registry
from console.feeds.base.options import FeedOptions
from console.outlets import registry as outlet_registry
from console.outlets.base.options import OutletOptions
from console.sources import registry as source_registry
from console.sources.base.options import SourceOptions
from console.tickets import registry as ticket_registry
from console.tickets.base.options import TicketOptions


@dataclass(frozen=True, slots=True)
class OwnTables:
    """The tables as their own ``Options`` read them, in the order of the config; those that are wrong left out."""

    sources: tuple[SourceOptions, ...]
    channels: tuple[ChannelOptions, ...]
    feeds: tuple[FeedOptions, ...]
    outlets: tuple[OutletOptions, ...]
    tickets: tuple[TicketOptions, ...]

    def by_section(self) -> dict[str, Sequence[BaseModel]]:
        """Return them by what their section is called in the config."""
        return {
            "sources": self.sources,
            "channels": self.channels,
            "changes": self.feeds,
            "outlets": self.outlets,
            "tickets": self.tickets,
        }

    def warnings(self) -> Iterator[Problem]:
        """Yield what each of them warns of."""
        for section, tables in self.by_section().items():
            for index, one in enumerate(tables):
                for text in getattr(one, "warnings", ()):
                    yield Problem((section, index), text, warning=True)


def read_own(data: Mapping[str, Any], places: Places) -> tuple[OwnTables, list[Problem]]:
    """Return the tables of a config, and what is wrong with them."""
    problems: list[Problem] = []
    own = OwnTables(
        sources=_options_of_all(data, places, "sources", source_registry, problems),
        channels=_options_of_all(data, places, "channels", channel_registry, problems),
        feeds=_options_of_all(data, places, "changes", feed_registry, problems),
        outlets=_options_of_all(data, places, "outlets", outlet_registry, problems),
        tickets=_options_of_all(data, places, "tickets", ticket_registry, problems),
    )
    return own, problems


class _Wrong(Exception):  # noqa: N818 - carries findings, never leaves this module
    def __init__(self, problems: list[Problem]) -> None:
        super().__init__()
        self.problems = problems


Options = TypeVar("Options", SourceOptions, ChannelOptions, FeedOptions, OutletOptions, TicketOptions)
Options_co = TypeVar(
    "Options_co", SourceOptions, ChannelOptions, FeedOptions, OutletOptions, TicketOptions, covariant=True
)


class _Kinds(Protocol[Options_co]):
    """Which kinds a section knows, and what each takes."""

    def kinds(self) -> tuple[str, ...]: ...

    def options_of(self, kind: str) -> type[Options_co]: ...


def _options_of_all(
    data: Mapping[str, Any], places: Places, section: str, known: _Kinds[Options], problems: list[Problem]
) -> tuple[Options, ...]:
    """Return the tables of a section, and add what is wrong with them to ``problems``."""
    options: list[Options] = []
    tables = data.get(section)
    for index, table in enumerate(tables if isinstance(tables, list) else []):
        try:
            options.append(_options(table, places.folder((section, index)), (section, index), known))
        except _Wrong as wrong:
            problems += wrong.problems
    return tuple(options)


def _options(table: Any, folder: Path, place: tuple[str, int], known: _Kinds[Options]) -> Options:
    """Return a table of a source, a channel, a feed, an outlet or a ticket system as its kind's own ``Options`` read it."""
    kind = table.get("kind") if isinstance(table, dict) else None
    if not isinstance(kind, str) or not isinstance(table.get("name"), str):
        raise _Wrong([])  # the table is refused already
    kinds = known.kinds()
    if kind not in kinds:
        text = f'unknown kind "{kind}"{did_you_mean(kind, kinds)}'
        raise _Wrong([Problem((*place, "kind"), text)])
    model = known.options_of(kind)
    own = {key: value for key, value in table.items() if key not in {"kind", "name"}}
    try:
        return model.model_validate(own, context={"folder": folder})
    except ValidationError as error:
        raise _Wrong(list(from_pydantic(error, model, place))) from None
