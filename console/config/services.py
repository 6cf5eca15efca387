"""Services as the config file writes them."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator

from console.config.base import Line, Table, Word
from console.domain.text import safe_url


def _address(value: str) -> str:
    address = safe_url(value)
    if not address:
        raise ValueError("is not an http or https address without user name and blanks")
    return address


class ServiceLink(Table):
    """A titled address of a service: its dashboard, its logs."""

    title: Line
    """What it is called."""

    url: Annotated[str, BeforeValidator(_address)]
    """http or https."""


class Service(Table):
    """``[[services]]``: what alerts are about."""

    name: Line
    """As alerts call it (the ``service`` of the alert)."""

    team: Word
    """Whose it is: a team's id."""

    depends_on: tuple[Line, ...] = ()
    """Services it stands on."""

    links: tuple[ServiceLink, ...] = ()
    """Where to look."""

    runbooks: tuple[Line, ...] = ()
    """Runbook files for any alert of this service, relative to a runbook folder."""
