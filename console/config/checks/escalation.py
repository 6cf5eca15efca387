"""Whether chains and planned work name somebody, and whether each chain can ever be used."""

from __future__ import annotations

from collections.abc import Iterator

from console.config.escalation import ROOM, Escalation, Level
from console.config.lines import Path
from console.config.model import Config
from console.config.nearest import did_you_mean
from console.config.problems import Problem
from console.config.roles import Broken, roles_of

PRIORITIES = ("P1", "P2", "P3", "P4")


def check_escalation(config: Config, broken: Broken = ()) -> Iterator[Problem]:
    """Yield what is wrong with ``[[escalation]]`` and ``[[maintenance]]``; ``broken`` roles count as filled."""
    for index, chain in enumerate(config.escalation):
        place: Path = ("escalation", index)
        yield from _services(config, chain, place)
        yield from _same(config, index)
        known = [
            *roles_of(config, chain.team, broken),
            *(person.id for person in config.people),
            *(team.id for team in config.teams),
        ]
        for step, level in enumerate(chain.levels):
            where: Path = (*place, "levels", step)
            yield from _targets(level, chain.team, known, where)
            yield from _rooms(config, level, where)
    yield from _unused(config)
    yield from _maintenance(config)


def _targets(level: Level, team: str, known: list[str], place: Path) -> Iterator[Problem]:
    for position, target in enumerate(level.notify):
        if target not in known and not target.startswith(ROOM):
            yield Problem(
                (*place, "notify", position),
                f'"{target}" is no role that a rotation of {team} fills, no person and no team'
                f"{did_you_mean(target, known)}",
            )


def _rooms(config: Config, level: Level, place: Path) -> Iterator[Problem]:
    names = [channel.name for channel in config.channels]
    said: list[tuple[Path, str]] = [
        *(
            (("notify", n), one.removeprefix(ROOM))
            for n, one in enumerate(level.notify)
            if one.startswith(ROOM)
        ),
        *((("channels", n), one) for n, one in enumerate(level.channels)),
    ]
    for key, name in said:
        if name not in names:
            yield Problem((*place, *key), f'no [[channels]] has the name "{name}"{did_you_mean(name, names)}')


def _services(config: Config, chain: Escalation, place: Path) -> Iterator[Problem]:
    names = [service.name for service in config.services]
    owners = {service.name: service.team for service in config.services}
    for position, name in enumerate(chain.services):
        where = (*place, "services", position)
        if name not in owners:
            yield Problem(where, f'no [[services]] has the name "{name}"{did_you_mean(name, names)}')
        elif owners[name] != chain.team:
            yield Problem(
                where, f'"{name}" is a service of {owners[name]}: its incidents never use this chain'
            )


def _same(config: Config, index: int) -> Iterator[Problem]:
    """Yield a chain that competes with an earlier one: which of them counts would be left to chance."""
    chain = config.escalation[index]
    for other, earlier in enumerate(config.escalation[:index]):
        if earlier.team != chain.team or bool(earlier.services) != bool(chain.services):
            continue
        if bool(earlier.priorities) != bool(chain.priorities):
            continue
        services = _common(chain.services, earlier.services)
        priorities = _common(chain.priorities, earlier.priorities)
        if services is None or priorities is None:
            continue
        what = " ".join(filter(None, (chain.team, services, priorities)))
        key = (
            "team"
            if not chain.services and not chain.priorities
            else "services"
            if services
            else "priorities"
        )
        yield Problem(
            ("escalation", index, key),
            f'"{what}" is in [[escalation]] already',
            other=("escalation", other, key),
        )
        return


def _common(these: tuple[str, ...], those: tuple[str, ...]) -> str | None:
    """Return what two lists share in words, empty where both mean all, None where they share nothing."""
    shared = [name for name in these if name in those]
    if not these and not those:
        return ""
    return ", ".join(shared) if shared else None


def _unused(config: Config) -> Iterator[Problem]:
    """Yield chains before which more special ones always come: nobody can ever use them."""
    for index, chain in enumerate(config.escalation):
        left = set(chain.priorities or PRIORITIES)
        for other in config.escalation:
            if other is chain or other.team != chain.team or not other.priorities:
                continue
            covers = bool(chain.services) and set(chain.services) <= set(other.services)
            if covers or (not chain.services and not chain.priorities and not other.services):
                left -= set(other.priorities)
        if not left and not (chain.services and chain.priorities):
            yield Problem(
                ("escalation", index),
                f"can never be used: other chains of {chain.team} come first for every priority",
            )


def _maintenance(config: Config) -> Iterator[Problem]:
    services = [service.name for service in config.services]
    teams = [team.id for team in config.teams]
    for index, table in enumerate(config.maintenance):
        for position, name in enumerate(table.services):
            if name not in services:
                yield Problem(
                    ("maintenance", index, "services", position),
                    f'no [[services]] has the name "{name}"{did_you_mean(name, services)}',
                )
        for position, name in enumerate(table.teams):
            if name not in teams:
                yield Problem(
                    ("maintenance", index, "teams", position),
                    f'no [[teams]] has the id "{name}"{did_you_mean(name, teams)}',
                )
