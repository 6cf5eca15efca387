"""How the tickets of an incident stand, in words: linked, being made, failed."""

from __future__ import annotations

from dataclasses import dataclass

from console.domain.incident import Effect, Incident
from console.domain.vocabulary import EffectKind, EffectState

KINDS = frozenset(
    {
        EffectKind.TICKET_OPEN,
        EffectKind.TICKET_LINK,
        EffectKind.TICKET_COMMENT,
        EffectKind.TICKET_MOVE,
        EffectKind.TICKET_ASSIGN,
    }
)


@dataclass(frozen=True, slots=True)
class Stands:
    """A ticket, or what is asked of one; ``state`` is of what was asked last, ``words`` say it. ``key`` empty: not made."""

    outlet: str
    key: str
    words: str
    state: EffectState = EffectState.DONE
    url: str = ""


def stands(incident: Incident) -> tuple[Stands, ...]:
    """Return the linked tickets, then what waits or went wrong since."""
    linked = [
        Stands(one.outlet, one.key, ", ".join(filter(None, (one.state, one.assignee))), url=one.url)
        for one in incident.tickets
    ]
    there = {one.outlet for one in incident.tickets}
    last: dict[tuple[str, EffectKind, str], Effect] = {}
    for effect in incident.effects:
        if effect.kind in KINDS and not (_went_wrong(effect) and effect.source in there):
            last[effect.source, effect.kind, _key(effect)] = effect
    asked = [
        Stands(one.source, _key(one), _words(one), one.state)
        for one in last.values()
        if one.state is not EffectState.DONE
    ]
    return (*linked, *asked)


def _went_wrong(effect: Effect) -> bool:
    """Return whether no ticket was made: no news any more where there is one by now."""
    return effect.kind is EffectKind.TICKET_OPEN and effect.state is EffectState.FAILED


def _key(effect: Effect) -> str:
    """Return the key that an effect is about: it stands at the end of its id."""
    _, found, key = effect.id.partition(f":{effect.kind}:")
    return key if found else ""


def _words(effect: Effect) -> str:
    if effect.state is EffectState.FAILED:
        return f"{effect.kind} FAILED: {effect.text}"
    return f"{effect.kind}: {effect.text or 'asked for, no answer yet'}"
