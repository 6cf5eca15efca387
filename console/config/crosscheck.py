"""What no table can know alone: whether the names in it mean somebody, and whether they mean one."""

from __future__ import annotations

from collections.abc import Iterator

from console.config.checklists import check_checklists
from console.config.model import Config
from console.config.nearest import did_you_mean
from console.config.overrides import Override
from console.config.problems import Problem


def roles_of(config: Config, team: str) -> tuple[str, ...]:
    """Return the roles that rotations fill for a team, in the order of the file."""
    return tuple(dict.fromkeys(rotation.role for rotation in config.rotations if rotation.team == team))


def crosscheck(config: Config) -> Iterator[Problem]:
    """Yield all problems between the tables of a config whose tables are right one by one."""
    yield from _duplicates(config)
    yield from _teams(config)
    yield from _people(config)
    for index, override in enumerate(config.overrides):
        yield from _override(config, index, override)
    yield from _chains(config)
    yield from check_checklists(config.checklists, [team.id for team in config.teams])
    yield from _advice(config)


def _duplicates(config: Config) -> Iterator[Problem]:
    names: dict[str, list[tuple[str, str]]] = {
        "people": [("id", person.id) for person in config.people],
        "teams": [("id", team.id) for team in config.teams],
        "services": [("name", service.name) for service in config.services],
        "sources": [("name", source.name) for source in config.sources],
        "rotations": [("role", f"{rotation.role} of {rotation.team}") for rotation in config.rotations],
        "escalation": [("team", chain.team) for chain in config.escalation],
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
    for index, rotation in enumerate(config.rotations):
        if rotation.role in people:
            yield Problem(
                ("rotations", index, "role"),
                f'"{rotation.role}" is the id of a person too; a page could mean either',
            )


def _teams(config: Config) -> Iterator[Problem]:
    teams = [team.id for team in config.teams]
    named: dict[str, list[str]] = {
        "services": [service.team for service in config.services],
        "rotations": [rotation.team for rotation in config.rotations],
        "overrides": [override.team for override in config.overrides],
        "escalation": [chain.team for chain in config.escalation],
    }
    for section, found in named.items():
        for index, team in enumerate(found):
            if team not in teams:
                yield Problem(
                    (section, index, "team"), f'no [[teams]] has the id "{team}"{did_you_mean(team, teams)}'
                )


def _people(config: Config) -> Iterator[Problem]:
    people = [person.id for person in config.people]
    for index, rotation in enumerate(config.rotations):
        for position, member in enumerate(rotation.members):
            if member not in people:
                yield Problem(
                    ("rotations", index, "members", position),
                    f'no [[people]] has the id "{member}"{did_you_mean(member, people)}',
                )
    for index, override in enumerate(config.overrides):
        if override.person not in people:
            yield Problem(
                ("overrides", index, "person"),
                f'no [[people]] has the id "{override.person}"{did_you_mean(override.person, people)}',
            )


def _override(config: Config, index: int, override: Override) -> Iterator[Problem]:
    roles = roles_of(config, override.team)
    if roles and override.role not in roles:
        yield Problem(
            ("overrides", index, "role"),
            f'no rotation of {override.team} fills "{override.role}"{did_you_mean(override.role, roles)}',
        )
    if (override.start.tzinfo is None) != (override.end.tzinfo is None):
        yield Problem(("overrides", index, "end"), "start and end must both have an offset, or neither")
    elif override.end <= override.start:
        yield Problem(("overrides", index, "end"), "end must be later than start")


def _chains(config: Config) -> Iterator[Problem]:
    people = [person.id for person in config.people]
    teams = [team.id for team in config.teams]
    for index, chain in enumerate(config.escalation):
        roles = roles_of(config, chain.team)
        known = [*roles, *people, *teams]
        for step, level in enumerate(chain.levels):
            for position, target in enumerate(level.notify):
                if target not in known:
                    yield Problem(
                        ("escalation", index, "levels", step, "notify", position),
                        f'"{target}" is no role that a rotation of {chain.team} fills, no person and no team'
                        f"{did_you_mean(target, known)}",
                    )


def _advice(config: Config) -> Iterator[Problem]:
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
                role for role in ("primary", "secondary") if role in roles_of(config, team.id)
            )
            text = f"the default chain pages {default}" if default else "nobody is ever paged"
            yield Problem(("teams", index), f"has no [[escalation]]: {text}", warning=True)
