"""The NEXT line: the one thing policy wants now, in the order in which it matters.

Unknown never looks quiet: while the store does not save, nobody runs the engine, or a source is not
live, "nothing needs you" is not said (peer bug B23).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from itertools import chain, islice

from console.domain.hints import handing
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
from console.domain.hints.incidents import incident_wishes, work_goes_on
from console.domain.snapshot import Snapshot
from console.domain.standing import Viewer, Want

__all__ = [
    "HANDOVER_WITHIN",
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
    return replace(first, then=rest[0])


def _wishes(
    snapshot: Snapshot, summed: Digest, who: Viewer, now: datetime, engine_trouble: str
) -> Iterator[Hint]:
    """Yield everything that is wanted, most pressing first."""
    yield from foundations(snapshot, now, engine_trouble)
    yield from incident_wishes(summed, snapshot.policy, now)
    yield from handing.unaccepted(snapshot, who, now)
    yield from handing.answers(snapshot, who)
    yield from together(snapshot)
    yield from gaps(snapshot, who, now)
    yield from sources(snapshot, now)
    yield from shift_end(snapshot, who, now)


def _otherwise(snapshot: Snapshot, summed: Digest, now: datetime) -> Iterator[Hint]:
    """Yield what to say where nothing presses; that nothing is wanted only where that is known and true."""
    work = work_goes_on(summed, now)
    yield from islice(work, 1)
    elsewhere = f"{summed.others_unacked} unacked, paged to others" if summed.others_unacked else ""
    if elsewhere and summed.mine.get(Want.FIX):
        yield Hint(elsewhere)
    yield from work
    if snapshot.rehearsal == "drill" and not snapshot.rows:
        began = "the drill is over unless more comes: leave to read your score"
        text = began if snapshot.position else "the drill: wait for the page"
        yield Hint(text, "console.quit" if snapshot.position else "", tone=Tone.CALM)
    if all_is_known(snapshot, now):
        nothing = "nothing else needs you" if summed.mine.get(Want.FIX) else "nothing needs you"
        yield Hint(f"{nothing} · {elsewhere}" if elsewhere else nothing, tone=Tone.CALM)
    else:
        yield Hint("what is not live is unknown, not quiet", tone=Tone.WARN)
