"""Read the config file, and what it includes, check it and say plainly what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

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
from console.config.outlets import outlets_of
from console.config.owntables import OwnTables, read_own
from console.config.places import Places
from console.config.problems import Problem, explain, from_pydantic, summed_up
from console.config.roles import Broken
from console.config.runbooks import Runbooks
from console.config.stamps import Stamp
from console.errors import ConfigError
from console.feeds.base.options import FeedOptions
from console.outlets.base.options import OutletOptions
from console.sources.base.options import SourceOptions
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
    own, problems = read_own(data, places)
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
            problems += _doubts(config, own)
            problems += literals(config, own.by_section(), places, modes)
            problems += own.warnings()
    errors = [problem for problem in problems if not problem.warning]
    if errors or config is None:
        raise ConfigError(summed_up(said([*aside, *errors])))
    return Loaded(
        config=config,
        path=found.parts[0].path,
        options=own.sources,
        places=places,
        warnings=(*found.warnings, *said(problems)),
        set_aside=tuple(f"{SET_ASIDE}{line}" for line in said(aside)),
        broken=broken,
        files=tuple(part.path for part in found.parts),
        stamps=tuple(found.stamps),
        channels=own.channels,
        feeds=own.feeds,
        outlets=own.outlets,
        tickets=own.tickets,
    )


def _doubts(config: Config, own: OwnTables) -> Iterator[Problem]:
    """Yield what does not fit between the config's own tables and those whose keys depend on their kind."""
    yield from unseen_flapping(config.grouping, own.sources)
    named = zip(config.channels, own.channels, strict=True)
    yield from check_notify(config, [one.reach(table.name) for table, one in named])
    yield from check_outlets(config, outlets_of(config.outlets, own.outlets))
    yield from check_files(own.outlets)
    yield from check_tickets(config, own.tickets)


def _runbooks(data: Mapping[str, Any], places: Places) -> Runbooks:
    """Return checked ``[runbooks]`` once more, with its files relative to the file that it stands in."""
    context = {"folder": places.folder(("runbooks", "fetch"))}
    return Runbooks.model_validate(data.get("runbooks", {}), context=context)
