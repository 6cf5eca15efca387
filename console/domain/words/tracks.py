"""Parallel work, in words."""

from __future__ import annotations

from console.domain import events as ev
from console.domain.tracks import titled
from console.domain.words.base import Telling, Words, because


def _track_set(body: ev.TrackSet, telling: Telling) -> str:
    who = f", {telling.policy.name_of(body.owner)}" if body.owner else ""
    check = f", to be checked {telling.when(body.check_at)}" if body.check_at else ""
    return f"track {titled(body.track, body.what)} {body.state.value}{who}{check}{because(body.note)}"


def _track_due(body: ev.TrackDue, telling: Telling) -> str:
    return f"track {body.track}: its check of {telling.when(body.check_at)} is due"


WORDS: Words = {
    ev.TrackSet: _track_set,
    ev.TrackDue: _track_due,
}
