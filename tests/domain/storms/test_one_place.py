"""Each alert that fires is in one open incident, whatever is resolved, reopened, merged and split meanwhile."""

from __future__ import annotations

from console.domain.commands import Ack, Reopen, Resolve
from tests.domain.storms.test_gathering import Scene
from tests.domain.world import P1, P2, P3


def holders(scene: Scene, fingerprint: str) -> list[str]:
    """Return the services of the open incidents in which an alert fires."""
    return [
        one.service
        for one in scene.watch.shown()
        for ref, member in one.members
        if ref.fingerprint == fingerprint and member.cleared_at is None
    ]


async def storm_that_is_over(scene: Scene) -> str:
    await scene.fire("10:00", "orders-db", "orders", "cart", "checkout", priority=P2)
    storm = scene.of("orders-db").id
    await scene.do("10:01", storm, Resolve(despite_firing=True))
    return storm


async def test_reopening_by_hand_leaves_an_alert_where_it_has_gone() -> None:
    scene = Scene()
    storm = await storm_that_is_over(scene)
    await scene.fire("10:03", "cart", priority=P1)
    assert holders(scene, "cart/Unwell") == ["cart"]
    await scene.do("10:03", scene.of("cart").id, Ack())
    await scene.do("10:04", storm, Reopen("not over"))
    await scene.poll("10:05")
    assert holders(scene, "cart/Unwell") == ["cart"]
    assert holders(scene, "orders/Unwell") == ["orders-db"]
    await scene.clear("10:06", "cart/Unwell")
    assert holders(scene, "cart/Unwell") == []


async def test_a_storm_that_comes_back_does_not_take_the_alerts_of_others_for_cleared() -> None:
    scene = Scene()
    storm = await storm_that_is_over(scene)
    await scene.clear("10:02", *scene.firing)
    await scene.fire("10:30", "cart", priority=P3)
    await scene.fire("10:50", "orders-db", priority=P2)
    assert scene.of("orders-db").id == storm
    assert holders(scene, "cart/Unwell") == ["cart"]
    await scene.poll("10:51")
    assert holders(scene, "cart/Unwell") == ["cart"]
    await scene.clear("10:52", "cart/Unwell")
    assert holders(scene, "cart/Unwell") == []
