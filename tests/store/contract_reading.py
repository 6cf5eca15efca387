"""Reading: logs, rows, what changed, spans, recurrence, the signal."""

from __future__ import annotations

import threading
from dataclasses import fields
from datetime import timedelta
from typing import Any

import pytest

from console.domain.incident import State
from console.domain.priority import Priority
from console.domain.summary import Summary
from console.domain.vocabulary import EffectState, ReviewState
from console.ports.store import Changes, IncidentStore
from tests.store.hearing import heard, listening
from tests.store.made import at, ending, follow, opening, over, report, row
from tests.store.seams import AdjustableClock, Connect
from tests.waiting import PATIENCE

FULL = Summary(
    id="INC-1",
    n=2,
    title="Payments fail – “all”",
    service="payments",
    team="money",
    key="payments/Down",
    alert_name="Down",
    state=State.MONITORING,
    is_open=True,
    priority=Priority.P1,
    provisional=Priority.P4,
    reported_at=at(1.001),
    epoch=2,
    epoch_at=at(2),
    owner="asha",
    acked_at=at(3),
    acked_by="budi",
    human_ack_at=at(4),
    resolved_at=at(5),
    recovered_at=at(6),
    firing=7,
    total=8,
    snoozed_until=at(9),
    paused=timedelta(milliseconds=10),
    paused_since=at(11),
    resolve_from=at(12),
    level=13,
    level_at=at(14),
    level_round=15,
    merged_into="INC-16",
    recurrence_of="INC-17",
    last_activity_at=at(18),
    nudged_at=at(19),
    source_started_at=at(-20),
    sources="prod spare",
    effect=EffectState.FAILED,
    effect_text="refused",
    paged_now=("asha", "budi"),
    bot_acked_at=at(21),
    held_until=at(22),
    merged_at=at(23),
    public_from=at(24),
    updated_at=at(25),
    chain="P1",
    chased=("asha",),
    repages=26,
    repaged_at=at(27),
    root="orders-db",
    services=12,
    flapping_since=at(28),
    track="chase the vendor",
    track_at=at(29),
    ticket="OPS-17",
    review=ReviewState.DRAFT,
    review_owner="asha",
    review_due=at(30),
    followed=("page", "timeline"),
)


def as_values(found: Summary) -> dict[str, Any]:
    return {field.name: getattr(found, field.name) for field in fields(Summary)}


def names(rows: tuple[Summary, ...]) -> list[str]:
    return [found.id for found in rows]


def everything(store: IncidentStore, after: int = 0, limit: int = 500) -> Changes:
    """Follow ``more`` to its end."""
    rows: list[Summary] = []
    for _ in range(1000):
        page = store.changed(after, limit)
        rows.extend(page.rows)
        after = page.position
        if not page.more:
            return Changes(after, tuple(rows))
    raise AssertionError("changed() never ends")


