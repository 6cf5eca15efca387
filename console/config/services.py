"""Services as the config file writes them."""

from __future__ import annotations

from console.config.base import Line, Table, Word
from console.config.links import TitledLink


class ServiceLink(TitledLink):
    """A titled address of a service: its dashboard, its logs."""


class Service(Table):
    """``[[services]]``: what alerts are about."""

    name: Line
    """As alerts call it (the ``service`` of the alert)."""

    public_name: Line | None = None
    """What clients call it; left out: the same."""

    team: Word
    """Whose it is: a team's id."""

    depends_on: tuple[Line, ...] = ()
    """Services it stands on."""

    links: tuple[ServiceLink, ...] = ()
    """Where to look."""

    runbooks: tuple[Line, ...] = ()
    """Runbook files for any alert of this service, relative to a runbook folder."""
