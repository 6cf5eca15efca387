"""Each alert that fires is in one open incident, whatever is resolved, reopened, merged and split meanwhile."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

import pytest

from console.domain.commands import Ack, Command, MergeInto, Note, Reopen, Resolve, Split
from tests.domain.storms.test_gathering import SHOP, Scene
from tests.domain.world import ASHA, P1, P2, P3, alert, at


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


@pytest.mark.parametrize("seed", [23, 25, 48, 52, 56, 7])
async def test_whatever_people_do_meanwhile(seed: int) -> None:
    dice, scene, now = Random(seed), Scene(), at("10:00")  # noqa: S311 - made-up weather
    for _ in range(25):
        now += timedelta(seconds=dice.choice((5, 30, 60, 120)))
        weather(dice, scene, now)
        if scene.watch.board.loaded and dice.random() < 0.4:
            act(dice, scene, now)
        if dice.random() < 0.15:
            scene.watch.begin()
        await scene.poll(now)
        logs = [scene.watch.kit.executor.load(name) for name in scene.watch.store.shelf.events]
        fires = Counter(
            ref
            for one in logs
            if one is not None and one.is_open
            for ref, member in one.members
            if member.cleared_at is None
        )
        assert not fires or fires.most_common(1)[0][1] == 1, "in two open incidents"
        assert set(fires) <= {one.ref for one in scene.firing.values()}, "cleared, and nobody noticed"
        await scene.poll(now)  # what a reopened incident has to catch up with
        written = scene.watch.store.shelf.position
        await scene.poll(now)
        assert scene.watch.store.shelf.position == written


def weather(dice: Random, scene: Scene, now: datetime) -> None:
    """Let something begin to fire, or stop."""
    if dice.random() < 0.7 or not scene.firing:
        for service in dice.sample(sorted(SHOP), dice.randint(1, 4)):
            name, since = dice.choice(("Unwell", "Slow")), timedelta(seconds=dice.choice((0, 0, 60, 400)))
            one = alert(f"{service}/{name}", dice.choice((P1, P2, P3)), service=service, name=name)
            scene.firing[one.ref.fingerprint] = replace(one, started_at=now - since)
        return
    for name in dice.sample(sorted(scene.firing), dice.randint(1, len(scene.firing))):
        del scene.firing[name]


def act(dice: Random, scene: Scene, now: datetime) -> None:
    """Do something to an incident, unknown to the engine; some of it is refused."""
    shown = scene.watch.shown()
    if not shown:
        return
    one, other = dice.choice(shown), dice.choice(shown)
    commands: list[Command] = [
        Ack(),
        Resolve(despite_firing=True),
        Note("x"),
        MergeInto(other.id),
        Reopen("x"),
    ]
    commands += [Split(child=child) for child in one.children[:1]]
    commands += [Split(services=one.services[-1:])] if len(one.services) > 1 else []
    scene.watch.clock._now = now
    scene.ops += 1
    scene.watch.kit.executor.carry_out(one.id, dice.choice(commands), ASHA, f"op-{scene.ops}")
