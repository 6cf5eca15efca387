"""Flapping, in words."""

from __future__ import annotations

from console.domain import events as ev
from console.domain.human import length
from console.domain.words.base import Telling, Words


def _began(body: ev.FlappingBegan, telling: Telling) -> str:
    span = length(telling.at - body.since)
    return f"it flaps: fired {body.times} times in {span}; held down until it has been quiet"


def _ended(body: ev.FlappingEnded, _telling: Telling) -> str:
    return f"stopped flapping, fired {body.times} times"


WORDS: Words = {
    ev.FlappingBegan: _began,
    ev.FlappingEnded: _ended,
}
