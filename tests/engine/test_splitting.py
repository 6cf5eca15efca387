"""What people merged and split stays so, poll after poll."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from console.domain import commands as cmd
from console.domain.alert import Alert
from console.domain.policy import Service
from console.domain.priority import Priority
from console.ports.desk import Saved
from tests.engine.kits import Office, policy
from tests.fakes.sources import FakeSource, alert
from tests.fakes.virtualtime import VirtualClock, run_virtual

PAY, CART = alert("Errors"), alert("Slow", service="cart")
TEAM = {name: Service(name, "payments") for name in ("payments", "cart")}


def firing(office: Office) -> dict[str, list[str]]:
    """Return what fires in each open incident."""
    return {
        one.id: [f"{ref.fingerprint}" for ref, member in one.members if member.cleared_at is None]
        for one in office.incidents()
        if one.is_open
    }


def test_a_split_stays_split_and_its_alerts_are_its_own() -> None:
    async def scenario(clock: VirtualClock) -> None:
        office, source = Office(clock, policy(services=TEAM)), FakeSource()
        source.fires(PAY, CART)

        async def poll(*alerts: Alert) -> dict[str, list[str]]:
            source.fires(*alerts)
            await asyncio.sleep(40)
            return firing(office)

        async with office.running(office.engine(source)):
            assert await poll(PAY, CART) == {"INC-1": ["Errors/a"], "INC-2": ["Slow/a"]}
            assert isinstance(office.do("INC-2", cmd.MergeInto("INC-1")), Saved)
            another = alert("Slow", service="cart", instance="b")
            assert await poll(PAY, CART, another) == {"INC-1": ["Errors/a", "Slow/a", "Slow/b"]}
            office.do("INC-1", cmd.Ack())
            assert isinstance(office.do("INC-1", cmd.Split(services=("cart",))), Saved)
            worse = replace(CART, priority=Priority.P1)
            third = alert("Slow", service="cart", instance="c")
            assert await poll(PAY, worse, another, third) == {
                "INC-1": ["Errors/a"],
                "INC-3": ["Slow/a", "Slow/b", "Slow/c"],
            }
            found = office.incidents()
            assert found[2].effective_priority is Priority.P1
            assert found[2].paged, "nobody was paged for what left an acked incident"
            assert isinstance(office.do("INC-3", cmd.MergeInto("INC-1")), Saved)
            assert isinstance(office.do("INC-1", cmd.Split(child="INC-3")), Saved)
            assert await poll(PAY, another) == {"INC-1": ["Errors/a"], "INC-3": ["Slow/b"]}

    run_virtual(scenario)


def test_a_new_alert_of_a_split_off_service_joins_what_was_split_off() -> None:
    async def scenario(clock: VirtualClock) -> None:
        office, source = Office(clock, policy(services=TEAM)), FakeSource()
        errors = alert("Errors", service="cart")
        again = alert("Errors", service="cart", instance="b")
        last = alert("Errors", service="cart", instance="c")

        async def poll(*alerts: Alert) -> dict[str, list[str]]:
            source.fires(*alerts)
            await asyncio.sleep(40)
            return firing(office)

        async with office.running(office.engine(source)):
            source.fires(PAY)
            await asyncio.sleep(40)
            worse = replace(CART, priority=Priority.P1)
            renamed = replace(errors, ref=replace(errors.ref, fingerprint="cart/a"))
            await poll(PAY, worse, renamed)
            for name in ("INC-2", "INC-3"):
                assert isinstance(office.do(name, cmd.MergeInto("INC-1")), Saved)
            assert isinstance(office.do("INC-1", cmd.Split(services=("cart",))), Saved)
            more = replace(again, ref=replace(again.ref, fingerprint="cart/b"))
            found = await poll(PAY, worse, renamed, more)
            assert found == {"INC-1": ["Errors/a"], "INC-4": ["Slow/a", "cart/a", "cart/b"]}
            office.do("INC-4", cmd.Resolve(despite_firing=True))
            newest = replace(last, ref=replace(last.ref, fingerprint="cart/c"))
            found = await poll(PAY, worse, renamed, more, newest)
            assert found["INC-1"] == ["Errors/a"]
            assert len(found) == 2
            assert [one for one in found.values() if "cart/c" in one]

    run_virtual(scenario)
