"""What could not be carried out says in its incident's log why it waits."""

from __future__ import annotations

from functools import partial

from console.domain.actors import ENGINE
from console.domain.commands import SettleEffect
from console.domain.vocabulary import EffectState
from console.domain.waiting import WAITS
from console.engine.kit import Kit
from console.engine.lease import LeaseKeeper
from console.errors import SourceError
from console.ports.store import OutboxEntry


async def say_that_it_waits(kit: Kit, keeper: LeaseKeeper, entry: OutboxEntry, error: SourceError) -> None:
    """Write down why an effect waits; the same reason is written once, however often it is tried."""
    waits = SettleEffect(entry.id, entry.source, entry.kind, EffectState.PENDING, f"{WAITS}{error}")
    save = partial(
        kit.executor.carry_out,
        *(entry.incident, waits, ENGINE, f"waits:{entry.id}:{entry.attempts}"),
        lease=keeper.current(),
    )
    await kit.worker.run(save)
