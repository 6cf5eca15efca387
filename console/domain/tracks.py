"""Tracks: parallel work inside one incident (fix, customer support, vendor), and the checks that they wait for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from console.domain.text import one_line
from console.domain.vocabulary import TrackState

LONGEST_NAME = 40
LONGEST_TEXT = 300
"""Characters of a track's name, and of what it is about or what happened."""
MOST_TRACKS = 20
"""Tracks of one incident that are not done."""
_ROW_TEXT = 80  # characters of what a track is about that a row keeps


@dataclass(frozen=True, slots=True)
class Track:
    """One track as it stands. ``at`` and ``by``: who said so last; ``told_at``: when its check came and was told.

    ``noted_at`` and ``noted_by`` are of ``note``, which stays while others change the rest.
    """

    name: str
    state: TrackState
    at: datetime
    by: str
    what: str = ""
    owner: str = ""
    note: str = ""
    check_at: datetime | None = None
    told_at: datetime | None = None
    noted_at: datetime | None = None
    noted_by: str = ""

    @property
    def is_open(self) -> bool:
        """Whether it still needs somebody."""
        return self.state is not TrackState.DONE

    @property
    def titled(self) -> str:
        """Its name with what it is about: ``vendor (maps vendor, ticket 123)``."""
        return titled(self.name, self.what)

    @property
    def verb(self) -> str:
        """What its check asks for: who waits is chased, who works is asked how far it is."""
        return verb(self.state)


@dataclass(frozen=True, slots=True)
class Check:
    """When somebody is to look after a track, as a row of the list keeps it. ``owner`` empty: the incident's."""

    at: datetime
    owner: str
    verb: str
    name: str
    what: str

    @property
    def words(self) -> str:
        """What to do: ``chase vendor (maps vendor, ticket 123)``."""
        return f"{self.verb} {titled(self.name, self.what)}"


def titled(name: str, what: str) -> str:
    """Return a track's name with what it is about."""
    return f"{name} ({what})" if what and what != name else name


def verb(state: TrackState) -> str:
    """Return what a check asks for."""
    return "chase" if state is TrackState.WAITING else "check"


def find(tracks: Iterable[Track], name: str) -> Track | None:
    """Return the track of that name, however it is written in capitals."""
    wanted = name.casefold()
    return next((one for one in tracks if one.name.casefold() == wanted), None)


def open_tracks(tracks: Iterable[Track]) -> tuple[Track, ...]:
    """Return those that are not done, the next check first, those without a check last, then by name."""
    found = [one for one in tracks if one.is_open]
    return tuple(sorted(found, key=_by_check))


def next_check(tracks: Iterable[Track]) -> Track | None:
    """Return the track whose check comes next and has not been told yet."""
    waiting = [one for one in open_tracks(tracks) if one.check_at is not None and one.told_at is None]
    return waiting[0] if waiting else None


def _by_check(track: Track) -> tuple[bool, float, str]:
    at = track.check_at
    return at is None, at.timestamp() if at is not None else 0.0, track.name


def packed(tracks: Iterable[Track]) -> str:
    """Return the checks of a row as text, one a line, soonest first: a list has them without reading logs."""
    return "\n".join(
        "\t".join((one.check_at.isoformat(), one.owner, one.verb, one.name, one_line(one.what, _ROW_TEXT)))
        for one in open_tracks(tracks)
        if one.check_at is not None
    )


def checks(text: str) -> tuple[Check, ...]:
    """Return what ``packed`` wrote, soonest first."""
    lines = (line.split("\t", 4) for line in text.split("\n") if line)
    return tuple(
        Check(datetime.fromisoformat(at), owner, word, name, what) for at, owner, word, name, what in lines
    )
