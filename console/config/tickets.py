"""Ticket systems as the config file names them."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import ConfigDict

from console.config.base import Table, Word
from console.domain.tickets.place import Place
from console.tickets.base.options import TicketOptions


class TicketTable(Table):
    """``[[tickets]]``: kind and name here; everything else is checked by the kind's own options."""

    model_config = ConfigDict(extra="allow")

    kind: Word
    """Which product: jira, github, gitlab."""

    name: Word
    """What it is called on screen; stays with its tickets, so keep it."""


def places_of(tables: Sequence[TicketTable], options: Sequence[TicketOptions]) -> tuple[Place, ...]:
    """Return what the ticket systems are to the rules, in the order of the config."""
    return tuple(one.place(table.name) for table, one in zip(tables, options, strict=True))