class ReadingContract:
    """See ``contract.StoreContract``."""

    def test_every_field_of_a_row_is_kept(self, store: IncidentStore) -> None:
        values = as_values(FULL)
        store.append([opening(**values)])
        assert store.summary("INC-1") == FULL
        assert store.open_rows().rows == (FULL,)

    def test_rows_are_frozen_summaries(self, store: IncidentStore) -> None:
        store.append([opening()])
        found = store.open_rows().rows[0]
        assert type(found) is Summary
        assert hash(found) == hash(row("INC-1", 2))
        with pytest.raises(AttributeError):
            found.title = "other"  # type: ignore[misc]

    def test_what_is_not_there_reads_as_nothing(self, store: IncidentStore) -> None:
        assert store.log("INC-7") == ()
        assert store.summary("INC-7") is None
        assert store.logs([]) == {}
        assert store.open_rows() == Changes(0, ())
        assert store.changed(0) == Changes(0, ())
        assert store.rows() == ()
        assert store.engine() is None

    def test_many_logs_at_once(self, store: IncidentStore) -> None:
        writes = [opening(f"INC-{number}") for number in range(1, 1203)]
        store.append(writes)
        found = store.logs([*(write.incident for write in writes), "INC-0"])
        assert found == {write.incident: write.events for write in writes} | {"INC-0": ()}

    def test_open_rows_are_the_open_ones_and_say_where_they_stand(self, store: IncidentStore) -> None:
        store.append([opening("INC-1"), opening("INC-2")])
        position = store.append([ending("INC-1")])
        found = store.open_rows()
        assert (found.position, names(found.rows), found.more) == (position, ["INC-2"], False)
        assert store.changed(found.position) == Changes(position, ())

    def test_changes_come_in_the_order_of_change_each_row_once(self, store: IncidentStore) -> None:
        store.append([opening("INC-1"), opening("INC-2"), opening("INC-3")])
        start = store.open_rows().position
        store.append([follow("INC-3"), follow("INC-1")])
        position = store.append([ending("INC-3", after=3)])
        found = store.changed(start)
        assert found == Changes(position, (row("INC-1", 3), over("INC-3", 4, 60.0)))

    def test_changes_come_in_pages(self, store: IncidentStore) -> None:
        store.append([opening(f"INC-{number}") for number in range(5)])
        first = store.changed(0, limit=2)
        assert (names(first.rows), first.more) == (["INC-0", "INC-1"], True)
        last = store.changed(first.position, limit=3)
        assert (names(last.rows), last.more) == (["INC-2", "INC-3", "INC-4"], False)
        assert last.position == store.open_rows().position

    def test_a_follower_misses_nothing_while_others_write(self, connect: Connect) -> None:
        writers, rounds = 4, 20
        stores = [connect() for _ in range(writers)]
        follower = connect()
        done = threading.Event()
        seen: dict[str, int] = {}
        failures: list[BaseException] = []

        def write(number: int) -> None:
            for turn in range(rounds):
                name = f"INC-{number}-{turn}"
                stores[number].append([opening(name)])
                stores[number].append([follow(name)])

        def chase() -> None:
            position = 0
            try:
                for _ in range(100_000):
                    last = done.is_set()
                    page = follower.changed(position, limit=3)
                    assert page.position >= position
                    assert all(found.n > seen.get(found.id, 0) for found in page.rows)
                    seen.update({found.id: found.n for found in page.rows})
                    position = page.position
                    if last and not page.rows:
                        return
                    if not page.rows:
                        done.wait(0.001)
            except BaseException as error:  # noqa: BLE001 - raised in the test below
                failures.append(error)

        threads = [threading.Thread(target=write, args=(number,), daemon=True) for number in range(writers)]
        chaser = threading.Thread(target=chase, daemon=True)
        for thread in [chaser, *threads]:
            thread.start()
        for thread in threads:
            thread.join(PATIENCE)
        done.set()
        chaser.join(PATIENCE)
        assert not chaser.is_alive()
        assert not failures
        assert seen == {f"INC-{number}-{turn}": 3 for number in range(writers) for turn in range(rounds)}

    def test_the_signal_differs_after_others_wrote_and_rests_otherwise(
        self, store: IncidentStore, second: IncidentStore, clock: AdjustableClock
    ) -> None:
        listening(second)
        before = second.signal()
        assert second.signal() == before
        store.append([opening()])
        appended = heard(second, before)
        lease = store.acquire(report(), 0.2)
        assert lease is not None
        taken = heard(second, appended)
        clock.advance(0.1)
        store.renew(lease, report(), 0.2)
        renewed = heard(second, taken)
        store.request_poll()
        asked = heard(second, renewed)
        assert len({before, appended, taken, renewed, asked}) == 5
        second.open_rows()
        second.engine()
        assert second.signal() == asked

    @pytest.mark.parametrize(
        ("since", "until", "expected"),
        [
            (None, None, ["old", "long", "early", "merged", "instant", "late"]),
            (None, 0, ["old", "long"]),
            (0, None, ["long", "early", "merged", "instant", "late"]),
            (0, 10, ["long", "early", "merged"]),
            (20, 21, ["long"]),
            (30, 31, ["long", "instant"]),
            (31, 40, ["long"]),
            (10, 20, ["long", "merged"]),
            (99, None, ["long", "late"]),
        ],
    )
    def test_rows_of_a_span_are_those_open_at_some_time_in_it(
        self, store: IncidentStore, since: int | None, until: int | None, expected: list[str]
    ) -> None:
        cases = {
            "late": (50, None),
            "instant": (30, 30),
            "early": (5, 10),
            "long": (-20, None),
            "old": (-50, -40),
        }
        for name, (reported, ended) in cases.items():
            store.append([opening(name, reported_at=at(reported))])
            if ended is not None:
                store.append([ending(name, ended=ended, reported_at=at(reported))])
        child = row("merged", 3, is_open=False, reported_at=at(9), merged_into="long", merged_at=at(11))
        store.append(
            [
                opening("merged", reported_at=at(9)),
                follow("merged", is_open=False, reported_at=at(9), merged_at=at(11), merged_into="long"),
            ]
        )
        assert store.summary("merged") == child
        found = store.rows(None if since is None else at(since), None if until is None else at(until))
        assert names(found) == expected

    def test_an_incident_that_is_over_stays_where_it_ended(self, store: IncidentStore) -> None:
        store.append([opening("INC-1"), ending("INC-1", ended=10)])
        closed = over("INC-1", 4, 10, state=State.CLOSED)
        store.append([follow("INC-1", after=3, **as_values(closed))])
        assert names(store.rows(at(11))) == []
        store.append([follow("INC-1", after=4)])
        assert names(store.rows(at(11))) == ["INC-1"]

    def test_an_incident_that_does_not_say_when_it_ended_did_so_with_the_event_that_closed_it(
        self, store: IncidentStore
    ) -> None:
        store.append([opening(), follow(after=2, is_open=False), follow(after=3, is_open=False)])
        assert names(store.rows(at(1))) == ["INC-1"]
        assert names(store.rows(at(2))) == []
        store.append([opening("INC-2"), follow("INC-2", after=2)])
        store.append([follow("INC-2", after=3, is_open=False)])
        store.append([follow("INC-2", after=4, is_open=False)])
        assert names(store.rows(at(2))) == ["INC-2"]
        assert names(store.rows(at(3))) == []
        closing = follow("INC-3", after=2, is_open=False, resolved_at=at(50))
        store.append([opening("INC-3"), closing, follow("INC-3", after=3, is_open=False)])
        assert names(store.rows(at(49))) == ["INC-3"]

    def test_of_many_only_the_oldest_are_read(self, store: IncidentStore) -> None:
        store.append([opening(f"INC-{n}", reported_at=at(n)) for n in (3, 1, 2)])
        assert names(store.rows(limit=2)) == ["INC-1", "INC-2"]
        assert names(store.rows(at(0), at(9), limit=9)) == ["INC-1", "INC-2", "INC-3"]
        assert store.rows(limit=0) == ()

    def test_the_same_key_is_found_by_report_or_by_end_latest_first(self, store: IncidentStore) -> None:
        store.append(
            [
                opening("INC-1", key="k", reported_at=at(-100)),
                ending("INC-1", ended=-90, key="k", reported_at=at(-100)),
            ]
        )
        store.append(
            [
                opening("INC-2", key="k", reported_at=at(-80)),
                ending("INC-2", ended=10, key="k", reported_at=at(-80)),
            ]
        )
        store.append(
            [opening("INC-3", key="k", reported_at=at(20)), opening("INC-4", key="l"), opening("INC-5")]
        )
        assert names(store.same_key("k", at(0))) == ["INC-3", "INC-2"]
        assert names(store.same_key("k", at(10))) == ["INC-3", "INC-2"]
        assert names(store.same_key("k", at(11))) == ["INC-3"]
        assert names(store.same_key("k", at(-200))) == ["INC-3", "INC-2", "INC-1"]
        assert store.same_key("", at(-200)) == ()

    def test_what_ended_last_comes_first_and_what_was_merged_is_left_out(self, store: IncidentStore) -> None:
        for n, end in ((1, 30), (2, 10), (3, 20)):
            store.append([opening(f"INC-{n}", title=f"title {n}", alert_name="A", reported_at=at(n))])
            store.append(
                [ending(f"INC-{n}", ended=end, title=f"title {n}", alert_name="A", reported_at=at(n))]
            )
        store.append([opening("INC-4"), opening("INC-5")])
        store.append([ending("INC-5", ended=40, merged_into="INC-4")])
        assert [one.id for one in store.ended(10)] == ["INC-1", "INC-3", "INC-2"]
        (last,) = store.ended(1)
        assert (last.title, last.alert_name, last.reported_at) == ("title 1", "A", at(1))

    def test_a_store_says_what_it_is(self, store: IncidentStore) -> None:
        store.append([opening("INC-1"), opening("INC-2")])
        found = store.info(deep=True)
        assert (found.incidents, found.events, found.read_only, found.problems) == (2, 4, False, ())
        assert found.kind
        assert found.where
        assert found.schema >= 1
        uncounted = store.info(counted=False)
        assert (uncounted.kind, uncounted.incidents, uncounted.events) == (found.kind, 0, 0)
