"""The command that tells clients something; ``commands`` is its door."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from console.domain.comms.draft import Draft


@dataclass(frozen=True, slots=True)
class PostUpdate:
    """Tell clients something, on these outlets: a ``draft``, which makes the text, or a text of one's own."""

    text: str = ""
    outlets: tuple[str, ...] = ()
    draft: Draft | None = None


@dataclass(frozen=True, slots=True)
class WaiveUpdate:
    """Say that clients need no update that says it is over, and why."""

    reason: str
