"""What was asked of a product that does not answer: why it waits, and when it is tried again. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, tzinfo

from console.domain.human import clock
from console.domain.incident import Effect
from console.domain.vocabulary import EffectState

WAITS = "waits: "
"""How the text of an effect begins that is tried again; the reason of the latest try follows."""

Tries = tuple[tuple[str, datetime], ...]
"""Ids of effects that were tried, and when each is tried again (UTC)."""


def some_wait(effects: Iterable[Effect]) -> bool:
    """Return whether something was tried in vain and is tried again."""
    return any(_waits(one) for one in effects)


def next_try(effect: Effect, tries: Tries) -> datetime | None:
    """Return when an effect that waits is tried again; None where it does not wait, or that is not known."""
    return dict(tries).get(effect.id) if _waits(effect) else None


def waiting_words(effect: Effect, tries: Tries, now: datetime, zone: tzinfo) -> str:
    """Return an effect's text, with when it is tried again."""
    at = next_try(effect, tries)
    if at is None:
        return effect.text
    return f"{effect.text}; tried again " + (f"at {clock(at, zone)}" if at > now else "now")


def _waits(effect: Effect) -> bool:
    return effect.state is EffectState.PENDING and effect.text.startswith(WAITS)
