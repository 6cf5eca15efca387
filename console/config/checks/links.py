"""Whether ``[[links]]`` are for something that there is."""

from __future__ import annotations

from collections.abc import Iterator

from console.config.model import Config
from console.config.nearest import did_you_mean
from console.config.problems import Problem


def check_links(config: Config) -> Iterator[Problem]:
    """Yield the names in links that mean nothing; alerts may name services that the config does not."""
    teams = [team.id for team in config.teams]
    sources = [source.name for source in config.sources]
    services = [service.name for service in config.services]
    for index, link in enumerate(config.links):
        named = (
            ("teams", "id", link.teams, teams),
            ("sources", "name", link.sources, sources),
            ("services", "name", link.services, services),
        )
        for section, key, names, known in named:
            for position, name in enumerate(names):
                if name not in known:
                    text = f'no [[{section}]] has the {key} "{name}"{did_you_mean(name, known)}'
                    place = ("links", index, section, position)
                    yield Problem(place, text, warning=section == "services")
