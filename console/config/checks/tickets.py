"""Whether the names in ``[[tickets]]`` mean something."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from console.config.lines import Path
from console.config.model import Config
from console.config.nearest import did_you_mean
from console.config.problems import Problem
from console.tickets.base.options import TicketOptions


def check_tickets(config: Config, options: Sequence[TicketOptions]) -> Iterator[Problem]:
    """Yield unknown services and teams of routes, and names that something else answers to."""
    taken = {one.name: "[[sources]]" for one in config.sources}
    taken |= {one.name: "[[outlets]]" for one in config.outlets}
    services = [one.name for one in config.services]
    teams = [one.id for one in config.teams]
    for index, (table, own) in enumerate(zip(config.tickets, options, strict=True)):
        place: Path = ("tickets", index)
        if table.name in taken:
            text = f'"{table.name}" is in {taken[table.name]} already: what is asked of one would go to the other'
            yield Problem((*place, "name"), text)
        taken[table.name] = "[[tickets]]"
        for number, route in enumerate(own.routes):
            way: Path = (*place, "routes", number)
            for position, name in enumerate(route.services):
                if name not in services:
                    text = f'no [[services]] has the name "{name}"{did_you_mean(name, services)}'
                    yield Problem((*way, "services", position), text)
            for position, name in enumerate(route.teams):
                if name not in teams:
                    yield Problem(
                        (*way, "teams", position),
                        f'no [[teams]] has the id "{name}"{did_you_mean(name, teams)}',
                    )
