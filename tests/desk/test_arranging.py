"""Consoles and the team's log: what one arranges the others see, and no answer is a guess."""

from __future__ import annotations

from datetime import timedelta

from console.desk.local import LocalDesk
from console.domain.actors import Actor
from console.domain.roster import duty
from console.domain.snapshot import Snapshot
from console.domain.team import commands as cmd
from console.errors import StoreError
from console.ports.desk import Outcome, Refused, Saved, Unknown
from tests.desk.desks import Manned, manned, open_incident
from tests.engine.kits import ASHA, BUDI, policy
from tests.fakes.store import MemoryStore
from tests.fakes.troubled import Trouble, TroubledStore
from tests.waiting import until

TAKE = cmd.TakePager("payments", "primary", timedelta(hours=1))


def primary(snapshot: Snapshot) -> str | None:
    return next(one.person for one in snapshot.duties if one.role == "primary")


async def shown(one: Manned, person: str) -> Snapshot:
    """Return the last snapshot once it has somebody as the primary."""
    await until(lambda: bool(one.seen) and primary(one.seen[-1]) == person)
    return one.seen[-1]


async def test_what_one_arranges_everybody_sees() -> None:
    store = MemoryStore()
    async with manned(store.another(), ASHA) as asha, manned(store.another(), BUDI) as budi:
        await shown(asha, "asha")
        outcome = await budi.desk.arrange(TAKE, "op-1")
        assert isinstance(outcome, Saved)
        for one in (budi, asha):
            snapshot = await shown(one, "budi")
            assert [cover.id for cover in snapshot.team.covers] == ["C1"]
            assert duty(snapshot.policy.roster, "payments", "primary", snapshot.now).covering
        ended = await asha.desk.arrange(cmd.EndCover("C1"), "op-2")
        assert isinstance(ended, Saved)
        for one in (budi, asha):
            await shown(one, "asha")


async def test_a_console_that_starts_later_has_the_covers_at_once() -> None:
    store = MemoryStore()
    async with manned(store.another(), BUDI) as budi:
        await budi.desk.arrange(TAKE, "op-1")
    async with manned(store.another(), ASHA) as asha:
        await shown(asha, "budi")


async def test_news_of_something_else_leave_the_team_as_it_is() -> None:
    store = MemoryStore()
    async with manned(store.another(), BUDI) as budi:
        await budi.desk.arrange(TAKE, "op-1")
        before = await shown(budi, "budi")
        open_incident(store.another())
        await until(lambda: bool(budi.seen[-1].rows))
        assert budi.seen[-1].team is before.team


async def test_a_lost_answer_is_found_out_about() -> None:
    store = TroubledStore()
    async with manned(store, BUDI) as budi:
        store.have(Trouble.CUT_AFTER)
        outcome: Outcome = await budi.desk.arrange(TAKE, "op-1")
        budi.answers["op-1"] = outcome
        assert isinstance(outcome, Unknown)
        store.mend()
        (late,) = await budi.all_settled()
        assert isinstance(late, Saved)
        assert (late.op, late.incident) == ("op-1", "")
        await shown(budi, "budi")


async def test_a_console_that_only_looks_arranges_nothing() -> None:
    store = MemoryStore()
    desk = LocalDesk(store, policy, Actor("budi"), find_runbook=lambda _: (None, ""), readonly=True)
    try:
        assert isinstance(await desk.arrange(TAKE, "op-1"), Refused)
        assert store.facts() == ()
    finally:
        await desk.close()


async def test_a_store_without_the_teams_tables_is_shown_all_the_same() -> None:
    async with manned(Older(), ASHA) as asha:
        snapshot = await shown(asha, "asha")
        assert snapshot.team.covers == ()


class Older(MemoryStore):
    """A store of an earlier version that may only be read."""

    def team_mark(self) -> tuple[int, int]:
        raise StoreError("no such table: facts")
