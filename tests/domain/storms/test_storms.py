"""Storms over made-up outages of 300 services with real rules: few incidents, the right root, nothing lost."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from console.domain import events as ev
from console.domain.alert import Poll
from console.domain.incident import Incident
from console.domain.priority import Priority
from console.errors import StoreError
from console.store.sqlite.store import SqliteStore
from tests.domain.storms.watch import Watch
from tests.domain.storms.weather import Outage, outage
from tests.paths import needs_shared

pytestmark = needs_shared

LARGE, SMALL = 5000, 300
OUTAGES = [(seed, LARGE if seed % 10 == 0 else SMALL) for seed in range(20)]


async def watched(made: Outage) -> Watch:
    watch = Watch(made.policy)
    for now, poll in made.polls():
        await watch.poll(now, poll)
    return watch


def firing_now(made: Outage) -> Poll:
    *_, (_, last) = made.polls()
    return last


def place_of_each(shown: list[Incident]) -> Counter[object]:
    return Counter(ref for one in shown for ref, member in one.members if member.cleared_at is None)


async def test_an_outage_is_few_incidents_and_its_root_is_named() -> None:
    roots = right = wrong = alerts = 0
    for seed, size in OUTAGES:
        made = outage(seed, size)
        watch = await watched(made)
        shown, last = watch.shown(), firing_now(made)
        named = {one.root for one in shown if one.root}
        roots += len(made.roots)
        right += len(named & set(made.roots))
        wrong += len(named - set(made.roots))
        alerts += len(last.alerts)
        where = {ref: one for one in shown for ref, _ in one.members}
        assert size < LARGE or len(shown) * 50 <= len(last.alerts), f"{seed}: {len(shown)} shown"
        assert len(shown) <= 100, f"{seed}: {len(shown)} shown"
        assert place_of_each(shown) == Counter(one.ref for one in last.alerts), f"{seed}: lost or twice"
        for one in last.alerts:
            urgent = one.ref in made.background and one.priority is Priority.P1
            assert not urgent or where[one.ref].service == one.service, f"{seed}: {one.ref} is hidden"
            paged = where[one.ref].effective_priority
            assert paged is not None
            assert paged <= one.priority
    said = f"{right} of {roots} roots named, {wrong} wrongly, {alerts} alerts in {len(OUTAGES)} outages"
    assert right >= 0.9 * roots, said
    assert wrong <= 0.1 * roots, said


async def test_the_order_of_alerts_makes_no_difference() -> None:
    made = outage(3, 200)
    mixed = replace(made, alerts=random.Random(1).sample(made.alerts, len(made.alerts)))  # noqa: S311 - an order
    assert sorted(map(parts, (await watched(made)).shown())) == sorted(
        map(parts, (await watched(mixed)).shown())
    )


def parts(one: Incident) -> tuple[str, str, list[str]]:
    return one.service, one.root, sorted(ref.fingerprint for ref, _ in one.members)


async def test_the_same_poll_again_changes_nothing() -> None:
    made = outage(5, 200)
    watch = await watched(made)
    before, changed = watch.store.shelf.position, watch.grouper.changed
    await watch.poll(watch.clock.now(), firing_now(made))
    assert (watch.store.shelf.position, watch.grouper.changed) == (before, changed)


async def test_another_engine_goes_on_where_one_stopped() -> None:
    """After each poll the engine is a new one, which knows only the store; sometimes the sweep was cut off."""
    made = outage(7, 200)
    watch = Watch(made.policy)
    for n, (now, poll) in enumerate(made.polls()):
        watch.begin()
        if n % 3 == 1:
            watch.grouper.sweep = cut_off  # type: ignore[method-assign]  # it dies between its two writes
            with pytest.raises(StoreError):
                await watch.poll(now, poll)
        else:
            await watch.poll(now, poll)
    watch.begin()
    await watch.poll(watch.clock.now(), firing_now(made))
    assert place_of_each(watch.shown()) == Counter(one.ref for one in firing_now(made).alerts)
    assert set(made.roots) <= {one.root for one in watch.shown()}
    steady = await watched(made)
    assert len(watch.shown()) <= len(steady.shown()) + 3


async def cut_off() -> None:
    raise StoreError("the process ended here")


async def test_merges_have_two_sides() -> None:
    watch = await watched(outage(2, 200))
    logs = {name: watch.store.log(name) for name in watch.store.shelf.events}
    merged = {
        (event.incident, event.body.into)
        for log in logs.values()
        for event in log
        if isinstance(event.body, ev.Merged)
    }
    absorbed = {
        (event.body.child, event.incident)
        for log in logs.values()
        for event in log
        if isinstance(event.body, ev.Absorbed)
    }
    assert merged == absorbed
    assert merged


async def test_it_comes_out_alike_on_sqlite(tmp_path: Path) -> None:
    made = outage(1, 300)
    watch = Watch(made.policy, lambda clock: SqliteStore(tmp_path / "storm.db", clock))
    try:
        for now, poll in made.polls():
            await watch.poll(now, poll)
        assert sorted(map(parts, watch.shown())) == sorted(map(parts, (await watched(made)).shown()))
    finally:
        watch.store.close()
