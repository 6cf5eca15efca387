"""Commands that take an incident apart again."""

from __future__ import annotations

from dataclasses import dataclass

from console.domain.aftermath import Ticket
from console.domain.alert import AlertRef


@dataclass(frozen=True, slots=True)
class Split:
    """Let a merged ``child`` stand alone again, or open an incident for the alerts of ``services``.

    ``into`` and ``refs`` are filled in by whoever carries it out, who knows the other incident: both sides
    are written in one transaction.
    """

    child: str = ""
    services: tuple[str, ...] = ()
    into: str = ""
    refs: tuple[AlertRef, ...] = ()
    tickets: tuple[Ticket, ...] = ()  # the child's: it takes them along


@dataclass(frozen=True, slots=True)
class StandAlone:
    """The child's side of a split. ``gone`` are alerts of it that have an incident of their own by now."""

    out_of: str
    gone: tuple[AlertRef, ...] = ()
