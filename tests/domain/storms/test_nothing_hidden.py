"""What is urgent and what nobody has is never hidden in a storm that somebody has already, or that pages nobody."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from console.domain import events as ev
from console.domain.actors import Actor, ActorKind
from console.domain.commands import Ack
from console.domain.policy import Policy
from console.domain.priority import Priority
from console.domain.team.state import Maintenance
from tests.domain.storms.test_gathering import SHOP, Scene, shop
from tests.domain.world import P1, P2, P3, at

BOT = Actor("bot", ActorKind.BOT)


@pytest.mark.parametrize("urgent", [P1, P2])
async def test_what_nobody_has_stays_loud_where_the_root_is_acked(urgent: Priority) -> None:
    scene = Scene()
    await scene.fire("10:00", "cart", "checkout", priority=urgent)
    await scene.fire("10:01", "orders-db", priority=P1)
    await scene.do("10:01", scene.of("orders-db").id, Ack())
    await scene.fire("10:02", "orders", priority=P3)
    cart = scene.of("cart")
    assert (cart.root, cart.is_acked, cart.merged_into) == ("orders-db", False, "")
    assert scene.shown()["checkout"] == {"checkout"}


async def test_what_nobody_has_stays_loud_where_a_bot_has_halted_the_pages_of_the_root() -> None:
    scene = Scene()
    await scene.fire("10:00", "cart", "checkout", priority=P2)
    await scene.fire("10:01", "orders-db", priority=P1)
    await scene.do("10:01", scene.of("orders-db").id, Ack(), BOT)
    assert scene.of("orders-db").bot_acked_at is not None
    await scene.fire("10:02", "orders", priority=P3)
    assert scene.of("cart").root == "orders-db"
    assert {"cart", "checkout"} <= set(scene.shown())


async def test_what_can_wait_becomes_part_of_an_acked_root() -> None:
    scene = Scene()
    await scene.fire("10:00", "cart", "checkout", priority=P3)
    await scene.fire("10:01", "orders-db", priority=P1)
    await scene.do("10:01", scene.of("orders-db").id, Ack())
    await scene.fire("10:02", "orders", priority=P3)
    assert scene.shown() == {"orders-db": {"orders-db", "orders", "cart", "checkout"}}
    assert scene.of("orders-db").owner == "asha"


async def test_trouble_from_long_before_the_root_failed_is_another_one() -> None:
    """A canary of checkout six minutes before the nodes fail: acked or not, theirs is another incident."""
    scene = Scene()
    await scene.fire("10:00", "checkout", priority=P1, name="Latency")
    canary = scene.of("checkout").id
    await scene.fire("10:06", "orders-db", "orders", "cart", "invoices")
    assert scene.shown() == {
        "checkout": {"checkout"},
        "orders-db": {"orders-db", "orders", "cart", "invoices"},
    }
    checkout = scene.of("checkout")
    assert checkout.id == canary
    assert checkout.root_why.endswith("; this one began 6m before it")


async def test_how_much_earlier_is_in_the_config() -> None:
    scene = Scene(shop(earlier=timedelta(minutes=8)))
    await scene.fire("10:00", "checkout", priority=P1, name="Latency")
    await scene.fire("10:06", "orders-db", "orders", "cart", "invoices")
    assert list(scene.shown()) == ["orders-db"]


async def test_an_old_incident_that_a_new_alert_joins_is_not_taken_in() -> None:
    scene = Scene()
    await scene.fire("09:30", "checkout", priority=P2, name="Latency")
    old = scene.of("checkout").id
    more = replace(scene.firing["checkout/Latency"], started_at=at("10:00"))
    more = replace(more, ref=replace(more.ref, fingerprint="checkout/Latency/2"))
    scene.firing["checkout/Latency/2"] = more
    await scene.fire("10:01", "orders-db", "orders", "cart", "invoices")
    checkout = scene.of("checkout")
    assert (checkout.id, checkout.firing) == (old, 2)
    assert not scene.bodies(old, ev.Merged)


async def test_an_urgent_symptom_of_a_root_in_maintenance_pages_its_own_team() -> None:
    scene = Scene(in_maintenance("orders-db"))
    await scene.fire("10:00", "orders-db", "orders", "cart", "checkout", priority=P1)
    await scene.fire("10:01", "invoices", priority=P1)
    assert set(scene.shown()) == {"orders-db", "orders", "cart", "checkout", "invoices"}
    assert scene.of("cart").root == "orders-db"


async def test_what_can_wait_is_gathered_in_maintenance_too() -> None:
    scene = Scene(in_maintenance("orders-db"))
    await scene.fire("10:00", "orders-db", "orders", "cart", "checkout", priority=P3)
    await scene.fire("10:01", "invoices", priority=P3)
    assert list(scene.shown()) == ["orders-db"]


async def test_what_is_in_maintenance_together_stays_together() -> None:
    scene = Scene(in_maintenance(*SHOP))
    await scene.fire("10:00", "orders", "cart", "checkout", priority=P1)
    await scene.fire("10:01", "orders-db", "invoices", priority=P1)
    assert list(scene.shown()) == ["orders-db"]


async def test_a_storm_is_not_opened_by_what_is_in_maintenance() -> None:
    scene = Scene(in_maintenance("cart"))
    await scene.fire("10:00", "cart", "orders", "checkout", "invoices", priority=P1)
    (one,) = scene.watch.shown()
    assert (one.service != "cart", one.root) == (True, "orders-db")


@pytest.mark.parametrize(("priority", "alone"), [(P1, True), (P2, True), (P3, False)])
async def test_an_urgent_alert_joins_no_storm_whose_pages_a_bot_has_halted(
    priority: Priority,
    alone: bool,  # noqa: FBT001 - a parameter of the table
) -> None:
    scene = Scene()
    await scene.fire("10:00", "orders-db", "orders", "cart", "checkout", priority=P1)
    await scene.do("10:01", scene.of("orders-db").id, Ack(), BOT)
    await scene.fire("10:02", "invoices", priority=priority)
    assert ("invoices" in scene.shown()) is alone
    assert ("invoices" in scene.shown()["orders-db"]) is not alone


def in_maintenance(*services: str) -> Policy:
    return replace(shop(), maintenance=(Maintenance(at("09:00"), at("12:00"), services),))
