"""Overrides as the config file writes them."""

from __future__ import annotations

from console.config.base import Entry, Line, Word
from console.config.moments import Moment


class Override(Entry):
    """``[[overrides]]``: somebody covers a role for a while; the later in the file wins."""

    team: Word
    """A team's id."""

    role: Word
    """The role that is covered."""

    person: Word
    """Who covers: a person's id."""

    start: Moment
    """From when; without an offset: wall time of the role's rotation."""

    end: Moment
    """Until when, likewise."""

    reason: Line | None = None
    """Why, as it is shown."""
