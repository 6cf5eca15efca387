"""The command that tells clients something; ``commands`` is its door."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from console.domain.comms.draft import Draft


@dataclass(frozen=True, slots=True)
class PostUpdate:
    """Tell clients something, on these outlets: a ``draft``, which makes the text, or a text of one's own.

    ``seen`` is how many updates the writer knew of (None: not asked); ``despite_newer`` answers the question whether it
    is still to be posted where somebody told clients meanwhile.
    """

    text: str = ""
    outlets: tuple[str, ...] = ()
    draft: Draft | None = None
    seen: int | None = None
    despite_newer: bool = False


@dataclass(frozen=True, slots=True)
class WaiveUpdate:
    """Say that clients need no update that says it is over, and why."""

    reason: str
