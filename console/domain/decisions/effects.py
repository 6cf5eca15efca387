"""What is asked of sources when something is done here, and how it is taken back."""

from __future__ import annotations

from datetime import datetime

from console.domain.decisions.base import Context, EffectWish
from console.domain.incident import Effect, Incident
from console.domain.upstream import COUNTER, latest, renewals
from console.domain.vocabulary import EffectKind, EffectState


def effect_id(incident: Incident, context: Context, source: str, kind: EffectKind) -> str:
    """Return the id of an effect: it follows from the incident, the op (else the log's length), source and kind."""
    cause = context.op or str(incident.n + 1)
    return f"{incident.id}:{cause}:{source}:{kind}"


def ask(  # noqa: PLR0913 - an effect may be about a time, a text and a place to leave out
    incident: Incident,
    context: Context,
    kind: EffectKind,
    until: datetime | None = None,
    *,
    text: str = "",
    via: str = "",
) -> tuple[EffectWish, ...]:
    """Return the wish for every source that can do this and has an alert firing here.

    Never for ``via``, where it was done already. A hold of ours that still stands is named by its
    handle, to be replaced. ``text`` is the note, the person or the level that it is about.
    """
    policy = context.policy
    firing = dict.fromkeys(ref.source for ref, member in incident.members if member.cleared_at is None)
    standing = {}
    if kind in COUNTER:
        standing = {effect.source: effect.handle for effect in outstanding(incident, context, kind)}
    return tuple(
        EffectWish(
            effect_id(incident, context, source, kind), source, kind, until, standing.get(source, ""), text
        )
        for source in firing
        if source != via and policy.ability(source).can(kind)
    )


def renew(incident: Incident, context: Context) -> tuple[EffectWish, ...]:
    """Return the wishes that prolong what stands for the ack, where that is due by now."""
    return tuple(
        EffectWish(
            effect_id(incident, context, effect.source, EffectKind.ACK),
            effect.source,
            EffectKind.ACK,
            handle=effect.handle,
            renews=effect.id,
        )
        for at, effect in renewals(incident, context.policy)
        if at <= context.now
    )


def take_back(incident: Incident, context: Context, *kinds: EffectKind) -> tuple[EffectWish, ...]:
    """Return the wishes that end what we asked for and what still stands, where the source can end it.

    ``stays`` says where it cannot. A source that the config no longer knows is asked all the same: that
    fails, and is told.
    """
    return tuple(
        EffectWish(
            effect_id(incident, context, effect.source, COUNTER[kind]),
            effect.source,
            COUNTER[kind],
            handle=effect.handle,
        )
        for kind in kinds
        for effect in outstanding(incident, context, kind)
        if _can_end(effect, COUNTER[kind], context)
    )


def stays(incident: Incident, context: Context, *kinds: EffectKind) -> str:
    """Return in words where what we asked for goes on standing, and why; empty where nowhere does."""
    told = [
        f"{effect.source} {context.policy.ability(effect.source).words(COUNTER[kind]) or 'keeps it as it is'}"
        for kind in kinds
        for effect in outstanding(incident, context, kind)
        if not _can_end(effect, COUNTER[kind], context)
    ]
    return f" ({'; '.join(dict.fromkeys(told))})" if told else ""


def _can_end(effect: Effect, counter: EffectKind, context: Context) -> bool:
    known = context.policy.abilities.get(effect.source)
    return known is None or known.can(counter)


def release(incident: Incident, context: Context) -> tuple[EffectWish, ...]:
    """Return the wishes that end our holds at the sources: what is over here is held back no longer there.

    An ack that is no hold ends with its incident, by itself.
    """
    wishes = take_back(incident, context, EffectKind.ACK, EffectKind.SNOOZE)
    known = context.policy.abilities
    return tuple(wish for wish in wishes if wish.source not in known or known[wish.source].holds)


def outstanding(incident: Incident, context: Context, kind: EffectKind) -> tuple[Effect, ...]:
    """Return the effects of a kind (ack, snooze, resolve) that nobody has taken back and that have not run out."""
    return tuple(
        effect
        for effect in latest(incident, kind).values()
        if effect.kind is kind and stands(effect) and (effect.until is None or effect.until > context.now)
    )


def stands(effect: Effect) -> bool:
    """Return whether an effect did something, or may yet do it."""
    return effect.state is not EffectState.FAILED or bool(effect.handle)
