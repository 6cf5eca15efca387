"""An alert that must always fire, missing, is an incident; an answer in doubt proves nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from console.domain.alert import Poll
from console.domain.priority import Priority
from console.domain.watchdogs import Seen, Watchdogs, watched
from tests.domain.world import alert, at

RULE = Watchdogs(("Watchdog",), timedelta(minutes=5))
DOG = alert("dog", name="Watchdog")
OTHER = alert("other")


def poll(*alerts: object, complete: bool = True) -> Poll:
    return Poll("prod", alerts, complete)  # type: ignore[arg-type]  # alerts, as the names say


def test_while_it_fires_it_is_no_incident() -> None:
    found, seen = watched(poll(DOG, OTHER), RULE, (), at("10:00"))
    assert (found.alerts, seen) == ((OTHER,), (("Watchdog", at("10:00")),))


def test_missing_for_long_enough_it_is_one() -> None:
    seen: Seen = (("Watchdog", at("10:00")),)
    early, seen = watched(poll(OTHER), RULE, seen, at("10:04:59"))
    assert early.alerts == (OTHER,)
    late, seen = watched(poll(OTHER), RULE, seen, at("10:05"))
    missing = late.alerts[1]
    assert (missing.name, missing.priority, missing.started_at) == (
        "WatchdogMissing",
        Priority.P1,
        at("10:00"),
    )
    assert missing.title == "Watchdog no longer fires at prod: alerts may not reach us"
    again, seen = watched(poll(OTHER), RULE, seen, at("10:06"))
    assert again.alerts[1] == missing
    back, _ = watched(poll(DOG), RULE, seen, at("10:07"))
    assert back.alerts == ()


def test_one_never_seen_is_given_its_time_from_the_first_look() -> None:
    found, seen = watched(poll(), RULE, (), at("10:00"))
    assert (found.alerts, seen) == ((), (("Watchdog", at("10:00")),))
    assert len(watched(poll(), RULE, seen, at("10:05"))[0].alerts) == 1


def test_an_answer_in_doubt_does_not_find_it_missing() -> None:
    found, seen = watched(poll(complete=False), RULE, (("Watchdog", at("10:00")),), at("11:00"))
    assert found.alerts == ()
    assert seen == (("Watchdog", at("10:00")),)


def test_what_was_found_missing_stays_so_in_an_answer_in_doubt() -> None:
    """An incomplete poll clears nothing, so leaving the alert out of it keeps the incident as it is."""
    found, _ = watched(poll(complete=False), RULE, (("Watchdog", at("09:00")),), at("10:00"))
    assert (found.alerts, found.complete) == ((), False)


def test_those_the_config_no_longer_names_are_forgotten() -> None:
    _, seen = watched(poll(), RULE, (("Old", at("09:00")),), at("10:00"))
    assert [name for name, _ in seen] == ["Watchdog"]


@given(st.lists(st.booleans(), max_size=30))
def test_it_is_missing_exactly_when_nothing_was_seen_for_the_time(present: list[bool]) -> None:
    seen: Seen = ()
    last = at("10:00")
    for minute, here in enumerate(present):
        now = at("10:00") + timedelta(minutes=minute)
        last = now if here else last
        found, seen = watched(poll(*([DOG] if here else [])), RULE, seen, now)
        assert bool(found.alerts) == (now - last >= RULE.after)
        assert replace(found, alerts=()) == poll()
