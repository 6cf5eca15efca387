"""Appending: numbering, all or nothing, operations, keys, fencing, races."""

from __future__ import annotations

from dataclasses import replace

import pytest

from console.domain.events import Noted
from console.errors import Conflict, FenceLost, OncallError
from console.ports.store import IncidentStore, Lease, Write
from tests.store.bodies import ONE_OF_EACH
from tests.store.made import ASHA, T0, at, effect, ending, follow, opening, report, row
from tests.store.racing import race
from tests.store.seams import AdjustableClock, Connect

RACERS = 8


def lease_of(store: IncidentStore, holder: str = "one", ttl: float = 0.2) -> Lease:
    lease = store.acquire(report(holder), ttl)
    assert lease is not None
    return lease


class AppendContract:
    """See ``contract.StoreContract``."""

    def test_an_appended_incident_reads_back_as_it_was_written(self, store: IncidentStore) -> None:
        write = opening(title="⚠ “disk”\tfull – 磁盘\n", source_started_at=at(-0.001))
        assert store.append([write]) == 2
        assert store.log("INC-1") == write.events
        assert store.summary("INC-1") == write.summary

    def test_the_position_counts_events(self, store: IncidentStore) -> None:
        assert store.append([]) == 0
        assert store.append([opening("INC-1"), opening("INC-2")]) == 4
        assert store.append([follow("INC-1")]) == 5

    def test_a_write_is_seen_by_others_at_once(self, store: IncidentStore, second: IncidentStore) -> None:
        store.append([opening()])
        second.append([follow()])
        assert [event.n for event in store.log("INC-1")] == [1, 2, 3]

    @pytest.mark.parametrize("body", ONE_OF_EACH, ids=lambda body: type(body).__name__)
    def test_every_kind_of_event_is_kept_whole(self, store: IncidentStore, body: Noted) -> None:
        store.append([opening(), follow(body=body)])
        assert store.log("INC-1")[-1].body == body

    @pytest.mark.parametrize(
        ("expected_n", "case"),
        [(1, "behind"), (3, "ahead"), (0, "as if it were new")],
        ids=lambda value: value,
    )
    def test_a_log_that_stands_elsewhere_is_a_conflict(
        self, store: IncidentStore, expected_n: int, case: str
    ) -> None:
        store.append([opening()])
        with pytest.raises(Conflict):
            store.append([follow(after=expected_n)])
        assert len(store.log("INC-1")) == 2, case

    def test_a_conflict_anywhere_undoes_the_whole_batch(self, store: IncidentStore) -> None:
        store.append([opening("INC-1")])
        batch = [
            replace(opening("INC-2", op="new"), effects=(effect("e2", "INC-2"),)),
            follow("INC-1", after=1),
        ]
        with pytest.raises(Conflict):
            store.append(batch)
        assert store.log("INC-2") == ()
        assert store.summary("INC-2") is None
        assert store.applied("new") is None
        assert store.outbox(at(999)) == ()
        assert store.changed(0).position == 2

    def test_writes_of_one_incident_in_one_batch_build_on_each_other(self, store: IncidentStore) -> None:
        store.append([opening(), follow(after=2), follow(after=3, owner="asha")])
        assert [event.n for event in store.log("INC-1")] == [1, 2, 3, 4]
        found = store.summary("INC-1")
        assert found is not None
        assert (found.n, found.owner) == (4, "asha")

    @pytest.mark.parametrize(
        "wrong",
        [
            replace(opening(), events=()),
            replace(opening(), expected_n=1),
            replace(opening(), events=opening().events[::-1]),
            replace(opening(), summary=row("INC-1", 1)),
            replace(opening(), summary=row("INC-2", 2)),
            replace(opening(), incident="INC-2"),
        ],
        ids=["no events", "gap", "order", "stale summary", "other summary", "other events"],
    )
    def test_a_write_that_contradicts_itself_is_refused(self, store: IncidentStore, wrong: Write) -> None:
        with pytest.raises(ValueError, match="INC-"):
            store.append([wrong])
        assert store.changed(0).rows == ()

    # operations

    def test_an_operation_is_applied_once(self, store: IncidentStore, second: IncidentStore) -> None:
        write = replace(opening(op="press"), effects=(effect(),))
        position = store.append([write])
        assert store.append([write]) == position
        assert second.append([write]) == position
        assert len(store.log("INC-1")) == 2
        assert len(store.outbox(at(999))) == 1

    def test_a_repeated_operation_does_not_put_back_a_settled_effect(self, store: IncidentStore) -> None:
        write = replace(opening(op="press"), effects=(effect(),))
        store.append([write])
        store.append([replace(follow(), settled=("e1",))])
        store.append([write])
        assert store.outbox(at(999)) == ()

    def test_what_an_operation_did_can_be_asked(self, store: IncidentStore, second: IncidentStore) -> None:
        assert store.applied("press") is None
        store.append([opening(op="press")])
        store.append([follow()])
        assert second.applied("press") == ("INC-1", 2)
        assert second.applied("") is None

    def test_one_operation_may_write_to_two_incidents(self, store: IncidentStore) -> None:
        store.append([opening("INC-1"), opening("INC-2")])
        merge = [follow("INC-1", op="merge"), follow("INC-2", op="merge")]
        store.append(merge)
        store.append(merge)
        assert [len(store.log(name)) for name in ("INC-1", "INC-2")] == [3, 3]
        assert store.applied("merge") == ("INC-1", 3)

    def test_a_repeated_operation_leaves_the_rest_of_its_batch_alone(self, store: IncidentStore) -> None:
        store.append([opening("INC-1", op="first")])
        store.append([opening("INC-1", op="first"), opening("INC-2", op="second")])
        assert [len(store.log(name)) for name in ("INC-1", "INC-2")] == [2, 2]

    def test_writes_without_an_operation_are_not_taken_for_each_other(self, store: IncidentStore) -> None:
        store.append([opening("INC-1")])
        store.append([opening("INC-2")])
        assert store.log("INC-2") != ()

    # grouping keys

    def test_a_key_belongs_to_one_open_incident(self, store: IncidentStore) -> None:
        store.append([opening("INC-1", key="payments/Down")])
        with pytest.raises(Conflict, match="INC-1"):
            store.append([opening("INC-2", key="payments/Down")])
        store.append([opening("INC-3", key="payments/Slow"), opening("INC-4"), opening("INC-5")])
        assert [found.id for found in store.open_rows().rows] == ["INC-1", "INC-3", "INC-4", "INC-5"]

    def test_two_new_incidents_of_one_batch_cannot_share_a_key(self, store: IncidentStore) -> None:
        with pytest.raises(Conflict):
            store.append([opening("INC-1", key="k"), opening("INC-2", key="k")])
        assert store.open_rows().rows == ()

    def test_a_key_is_free_once_its_incident_is_over(self, store: IncidentStore) -> None:
        store.append([opening("INC-1", key="k")])
        store.append([ending("INC-1", key="k")])
        store.append([opening("INC-2", key="k")])
        with pytest.raises(Conflict, match="INC-2"):
            store.append([follow("INC-1", after=3, key="k")])

    def test_a_key_can_change_hands_within_a_batch(self, store: IncidentStore) -> None:
        store.append([opening("INC-1", key="k"), opening("INC-3", key="l")])
        store.append([opening("INC-2", key="k"), ending("INC-1", key="k"), follow("INC-3", key="l")])
        assert {found.id for found in store.open_rows().rows} == {"INC-2", "INC-3"}
        store.append([follow("INC-1", after=3, key="k"), ending("INC-2", key="k")])
        assert {found.id for found in store.open_rows().rows} == {"INC-1", "INC-3"}

    # fencing

    def test_the_current_lease_writes(self, store: IncidentStore) -> None:
        assert store.append([opening()], lease_of(store)) == 2

    def test_a_lease_that_was_taken_over_does_not(
        self, store: IncidentStore, second: IncidentStore, clock: AdjustableClock
    ) -> None:
        stale = lease_of(store)
        clock.advance(0.3)
        current = lease_of(second, "two")
        with pytest.raises(FenceLost):
            store.append([opening()], stale)
        assert store.log("INC-1") == ()
        assert second.append([opening()], current) == 2

    def test_a_lapsed_lease_that_nobody_took_still_writes(
        self, store: IncidentStore, clock: AdjustableClock
    ) -> None:
        lease = lease_of(store)
        clock.advance(0.3)
        assert store.append([opening()], lease) == 2

    def test_a_lease_given_up_does_not_write(self, store: IncidentStore) -> None:
        lease = lease_of(store)
        store.release(lease, report())
        with pytest.raises(FenceLost):
            store.append([opening()], lease)

    def test_no_lease_was_ever_given_out(self, store: IncidentStore) -> None:
        with pytest.raises(FenceLost):
            store.append([opening()], Lease("one", 1, at(60)))

    # races

    def test_of_many_writers_of_one_event_exactly_one_wins(self, connect: Connect) -> None:
        connect().append([opening()])
        stores = [connect() for _ in range(RACERS)]
        results = race(RACERS, lambda i: stores[i].append([follow(body=Noted(str(i)))]))
        assert sorted(result for result in results if isinstance(result, int)) == [3]
        assert sum(isinstance(result, Conflict) for result in results) == RACERS - 1
        assert [event.n for event in stores[0].log("INC-1")] == [1, 2, 3]

    def test_one_operation_sent_by_many_is_applied_once_and_refused_to_nobody(self, connect: Connect) -> None:
        connect().append([opening()])
        stores = [connect() for _ in range(RACERS)]
        results = race(RACERS, lambda i: stores[i].append([follow(op="press")]))
        assert results == [3] * RACERS

    def test_of_many_openers_of_one_key_exactly_one_wins(self, connect: Connect) -> None:
        stores = [connect() for _ in range(RACERS)]
        results = race(RACERS, lambda i: stores[i].append([opening(f"INC-{i}", key="k")]))
        assert sum(isinstance(result, OncallError) for result in results) == RACERS - 1
        assert len(stores[0].open_rows().rows) == 1

    def test_ids_are_never_given_out_twice(self, connect: Connect) -> None:
        first = connect()
        assert first.allocate(2) == ("INC-1", "INC-2")
        assert first.allocate(0) == ()
        stores = [connect() for _ in range(RACERS)]
        results = race(RACERS, lambda i: [name for _ in range(5) for name in stores[i].allocate(3)])
        given = [name for result in results if isinstance(result, list) for name in result]
        assert len(set(given)) == len(given) == RACERS * 15
        assert not {"INC-1", "INC-2"} & set(given)

    def test_actor_kind_operation_and_time_are_kept(self, store: IncidentStore) -> None:
        store.append([opening(), follow(op="press")])
        event = store.log("INC-1")[-1]
        assert (event.actor, event.op, event.at) == (ASHA, "press", at(2))
        assert store.log("INC-1")[0].at == T0
