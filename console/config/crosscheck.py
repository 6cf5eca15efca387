"""What no table can know alone: whether the names in it mean somebody, and whether they mean one."""

from __future__ import annotations

from collections.abc import Iterator

from console.config.checklists import check_checklists
from console.config.checks.advice import advice
from console.config.checks.escalation import check_escalation
from console.config.checks.links import check_links
from console.config.grouping import check_grouping
from console.config.model import Config
from console.config.nearest import did_you_mean
from console.config.problems import Problem
from console.config.roles import Broken, roles_of
from console.config.views import check_views


def crosscheck(config: Config, broken: Broken = ()) -> Iterator[Problem]:
    """Yield all problems between the tables of a config whose tables are right one by one.

    The entries of the roster are checked before, see ``check_roster``; ``broken`` is what it found.
    """
    yield from _duplicates(config)
    yield from _teams(config)
    yield from check_escalation(config, broken)
    yield from check_views(config.views)
    yield from check_checklists(config.checklists, [team.id for team in config.teams])
    yield from check_links(config)
    yield from check_grouping(config.grouping, config.services)
    yield from _advice(config, broken)
    yield from advice(config)


def _duplicates(config: Config) -> Iterator[Problem]:
    names: dict[str, list[tuple[str, str]]] = {
        "people": [("id", person.id) for person in config.people],
        "teams": [("id", team.id) for team in config.teams],
        "services": [("name", service.name) for service in config.services],
        "sources": [("name", source.name) for source in config.sources],
        "channels": [("name", channel.name) for channel in config.channels],
        "changes": [("name", feed.name) for feed in config.changes],
        "tickets": [("name", table.name) for table in config.tickets],
    }
    for section, found in names.items():
        first: dict[str, int] = {}
        for index, (key, name) in enumerate(found):
            if name in first:
                yield Problem(
                    (section, index, key),
                    f'"{name}" is in [[{section}]] already',
                    other=(section, first[name], key),
                )
            first.setdefault(name, index)
    people = {person.id for person in config.people}
    for index, team in enumerate(config.teams):
        if team.id in people:
            yield Problem(
                ("teams", index, "id"), f'"{team.id}" is the id of a person too; a page could mean either'
            )


def _teams(config: Config) -> Iterator[Problem]:
    teams = [team.id for team in config.teams]
    named: dict[str, list[str]] = {
        "services": [service.team for service in config.services],
        "escalation": [chain.team for chain in config.escalation],
    }
    for section, found in named.items():
        for index, team in enumerate(found):
            if team not in teams:
                yield Problem(
                    (section, index, "team"), f'no [[teams]] has the id "{team}"{did_you_mean(team, teams)}'
                )


def _advice(config: Config, broken: Broken) -> Iterator[Problem]:
    """Yield what works as it stands but is hardly meant."""
    people = [person.id for person in config.people]
    if config.me.id is not None and people and config.me.id not in people:
        yield Problem(
            ("me", "id"),
            f'no [[people]] has the id "{config.me.id}"{did_you_mean(config.me.id, people)}',
            warning=True,
        )
    services = [service.name for service in config.services]
    for index, service in enumerate(config.services):
        for position, other in enumerate(service.depends_on):
            if other not in services:
                yield Problem(
                    ("services", index, "depends_on", position),
                    f'no [[services]] has the name "{other}"{did_you_mean(other, services)}',
                    warning=True,
                )
    if not config.sources:
        yield Problem((), "no [[sources]]: only incidents that people report will show", warning=True)
    chains = {chain.team for chain in config.escalation}
    for index, team in enumerate(config.teams):
        if team.id not in chains:
            default = " and ".join(
                role for role in ("primary", "secondary") if role in roles_of(config, team.id, broken)
            )
            text = f"the default chain pages {default}" if default else "nobody is ever paged"
            yield Problem(("teams", index), f"has no [[escalation]]: {text}", warning=True)
