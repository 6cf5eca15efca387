"""What sources do upstream, for tests that need some that do."""

from __future__ import annotations

from console.domain.ability import Ability
from console.domain.vocabulary import EffectKind

_SILENCES = {
    EffectKind.ACK: "silences it",
    EffectKind.UNACK: "ends the silence",
    EffectKind.SNOOZE: "silences it until then",
    EffectKind.WAKE: "ends the silence",
}

_KEEPS = {
    EffectKind.ACK: "acknowledges it",
    EffectKind.SNOOZE: "snoozes it",
    EffectKind.RESOLVE: "resolves it",
    EffectKind.REOPEN: "opens it again",
    EffectKind.NOTE: "notes it",
    EffectKind.ASSIGN: "reassigns it",
    EffectKind.ESCALATE: "escalates it",
}


def silencing(*sources: str, only: EffectKind | None = None) -> dict[str, Ability]:
    """Return sources that express an ack and a snooze (or ``only`` one of them) by a silence."""
    pairs = {EffectKind.ACK: EffectKind.UNACK, EffectKind.SNOOZE: EffectKind.WAKE}
    wanted = {only, pairs[only]} if only else set(_SILENCES)
    does = tuple((kind, words) for kind, words in _SILENCES.items() if kind in wanted)
    return {source: Ability(does, holds=True) for source in sources}


def keeping(*sources: str, without: EffectKind | None = None) -> dict[str, Ability]:
    """Return sources that keep incidents of their own, as PagerDuty does: no un-ack, no waking."""
    does = tuple((kind, words) for kind, words in _KEEPS.items() if kind is not without)
    return {source: Ability(does, owns=True) for source in sources}
