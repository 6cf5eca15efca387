"""Feeds of changes as the config file writes them, and what they come to without their secrets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import AfterValidator, ConfigDict

from console.config.base import Table, Word
from console.config.setup import SourceSpec
from console.feeds.base.options import FeedOptions

_TAKEN = "cli"
"""The source of changes that people tell of (``oncall change``)."""


def _free(value: str) -> str:
    if ":" in value:
        raise ValueError("must not have a colon: ids of changes are written feed:id")
    if value.casefold() == _TAKEN:
        raise ValueError(f'must not be "{_TAKEN}": changes that people tell of are called so')
    return value


class FeedTable(Table):
    """``[[changes]]``: kind and name here; everything else is checked by the kind's own options."""

    model_config = ConfigDict(extra="allow")

    kind: Word
    """Which product: grafana, github, gitlab, argocd."""

    name: Annotated[Word, AfterValidator(_free)]
    """What it is called on screen; stays with its changes, so keep it."""


def feeds_of(tables: Sequence[FeedTable], options: Sequence[FeedOptions]) -> tuple[SourceSpec, ...]:
    """Return all feeds as front ends know them, in the order of the config."""
    pairs = zip(tables, options, strict=True)
    return tuple(SourceSpec(table.name, table.kind, one.interval.total_seconds()) for table, one in pairs)
