"""Who has a storm is told what urgent joins it, as nobody is paged for that."""

from __future__ import annotations

from dataclasses import replace

from console.domain.commands import Ack, Unack
from console.domain.notify.channels import Channel
from console.domain.notify.notification import Notification, Topic
from console.domain.notify.plan import is_told, plan
from console.domain.people import Person
from tests.domain.storms.test_gathering import Scene, shop
from tests.domain.world import P1, P2, P3

RULES = replace(
    shop(),
    people={"asha": Person("asha", "Asha", (("slack", "@asha"),))},
    channels=(Channel("team", "slack", contact="slack", room="#team"),),
)


def told(scene: Scene) -> list[Notification]:
    """Return what is said of all that has happened."""
    found: list[Notification] = []
    for name in scene.watch.store.shelf.events:
        incident = scene.watch.kit.executor.load(name)
        assert incident is not None
        for event in scene.watch.store.log(name):
            if is_told(event):
                found += plan(event, incident, RULES, event.at)
    return [one for one in found if one.topic is Topic.JOINED]


async def acked() -> Scene:
    scene = Scene(RULES)
    await scene.fire("10:00", "orders-db", "orders", "cart", "checkout", priority=P1)
    await scene.do("10:01", scene.of("orders-db").id, Ack())
    return scene


async def test_whoever_has_it_is_told_once_by_their_own_address() -> None:
    scene = await acked()
    assert not told(scene)
    await scene.fire("10:02", "invoices", priority=P2)
    assert "invoices" in scene.shown()["orders-db"]
    await scene.fire("10:03", "invoices", name="Slow", priority=P1)
    (one,) = told(scene)
    assert (one.person, one.incident, one.urgent) == ("asha", scene.of("orders-db").id, False)
    assert one.text == (
        "invoices fails too, and joined what you have acked: nobody is paged for that. "
        "Split it off if it is another fault."
    )


async def test_what_can_wait_is_not_told() -> None:
    scene = await acked()
    await scene.fire("10:02", "invoices", priority=P3)
    assert not told(scene)


async def test_nobody_is_told_where_nobody_has_it() -> None:
    scene = await acked()
    await scene.do("10:01", scene.of("orders-db").id, Unack())
    await scene.fire("10:02", "invoices", priority=P1)
    assert not told(scene)
