"""Read the config file, and what it includes, check it and say plainly what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar

from pydantic import BaseModel, ValidationError

from console.channels import registry as channel_registry
from console.channels.base.options import ChannelOptions
from console.config.aside import sift
from console.config.checks.flapping import unseen_flapping
from console.config.checks.literals import literals
from console.config.checks.notify import check_notify
from console.config.checks.outlets import check_files, check_outlets
from console.config.checks.roster import Files, check_roster
from console.config.checks.tickets import check_tickets
from console.config.crosscheck import crosscheck
from console.config.includes import Parts, read
from console.config.merge import merge
from console.config.model import Config
from console.config.nearest import did_you_mean
from console.config.outlets import outlets_of
from console.config.places import Places
from console.config.problems import Problem, explain, from_pydantic, summed_up
from console.config.roles import Broken
from console.config.runbooks import Runbooks
from console.config.stamps import Stamp
from console.errors import ConfigError
from console.feeds import registry as feed_registry
from console.feeds.base.options import FeedOptions
from console.outlets import registry as outlet_registry
from console.outlets.base.options import OutletOptions
from console.sources import registry as source_registry
from console.sources.base.options import SourceOptions
from console.tickets import registry as ticket_registry
from console.tickets.base.options import TicketOptions

SET_ASIDE = "set aside: "
"""What a line begins with that tells of an entry of the roster that does not count."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A config that may be used, with what its own text cannot say.

    ``options`` are the sources' tables as their own ``Options`` read them, in the order of the
    config, ``channels`` the channels', ``feeds`` those of ``[[changes]]``,
    ``outlets`` those of the outlets, ``tickets`` those of the ticket systems. ``warnings`` are whole lines for the user, ``set_aside`` those about entries of the roster that
    are wrong and do not count, ``broken`` the roles that they would have filled. ``places`` says where each
    key stands, ``files`` which files were read, ``path`` first, and ``stamps`` what they were then.
    """

    config: Config
    path: Path
    options: tuple[SourceOptions, ...]
    places: Places
    warnings: tuple[str, ...] = ()
    set_aside: tuple[str, ...] = ()
    broken: Broken = ()
    files: tuple[Path, ...] = ()
    stamps: tuple[Stamp, ...] = ()
    channels: tuple[ChannelOptions, ...] = ()
    feeds: tuple[FeedOptions, ...] = ()
    outlets: tuple[OutletOptions, ...] = ()
    tickets: tuple[TicketOptions, ...] = ()


def load(path: Path) -> Loaded:
    """Read, check and return a config. Raises ``ConfigError`` with one line per problem, at most ten."""
    return _checked(read(path))


def parse(text: str, path: Path) -> Loaded:
    """Return the config that a text says, as if it stood in ``path``. Raises ``ConfigError``."""
    return _checked(read(path, text))


def _checked(found: Parts) -> Loaded:
    data, places = merge(found.parts)

    def said(problems: list[Problem]) -> list[str]:
        ordered = sorted(problems, key=lambda problem: places.order(problem.path))
        return [explain(problem, data, places) for problem in ordered]

    sifted = sift(data, places)
    aside = sifted.problems
    options, problems = _all_options(data, places, "sources", source_registry)
    channels, wrong = _all_options(data, places, "channels", channel_registry)
    problems += wrong
    feeds, wrong = _all_options(data, places, "changes", feed_registry)
    problems += wrong
    outlets, wrong = _all_options(data, places, "outlets", outlet_registry)
    problems += wrong
    tickets, wrong = _all_options(data, places, "tickets", ticket_registry)
    problems += wrong
    broken: Broken = ()
    config = None
    try:
        # The one secret of these tables is the store's password.
        config = Config.model_validate(sifted.data, context={"folder": places.folder(("store", "password"))})
    except ValidationError as error:
        problems += from_pydantic(error, Config)
    else:
        config = config.model_copy(update={"runbooks": _runbooks(sifted.data, places)})
        modes = {part.path: part.mode or 0 for part in found.parts}
        checked = check_roster(config, aside, Files(data, places, modes))
        config, broken = checked.config, checked.broken
        aside = [*aside, *checked.aside]
        if not problems:
            problems += checked.doubts
            problems += crosscheck(config, broken)
            problems += unseen_flapping(config.grouping, options)
            named = zip(config.channels, channels, strict=True)
            problems += check_notify(config, [one.reach(table.name) for table, one in named])
            problems += check_outlets(config, outlets_of(config.outlets, outlets))
            problems += check_files(outlets)
            problems += check_tickets(config, tickets)
            asked: dict[str, Sequence[BaseModel]] = {
                "sources": options,
                "channels": channels,
                "changes": feeds,
                "outlets": outlets,
                "tickets": tickets,
            }
            problems += literals(config, asked, places, modes)
            problems += _warnings("sources", options)
            problems += _warnings("channels", channels)
            problems += _warnings("changes", feeds)
            problems += _warnings("outlets", outlets)
            problems += _warnings("tickets", tickets)
    errors = [problem for problem in problems if not problem.warning]
    if errors or config is None:
        raise ConfigError(summed_up(said([*aside, *errors])))
    return Loaded(
        config=config,
        path=found.parts[0].path,
        options=tuple(options),
        places=places,
        warnings=(*found.warnings, *said(problems)),
        set_aside=tuple(f"{SET_ASIDE}{line}" for line in said(aside)),
        broken=broken,
        files=tuple(part.path for part in found.parts),
        stamps=tuple(found.stamps),
        channels=tuple(channels),
        feeds=tuple(feeds),
        outlets=tuple(outlets),
        tickets=tuple(tickets),
    )


def _runbooks(data: Mapping[str, Any], places: Places) -> Runbooks:
    """Return checked ``[runbooks]`` once more, with its files relative to the file that it stands in."""
    context = {"folder": places.folder(("runbooks", "fetch"))}
    return Runbooks.model_validate(data.get("runbooks", {}), context=context)


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


def _all_options(
    data: Mapping[str, Any], places: Places, section: str, known: _Kinds[Options]
) -> tuple[list[Options], list[Problem]]:
    options: list[Options] = []
    problems: list[Problem] = []
    for index, table in enumerate(_tables(data, section)):
        try:
            options.append(_options(table, places.folder((section, index)), (section, index), known))
        except _Wrong as wrong:
            problems += wrong.problems
    return options, problems


def _tables(data: Mapping[str, Any], section: str) -> list[Any]:
    tables = data.get(section)
    return tables if isinstance(tables, list) else []


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


def _warnings(section: str, options: Sequence[BaseModel]) -> Iterator[Problem]:
    for index, one in enumerate(options):
        for text in getattr(one, "warnings", ()):
            yield Problem((section, index), text, warning=True)
