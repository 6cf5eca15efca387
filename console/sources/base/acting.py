"""Carrying out an effect at a product that keeps incidents of its own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from console.domain.alert import Alert
from console.domain.incident import Incident
from console.domain.text import one_line
from console.domain.vocabulary import EffectState
from console.errors import SourceError
from console.ports.sources import Settled
from console.ports.store import OutboxEntry
from console.sources.base.reading.records import UnreadableError
from console.sources.base.source import kept_at

Act = Callable[[Alert], Awaitable[Settled]]
"""Carries out an effect on the one upstream incident that the alert stands for."""


async def concluded(carried_out: Awaitable[Settled]) -> Settled:
    """Return how an effect ended; an error that no second try mends is an end, too.

    Raises ``SourceError`` where trying again may help.
    """
    try:
        return await carried_out
    except SourceError as error:
        if error.final:
            return failed(str(error))
        raise


async def on_each(incident: Incident, source: str, act: Act) -> Settled:
    """Carry out an effect on each upstream incident of ours: one, or several after a merge here.

    Failed where one of them failed. Raises ``SourceError`` where trying again may help.
    """
    settled = [await concluded(_read(act, alert)) for alert in kept_at(incident, source)]
    if not settled:
        return failed(f"nothing to act on: no incident of {source} belongs to it")
    ends = [one.until for one in settled if one.until is not None]
    return Settled(
        EffectState.FAILED if any(one.state is EffectState.FAILED for one in settled) else EffectState.DONE,
        "; ".join(dict.fromkeys(one.text for one in settled)),
        handle=" ".join(one.handle for one in settled if one.handle),
        until=min(ends, default=None),
    )


async def _read(act: Act, alert: Alert) -> Settled:
    try:
        return await act(alert)
    except UnreadableError as error:
        raise SourceError(f"the answer cannot be read: {error}", hint="check that url is right") from None


def done(text: str) -> Settled:
    """Return that it was carried out, in the product's own words ("acknowledged #12")."""
    return Settled(EffectState.DONE, text)


def failed(text: str) -> Settled:
    """Return that it was not and will not be, why, and what to do."""
    return Settled(EffectState.FAILED, one_line(text))


def signed(entry: OutboxEntry) -> str:
    """Return a note as it is sent: with who wrote it here, and the effect's id by which a second attempt finds it."""
    return f"{entry.text}\n({entry.actor or 'somebody'} via oncall, {entry.id})"
