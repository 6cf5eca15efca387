"""The NEXT line: the one thing policy wants now, in the order in which it matters.

Unknown never looks quiet: while the store does not save, nobody runs the engine, or a source is not
live, "nothing needs you" is not said (peer bug B23).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import chain, islice

from console.domain.hints.around import (
    HANDOVER_WITHIN,
    all_is_known,
    engine_runs,
    foundations,
    gaps,
    my_duty,
    shift_end,
    sources,
    together,
)
from console.domain.hints.digest import Digest, digest
from console.domain.hints.hint import Hint, Tone
from console.domain.hints.incidents import PRIORITY_WITHIN, incident_wishes
from console.domain.snapshot import Snapshot
from console.domain.standing import Viewer

__all__ = [
    "HANDOVER_WITHIN",
    "PRIORITY_WITHIN",
    "Digest",
    "Hint",
    "Tone",
    "all_is_known",
    "digest",
    "engine_runs",
    "my_duty",
    "next_hint",
]


def next_hint(  # noqa: PLR0913 - what is known, who looks, when, and what others add
    snapshot: Snapshot,
    summed: Digest,
    who: Viewer,
    now: datetime,
    engine_trouble: str = "",
    *,
    asides: tuple[Hint, ...] = (),
) -> Hint:
    """Return the one thing policy wants now, with what comes after it.

    ``engine_trouble``: why this console's engine is not running. ``asides``: what to say where nothing presses.
    """
    wishes = _wishes(snapshot, summed, who, now, engine_trouble)
    first, *rest = islice(chain(wishes, asides, _otherwise(snapshot, summed, now)), 2)
    if not rest or (rest[0].tone is Tone.CALM and not rest[0].action):  # "then: nothing" says nothing
        return first
    return Hint(first.text, first.action, first.incident, first.tone, rest[0])


def _wishes(
    snapshot: Snapshot, summed: Digest, who: Viewer, now: datetime, engine_trouble: str
) -> Iterator[Hint]:
    """Yield everything that is wanted, most pressing first."""
    yield from foundations(snapshot, now, engine_trouble)
    yield from incident_wishes(summed, snapshot.policy, now)
    yield from together(snapshot)
    yield from gaps(snapshot, who, now)
    yield from sources(snapshot, now)
    yield from shift_end(snapshot, who, now)


def _otherwise(snapshot: Snapshot, summed: Digest, now: datetime) -> Iterator[Hint]:
    if all_is_known(snapshot, now):
        elsewhere = f" · {summed.others_unacked} unacked, paged to others" if summed.others_unacked else ""
        yield Hint(f"nothing needs you{elsewhere}", tone=Tone.CALM)
    else:
        yield Hint("what is not live is unknown, not quiet", tone=Tone.WARN)
