"""The team's log, and values that are replaced."""

from __future__ import annotations

from dataclasses import replace

import pytest

from console.domain.actors import ENGINE
from console.domain.change import Change, ChangeKind
from console.domain.team.facts import CoverEnded, CoverMade, Fact, FactBody, ItemAnswered, ItemState
from console.errors import Conflict, FenceLost
from console.ports.store import IncidentStore, Lease
from tests.store.hearing import heard, listening
from tests.store.made import ASHA, T0, at, follow, opening, report
from tests.store.racing import race
from tests.store.seams import AdjustableClock, Connect

COVER = CoverMade("C1", "payments", "primary", "budi", at(0), at(3600), "his pager broke – „again“")
ENDED = CoverEnded("C1", at(60))
ANSWER = ItemAnswered("start", "vpn", "asha", "shift-1", ItemState.FAILED, "", "no route", "INC-7")
RACERS = 8


def fact(body: FactBody = COVER, op: str = "", n: int = 0) -> Fact:
    return Fact(n, at(1), ASHA, body, op)


def leased(store: IncidentStore, holder: str = "one") -> Lease:
    lease = store.acquire(report(holder), 30)
    assert lease is not None
    return lease


class TeamContract:
    """See ``contract.StoreContract``."""

    def test_there_is_no_fact_at_first(self, store: IncidentStore) -> None:
        assert store.facts() == ()
        assert store.team_mark() == (0, 0)

    def test_facts_are_numbered_in_their_order(self, store: IncidentStore, second: IncidentStore) -> None:
        assert store.add_facts([fact(COVER), fact(ANSWER)], 0) == 2
        assert second.add_facts([Fact(99, at(2), ENGINE, ENDED)], 2) == 3
        expected = (fact(COVER, n=1), fact(ANSWER, n=2), Fact(3, at(2), ENGINE, ENDED))
        assert store.facts() == second.facts() == expected
        assert store.facts(after=2) == expected[2:]
        assert store.facts(after=3) == ()
        assert store.team_mark() == (3, 0)

    def test_who_knows_less_is_refused(self, store: IncidentStore, second: IncidentStore) -> None:
        store.add_facts([fact()], 0)
        for expected in (0, 2):
            with pytest.raises(Conflict):
                second.add_facts([fact(ENDED)], expected)
        assert len(store.facts()) == 1

    def test_an_op_counts_once_whatever_else_has_happened(
        self, store: IncidentStore, second: IncidentStore
    ) -> None:
        store.add_facts([fact(COVER, "op-a"), fact(ANSWER, "op-a")], 0)
        assert store.applied("op-a") == ("", 2)
        store.add_facts([fact(ENDED)], 2)
        assert second.add_facts([fact(COVER, "op-a")], 0) == 3
        assert len(store.facts()) == 3

    def test_an_op_of_a_command_is_none_of_the_team(self, store: IncidentStore) -> None:
        store.append([opening(op="op-1")])
        assert store.add_facts([fact(op="op-1")], 0) == 0
        assert store.applied("op-1") == ("INC-1", 2)

    def test_of_many_writers_exactly_one_is_first(self, connect: Connect) -> None:
        stores = [connect() for _ in range(RACERS)]
        results = race(RACERS, lambda i: stores[i].add_facts([fact(op=f"op-{i}")], 0))
        assert sum(result == 1 for result in results) == 1
        assert sum(isinstance(result, Conflict) for result in results) == RACERS - 1

    def test_the_team_may_be_fenced(self, store: IncidentStore, second: IncidentStore) -> None:
        stale = leased(store)
        current = leased(second)
        with pytest.raises(FenceLost):
            store.add_facts([fact()], 0, stale)
        assert second.add_facts([fact()], 0, current) == 1

    def test_facts_are_news(self, store: IncidentStore, second: IncidentStore) -> None:
        listening(second)
        lease = leased(store)
        before = heard(second, -1)
        store.add_facts([fact()], 0)
        before = heard(second, before)
        store.keep("a", "1", lease)
        heard(second, before)

    # both logs at once

    def test_incidents_and_the_team_are_written_together(
        self, store: IncidentStore, second: IncidentStore
    ) -> None:
        store.append([opening()])
        assert store.append_together([follow("INC-1", op="a")], [fact(op="a:team")], 0) == 1
        assert len(second.log("INC-1")) == 3
        assert len(second.facts()) == 1
        assert store.append_together([follow("INC-1", op="a")], [fact(op="a:team")], 0) == 1, "told again"
        assert len(second.log("INC-1")) == 3

    def test_neither_is_written_where_one_of_both_has_moved_on(
        self, store: IncidentStore, second: IncidentStore
    ) -> None:
        store.append([opening()])
        late = follow("INC-1", op="b")
        store.add_facts([fact()], 0)
        with pytest.raises(Conflict):
            store.append_together([late], [fact(ANSWER)], 0)
        assert (len(second.log("INC-1")), len(second.facts())) == (2, 1)
        store.append([follow("INC-1", op="c")])
        with pytest.raises(Conflict):
            store.append_together([late], [fact(ANSWER)], 1)
        assert (len(second.log("INC-1")), len(second.facts())) == (3, 1)

    # what was changed in the world

    def test_a_change_is_kept_once_and_found_by_its_time(
        self, store: IncidentStore, second: IncidentStore
    ) -> None:
        deploy = Change(
            "ci:1",
            at(10),
            "orders",
            "v42 „canary“ 5 %",
            ChangeKind.DEPLOY,
            "asha",
            "https://ci.example/1",
            "ci",
        )
        flag = Change("flags:7", at(5), "", "new checkout on", ChangeKind.FLAG, source="flags")
        assert store.add_changes([deploy, flag, deploy]) == ("ci:1", "flags:7")
        assert second.add_changes(
            [replace(deploy, what="something else"), replace(flag, id="flags:8", at=at(20))]
        ) == ("flags:8",)
        found = second.changes(at(0), at(20))
        assert [replace(one, seen_at=None) for one in found] == [flag, deploy]
        assert all(one.seen_at is not None for one in found)
        assert [one.id for one in store.changes(at(0), at(60), limit=2)] == ["ci:1", "flags:8"]
        for one in store.changes(at(0), at(60)):
            same = [other.id for other in store.changes(at(0), at(60)) if other.service == one.service]
            assert [other.id for other in store.changes(at(0), at(60), services={one.service})] == same
        assert store.changes(at(0), at(60), services={"nobody's"}) == ()
        assert len(store.changes(at(0), at(60), 1, {"nobody's", *(one.service for one in found)})) == 1
        assert store.add_changes([]) == ()

    def test_only_a_new_change_is_news(self, store: IncidentStore, second: IncidentStore) -> None:
        listening(second)
        deploy = Change("ci:1", at(10), "orders", "v42")
        mark, before = second.team_mark(), heard(second, -1)
        store.add_changes([deploy])
        told = second.team_mark()
        assert told != mark
        heard(second, before)
        store.add_changes([deploy])
        assert second.team_mark() == told

    # values that are replaced

    def test_a_value_is_replaced_as_a_whole(
        self, store: IncidentStore, second: IncidentStore, clock: AdjustableClock
    ) -> None:
        lease = leased(store)
        store.keep("calendar/b", '{"a":1}', lease)
        store.keep("calendar/a", '"été"', lease)
        store.keep("other", "1", lease)
        first = second.kept("calendar/")
        assert [(one.name, one.value) for one in first] == [
            ("calendar/a", '"été"'),
            ("calendar/b", '{"a":1}'),
        ]
        clock.advance(0.1)
        store.keep("calendar/b", "[]", lease)
        again = second.kept("calendar/b")[0]
        assert (again.value, again.at > first[1].at) == ("[]", True)
        assert [one.name for one in second.kept()] == ["calendar/a", "calendar/b", "other"]

    def test_a_name_is_no_pattern(self, store: IncidentStore) -> None:
        lease = leased(store)
        store.keep("a_1", "1", lease)
        store.keep("ab1", "1", lease)
        assert [one.name for one in store.kept("a_")] == ["a_1"]
        assert store.kept("%") == ()

    def test_only_another_value_counts_as_a_change(
        self, store: IncidentStore, second: IncidentStore, clock: AdjustableClock
    ) -> None:
        lease = leased(store)
        store.keep("a", "1", lease)
        mark, before = second.team_mark(), second.kept("a")[0].at
        clock.advance(0.1)
        store.keep("a", "1", lease)
        assert second.team_mark() == mark
        assert second.kept("a")[0].at > before, "it was looked at again"
        store.keep("a", "2", lease)
        changed = second.team_mark()
        assert changed != mark
        store.forget("a", lease)
        store.forget("a", lease)
        assert store.kept() == ()
        assert second.team_mark() not in {mark, changed}

    def test_only_the_engine_keeps(self, store: IncidentStore, second: IncidentStore) -> None:
        stale = leased(store)
        second.keep("a", "1", leased(second))
        with pytest.raises(FenceLost):
            store.keep("a", "2", stale)
        with pytest.raises(FenceLost):
            store.forget("a", stale)
        assert [one.value for one in store.kept()] == ["1"]

    def test_instants_of_facts_are_the_stores_milliseconds(self, store: IncidentStore) -> None:
        store.add_facts([fact()], 0)
        found = store.facts()[0]
        assert found.at == at(1)
        assert isinstance(found.body, CoverMade)
        assert found.body.start == T0
