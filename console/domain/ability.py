"""What a source does upstream when something is done here, and what it cannot: said, never emulated silently."""

from __future__ import annotations

from dataclasses import dataclass

from console.domain.vocabulary import EffectKind


@dataclass(frozen=True, slots=True)
class Ability:
    """``does`` and ``lacks`` pair an effect with a few words: what it is there, or why it is not.

    The words stand after the source's name: ("ack", "silences it for 15 min"), ("resolve", "cannot:
    a monitor ends when it recovers"). ``holds``: an ack or snooze there is a hold with an end (a
    silence, a downtime), which is prolonged while somebody has the incident and taken back at its
    end. ``owns``: the source keeps incidents of its own (PagerDuty, Jira).
    """

    does: tuple[tuple[EffectKind, str], ...] = ()
    lacks: tuple[tuple[EffectKind, str], ...] = ()
    holds: bool = False
    owns: bool = False

    def can(self, kind: EffectKind) -> bool:
        """Return whether an effect of this kind is carried out there."""
        return any(one is kind for one, _ in self.does)

    def words(self, kind: EffectKind) -> str:
        """Return what an effect is there, or why there is none; empty where nothing was said of it."""
        return next((words for one, words in (*self.does, *self.lacks) if one is kind), "")


KEYS = (
    EffectKind.ACK,
    EffectKind.RESOLVE,
    EffectKind.SNOOZE,
    EffectKind.NOTE,
    EffectKind.ASSIGN,
    EffectKind.ESCALATE,
)
"""What people do with keys; taking back goes with each."""


def keys_in_words(ability: Ability) -> str:
    """Return what the keys do at a source, and which of them act only here."""
    does = [f"{kind.value} {ability.words(kind)}" for kind in KEYS if ability.can(kind)]
    only_here = [kind.value for kind in KEYS if not ability.can(kind)]
    return "; ".join((*does, *([f"only here: {', '.join(only_here)}"] if only_here else ())))


NOTHING = Ability()
"""A source that only reports."""
