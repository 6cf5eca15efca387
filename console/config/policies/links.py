"""From the config's links to those of the domain."""

from __future__ import annotations

from console.config.links import TitledLink
from console.config.model import Config
from console.config.services import Service
from console.domain.alert import Link
from console.domain.urltemplate import LinkTemplate, fields_in


def plain_links(service: Service) -> tuple[Link, ...]:
    """Return the links of a service that are the same for every incident."""
    return tuple(Link(one.title, one.url) for one in service.links if not fields_in(one.url))


def templates_of(config: Config) -> tuple[LinkTemplate, ...]:
    """Return what is filled from the incident: the services' own first, then what is for many."""
    own = [
        _template(link, services=(service.name,))
        for service in config.services
        for link in service.links
        if fields_in(link.url)
    ]
    shared = [_template(link, link.services, link.teams, link.sources) for link in config.links]
    return (*own, *shared)


def _template(
    link: TitledLink,
    services: tuple[str, ...] = (),
    teams: tuple[str, ...] = (),
    sources: tuple[str, ...] = (),
) -> LinkTemplate:
    return LinkTemplate(link.title, link.url, link.trace or "", services, teams, sources)
