"""What people ask for about tickets in other systems."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OpenTicket:
    """Have a ticket made; ``outlet`` is the name of a ``[[tickets]]``, empty: the first.

    ``actual`` is what happened and ``ideal`` what should have, in the words of whoever asks.
    """

    outlet: str = ""
    actual: str = ""
    ideal: str = ""


@dataclass(frozen=True, slots=True)
class LinkTicket:
    """Link a ticket that exists: ``ticket`` is its key or its address."""

    ticket: str
    outlet: str = ""


@dataclass(frozen=True, slots=True)
class DropTicket:
    """Take the link to a ticket off; the ticket itself stays as it is."""

    ticket: str
