"""The consoles that are open, the log with its time, and news."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from console.domain.presence import Presence
from console.ports.store import IncidentStore
from tests.fakes import store as fake
from tests.store.hearing import heard, listening
from tests.store.made import follow, opening
from tests.store.seams import AdjustableClock, Connect
from tests.waiting import PATIENCE

RINA = Presence("run-1", "rina", "INC-1", digest="abc", version="1.2")
DEWI = Presence("run-2", "dewi", "")
SHORT = 0.2  # seconds that a console counts as open in the tests about that


def told(store: IncidentStore) -> list[Presence]:
    """Return who is there, without when they were last heard of."""
    return [replace(one, seen_at=None) for one in store.presences()]


class ConsolesContract:
    """See ``contract.StoreContract``."""

    @pytest.fixture
    def forgetful(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Forget consoles soon; half a minute is long where the store's time passes by itself."""
        for module in ("console.store.consoles", fake.__name__):
            monkeypatch.setattr(f"{module}.PRESENT_FOR", timedelta(seconds=SHORT))

    def test_nobody_is_there_at_first(self, store: IncidentStore) -> None:
        assert store.presences() == ()

    def test_others_are_told_who_is_there_by_person(
        self, store: IncidentStore, second: IncidentStore
    ) -> None:
        before = store.now()
        store.present(RINA)
        second.present(DEWI)
        after = store.now()
        assert told(store) == told(second) == [DEWI, RINA]
        assert all(one.seen_at and before <= one.seen_at <= after for one in second.presences())

    def test_two_consoles_of_one_person_are_two(self, store: IncidentStore) -> None:
        other = replace(RINA, console="run-3", incident="INC-2")
        store.present(other)
        store.present(RINA)
        assert told(store) == [RINA, other]

    def test_saying_it_again_moves_on(self, store: IncidentStore, second: IncidentStore) -> None:
        store.present(RINA)
        later = Presence(RINA.console, "rina", "INC-2", "def", "1.3")
        store.present(later)
        assert told(second) == [later]

    def test_when_it_was_said_is_the_stores_to_say(
        self, store: IncidentStore, clock: AdjustableClock
    ) -> None:
        store.present(RINA)
        (first,) = store.presences()
        clock.advance(SHORT)
        store.present(first)
        (again,) = store.presences()
        assert first.seen_at is not None
        assert again.seen_at is not None
        assert again.seen_at - first.seen_at >= timedelta(seconds=SHORT)

    @pytest.mark.usefixtures("forgetful")
    def test_who_falls_silent_is_not_there_any_more(
        self, store: IncidentStore, second: IncidentStore, clock: AdjustableClock
    ) -> None:
        store.present(RINA)
        clock.advance(SHORT + 0.1)
        assert second.presences() == ()
        second.present(DEWI)
        store.present(RINA)
        assert told(second) == [DEWI, RINA]

    def test_who_leaves_is_gone_at_once(self, store: IncidentStore, second: IncidentStore) -> None:
        store.present(RINA)
        store.present(DEWI)
        store.leave(RINA.console)
        assert told(second) == [DEWI]
        store.leave(RINA.console)
        store.leave("never there")
        assert told(store) == [DEWI]

    def test_any_text_comes_back_as_it_was(self, store: IncidentStore, second: IncidentStore) -> None:
        odd = Presence("run'; --", 'o"neil % ?', "INC-1", "é", "\u202e")
        store.present(odd)
        assert told(second) == [odd]

    def test_a_presence_is_no_change_of_an_incident(
        self, store: IncidentStore, second: IncidentStore
    ) -> None:
        store.append([opening()])
        before = second.open_rows()
        store.present(RINA)
        store.leave(RINA.console)
        assert second.open_rows() == before
        assert second.changed(before.position).rows == ()

    def test_presences_outlive_the_connection(self, store: IncidentStore, connect: Connect) -> None:
        store.present(RINA)
        store.close()
        assert told(connect()) == [RINA]

    def test_a_log_comes_with_the_time_of_the_same_moment(
        self, store: IncidentStore, second: IncidentStore
    ) -> None:
        store.append([opening(), follow(after=2)])
        before = second.now()
        events, at = second.log_at("INC-1")
        assert events == store.log("INC-1")
        assert len(events) == 3
        assert before <= at <= second.now()
        nothing, at = second.log_at("INC-9")
        assert nothing == ()
        assert before <= at <= second.now()

    def test_it_is_looked_at_often_enough(self, store: IncidentStore) -> None:
        assert 0.05 <= store.look_every <= 0.5

    def test_news_are_a_help_and_looking_finds_them_all_the_same(
        self, store: IncidentStore, second: IncidentStore
    ) -> None:
        """Where a store calls at all, it does so after the write can be read."""
        rung = threading.Event()
        second.on_news(rung.set)
        listening(second)
        before = second.signal()
        rung.clear()
        store.append([opening()])
        heard(second, before)
        assert [row.id for row in second.open_rows().rows] == ["INC-1"]
        if hasattr(second, "listening"):
            assert rung.wait(PATIENCE)

    def test_several_may_wait_for_news(self, store: IncidentStore, second: IncidentStore) -> None:
        one, other = threading.Event(), threading.Event()
        second.on_news(one.set)
        second.on_news(other.set)
        listening(second)
        store.append([opening()])
        if hasattr(second, "listening"):
            assert one.wait(PATIENCE)
            assert other.wait(PATIENCE)
