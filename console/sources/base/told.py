"""Who it was here, for products that count all we do as done by the owner of our key.

The text that goes with an action begins with whoever acted here, and is read back: so an ack of ours
that is seen there is not taken for somebody else's.
"""

from __future__ import annotations

import re

from console.domain.text import one_line
from console.ports.store import OutboxEntry

_OURS = re.compile(r"(?P<who>.{1,100}?) via oncall(?:: | \()")


def told_by(entry: OutboxEntry) -> str:
    """Return the text for an action: who acts here, the note, and the effect's id."""
    note = f": {one_line(entry.text, 300)}" if entry.text else ""
    return f"{one_line(entry.actor, 100) or 'oncall'} via oncall{note} ({entry.id})"


def teller(text: str) -> str:
    """Return who acted here according to such a text; empty for any other."""
    ours = _OURS.match(text)
    return ours["who"] if ours else ""
