"""Changes of the world: read with an incident, and told to a console that is open."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from console.desk import details
from console.desk.details import read_detail
from console.desk.livepolicy import LivePolicy
from console.domain.change import Change, ChangeKind
from console.domain.policy import Policy
from console.domain.team import listing
from console.errors import StoreError
from tests.desk.desks import manned, open_incident
from tests.engine.kits import policy
from tests.fakes.store import MemoryStore
from tests.store.made import report
from tests.waiting import until


def deploy(store: MemoryStore, name: str, minutes: float, service: str = "payments") -> Change:
    """Return a deployment so many minutes from now."""
    at = store.now() + timedelta(minutes=minutes)
    return Change(f"ci:{name}", at, service, name, ChangeKind.DEPLOY)


async def test_a_change_that_another_process_tells_reaches_an_open_console() -> None:
    store = MemoryStore()
    incident = open_incident(store)
    async with manned(store) as one:
        await until(lambda: one.seen[-1].rows)
        detail = await one.desk.detail(incident)
        assert detail is not None
        assert detail.changes == ()
        before = one.seen[-1].told
        store.another().add_changes([deploy(store, "v42", -3), deploy(store, "other", -3, "mailer")])
        await until(lambda: one.seen[-1].told != before)
        detail = await one.desk.detail(incident)
        assert detail is not None
        assert [found.change.what for found in detail.changes] == ["v42"]
        assert detail.changes[0].before


def test_a_change_makes_no_new_rules() -> None:
    store, rules = MemoryStore(), policy()
    lease = store.acquire(report(), 30)
    assert lease is not None
    store.keep(listing.HOLIDAYS, listing.written_days([(date(2026, 5, 1), "Labour Day")]), lease)
    live = LivePolicy(store, lambda: rules)
    before = live.fresh()
    told = live.told
    store.add_changes([deploy(store, "v42", -3)])
    assert live.fresh() is before, "who is on call has not changed"
    assert live.told != told


def test_many_changes_since_hide_none_from_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(details, "MOST_SHOWN", 3)
    monkeypatch.setattr(details, "MOST_CHANGES", 5)
    store = MemoryStore()
    incident = open_incident(store)
    rules: Policy = policy()
    store.clock.advance(3600)  # type: ignore[attr-defined]  # an adjustable clock
    store.add_changes([deploy(store, f"since {n}", -n) for n in range(1, 20)])
    store.add_changes([deploy(store, f"before {n}", -60 - n) for n in range(1, 20)])
    found = read_detail(store, incident, rules)
    assert found is not None
    assert [one.change.what for one in found.changes] == [
        *("before 3", "before 2", "before 1"),
        *("since 3", "since 2", "since 1"),
    ]


def test_a_busy_neighbour_hides_none_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(details, "MOST_CHANGES", 5)
    store = MemoryStore()
    incident = open_incident(store)
    store.add_changes([deploy(store, "v42", -9)])
    store.add_changes([deploy(store, f"other {n}", -1, "mailer") for n in range(40)])
    found = read_detail(store, incident, policy())
    assert found is not None
    assert [one.change.what for one in found.changes] == ["v42"]


def test_a_store_without_room_for_changes_still_shows_its_incidents(monkeypatch: pytest.MonkeyPatch) -> None:
    store = MemoryStore()
    incident = open_incident(store)

    def none(*_: object) -> tuple[Change, ...]:
        raise StoreError("no such table: changes")

    monkeypatch.setattr(store, "changes", none)
    found = read_detail(store, incident, policy())
    assert found is not None
    assert found.changes == ()
    assert replace(found, changes=()).incident.id == incident
