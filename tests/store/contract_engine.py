"""The engine's side: lease, heartbeat, outbox, poll requests, journal."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from console.errors import Conflict, FenceLost, StoreError
from console.ports.store import IncidentStore, JournalEntry, Lease
from tests.store.made import at, effect, follow, opening, report
from tests.store.racing import race
from tests.store.seams import AdjustableClock, Connect

TTL = 0.2
LAPSE = 0.3
RACERS = 8


def take(store: IncidentStore, holder: str = "one", ttl: float = TTL) -> Lease:
    lease = store.acquire(report(holder), ttl)
    assert lease is not None
    return lease


class EngineContract:
    """See ``contract.StoreContract``."""

    def test_a_held_lease_is_not_given_to_another(self, store: IncidentStore, second: IncidentStore) -> None:
        lease = take(store, ttl=30)
        assert lease.holder == "one"
        assert second.acquire(report("two"), TTL) is None

    def test_a_lapsed_lease_is_taken_over_with_a_higher_token(
        self, store: IncidentStore, second: IncidentStore, clock: AdjustableClock
    ) -> None:
        first = take(store)
        clock.advance(LAPSE)
        later = take(second, "two")
        assert later.token > first.token
        with pytest.raises(FenceLost):
            store.renew(first, report("one"), TTL)

    def test_the_same_holder_gets_its_lease_again_and_its_older_self_is_fenced(
        self, store: IncidentStore, second: IncidentStore
    ) -> None:
        before = take(store, ttl=30)
        again = take(second, ttl=30)
        assert again.token > before.token
        with pytest.raises(FenceLost):
            store.renew(before, report(), TTL)
        second.renew(again, report(), TTL)

    def test_renewing_extends(
        self, store: IncidentStore, second: IncidentStore, clock: AdjustableClock
    ) -> None:
        lease = take(store)
        clock.advance(0.1)
        renewed = store.renew(lease, report(), 30)
        assert renewed.token == lease.token
        assert renewed.expires_at > lease.expires_at
        clock.advance(LAPSE)
        assert second.acquire(report("two"), TTL) is None

    def test_a_lapsed_lease_that_nobody_took_can_be_renewed(
        self, store: IncidentStore, clock: AdjustableClock
    ) -> None:
        lease = take(store)
        clock.advance(LAPSE)
        assert store.renew(lease, report(), TTL).token == lease.token

    def test_a_lease_given_up_is_free_at_once(self, store: IncidentStore, second: IncidentStore) -> None:
        lease = take(store, ttl=30)
        store.release(lease, report(policy_digest="last words"))
        last = second.engine()
        assert last is not None
        assert last.policy_digest == "last words"
        assert last.expires_at <= store.now()
        assert take(second, "two").token > lease.token

    def test_giving_up_a_lost_lease_does_not_disturb_the_new_holder(
        self, store: IncidentStore, second: IncidentStore, clock: AdjustableClock
    ) -> None:
        lost = take(store)
        clock.advance(LAPSE)
        current = take(second, "two", ttl=30)
        store.release(lost, report("one"))
        assert second.renew(current, report("two"), 30).token == current.token
        found = store.engine()
        assert found is not None
        assert found.holder == "two"

    def test_of_many_engines_exactly_one_gets_the_lease(self, connect: Connect) -> None:
        stores = [connect() for _ in range(RACERS)]
        results = race(RACERS, lambda i: stores[i].acquire(report(f"engine {i}"), 30) or "refused")
        assert sum(isinstance(result, Lease) for result in results) == 1

    def test_the_heartbeat_is_published_with_the_stores_own_token_and_times(
        self, store: IncidentStore, second: IncidentStore, clock: AdjustableClock
    ) -> None:
        lease = take(store)
        found = second.engine()
        assert found is not None
        assert found == replace(
            report(), token=lease.token, beat_at=found.beat_at, expires_at=lease.expires_at
        )
        assert at(0) <= found.beat_at < found.expires_at
        clock.advance(0.1)
        renewed = store.renew(lease, report(sources=()), TTL)
        later = second.engine()
        assert later is not None
        assert (later.sources, later.expires_at) == ((), renewed.expires_at)
        assert later.beat_at > found.beat_at

    # the outbox

    def test_an_effect_waits_until_its_outcome_is_written(
        self, store: IncidentStore, second: IncidentStore
    ) -> None:
        store.append([replace(opening(), effects=(effect(),))])
        assert second.outbox(at(0)) == (effect(),)
        second.append([replace(follow(), settled=("e1",))])
        assert store.outbox(at(999)) == ()

    def test_a_refused_write_neither_asks_nor_settles(self, store: IncidentStore) -> None:
        store.append([replace(opening(), effects=(effect(),))])
        with pytest.raises(Conflict):
            store.append([replace(follow(after=1), effects=(effect("e2"),), settled=("e1",))])
        assert [entry.id for entry in store.outbox(at(999))] == ["e1"]

    def test_effects_come_when_due_oldest_first(self, store: IncidentStore) -> None:
        writes = [
            replace(opening("INC-1"), effects=(effect("z", due=10), effect("y", due=5))),
            replace(opening("INC-2"), effects=(effect("x", "INC-2"), effect("w", "INC-2", due=11))),
        ]
        store.append(writes)
        assert [entry.id for entry in store.outbox(at(4.999))] == ["x"]
        assert [entry.id for entry in store.outbox(at(10))] == ["z", "y", "x"]
        assert [entry.id for entry in store.outbox(at(99), limit=2)] == ["z", "y"]

    def test_a_failed_attempt_is_counted_and_put_off(self, store: IncidentStore) -> None:
        store.append([replace(opening(), effects=(effect(),))])
        lease = take(store, ttl=30)
        store.postpone("e1", at(30), lease)
        store.postpone("e1", at(90), lease)
        assert store.outbox(at(89)) == ()
        assert store.outbox(at(90)) == (replace(effect(due=90), attempts=2),)

    def test_putting_off_what_is_settled_does_nothing(self, store: IncidentStore) -> None:
        store.append([replace(opening(), effects=(effect(),))])
        store.append([replace(follow(), settled=("e1",))])
        store.postpone("e1", at(30), take(store, ttl=30))
        assert store.outbox(at(999)) == ()

    def test_only_the_engine_puts_off(
        self, store: IncidentStore, second: IncidentStore, clock: AdjustableClock
    ) -> None:
        store.append([replace(opening(), effects=(effect(),))])
        stale = take(store)
        clock.advance(LAPSE)
        take(second, "two")
        with pytest.raises(FenceLost):
            store.postpone("e1", at(30), stale)
        assert store.outbox(at(0)) == (effect(),)

    def test_an_effect_that_waits_already_is_not_asked_twice(self, store: IncidentStore) -> None:
        store.append([replace(opening(), effects=(effect(),))])
        store.append([replace(follow(), effects=(effect(),))])
        assert store.outbox(at(999)) == (effect(),)

    # requests and the journal

    def test_a_poll_can_be_asked_for(
        self, store: IncidentStore, second: IncidentStore, clock: AdjustableClock
    ) -> None:
        assert store.poll_requested_at() is None
        second.request_poll()
        first = store.poll_requested_at()
        clock.advance(0.1)
        second.request_poll()
        later = store.poll_requested_at()
        assert first is not None
        assert later is not None
        assert later > first

    def test_the_journal_keeps_facts_in_order(self, store: IncidentStore, second: IncidentStore) -> None:
        entries = [JournalEntry(at(second_), "blind", "prod", f"note {second_}") for second_ in (5, 1, 5, 9)]
        for entry in entries:
            store.journal(entry)
        assert second.journal_entries(at(1), at(9)) == (entries[1], entries[0], entries[2])
        assert second.journal_entries(at(9), at(9)) == ()

    def test_the_stores_time_is_aware_and_moves(self, store: IncidentStore, clock: AdjustableClock) -> None:
        before = store.now()
        clock.advance(0.1)
        assert before.utcoffset() is not None
        assert before.microsecond % 1000 == 0
        assert store.now() > before

    def test_a_backup_never_replaces_a_file(self, store: IncidentStore, tmp_path: Path) -> None:
        target = tmp_path / "backup.db"
        target.write_text("mine")
        with pytest.raises(StoreError):
            store.backup(str(target))
        assert target.read_text() == "mine"

    def test_closing_twice_is_safe(self, store: IncidentStore) -> None:
        store.close()
        store.close()
