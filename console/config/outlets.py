"""Outlets for clients as the config file writes them, and what they come to without their secrets."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import ConfigDict

from console.config.base import Table, Word
from console.domain.comms.outlets import Outlet
from console.outlets.base.options import OutletOptions


class OutletTable(Table):
    """``[[outlets]]``: kind and name here; everything else is checked by the kind's own options."""

    model_config = ConfigDict(extra="allow")

    kind: Word
    """Which product: statuspage, instatus, cachet, slack, email, intercom, file."""

    name: Word
    """What it is called on screen; stays with the updates that went there, so keep it."""


def outlets_of(tables: Sequence[OutletTable], options: Sequence[OutletOptions]) -> tuple[Outlet, ...]:
    """Return all outlets as rules and front ends know them, in the order of the config."""
    return tuple(one.told(table.name) for table, one in zip(tables, options, strict=True))
