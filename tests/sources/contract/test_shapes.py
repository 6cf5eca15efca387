"""Records of every shape: none breaks a poll, none is lost in silence, and none changes those beside it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from console.domain.alert import Alert, AlertRef, Poll
from console.errors import SourceError
from console.sources import registry
from tests.sources.contract.fixtures import MISSING, Fixture, fixture_of, replaced
from tests.sources.contract.mutations import JUNK, ODD, SPELLED, WRONG, Place, at, places

# The same examples in every run: what fails here fails everywhere.
STEADY = settings(
    max_examples=40,
    derandomize=True,
    database=None,
    deadline=None,
    report_multiple_bugs=False,
    suppress_health_check=[HealthCheck.too_slow],
)

kinds = pytest.mark.parametrize("kind", registry.kinds())


def every(fixture: Fixture) -> tuple[int, ...]:
    return tuple(range(len(fixture.records)))


@cache
def usual(kind: str, among: tuple[int, ...] = ()) -> Poll:
    """Return what is made of the records, or of a few ``among`` them."""
    fixture = fixture_of(kind)
    return fixture.parse(
        fixture.with_records([fixture.records[number] for number in among or every(fixture)])
    )


@cache
def around(kind: str, number: int) -> tuple[int, ...]:
    """Return a few records to read one among: the next must stay as it is, bad ones make the poll incomplete."""
    whole = every(fixture_of(kind))
    bad = {other for other in whole if usual(kind, (other,)).problems}
    return tuple(sorted(bad | {number, (number + 1) % len(whole)}))


@cache
def beside(kind: str, changed: frozenset[int], among: tuple[int, ...]) -> dict[AlertRef, Alert]:
    """Return the alerts that have nothing to do with the records that are changed."""
    fixture = fixture_of(kind)
    others = [fixture.records[number] for number in among if number not in changed]
    before = {alert.ref: alert for alert in usual(kind, among).alerts}
    without = fixture.parse(fixture.with_records(others))
    return {alert.ref: alert for alert in without.alerts if before.get(alert.ref) == alert}


def check(fixture: Fixture, changes: Mapping[int, Any], among: tuple[int, ...] = ()) -> Poll:
    """Return the poll with these records in place of the usual ones, if all is well with it."""
    among = among or every(fixture)
    records = [changes.get(number, fixture.records[number]) for number in among]
    poll = fixture.parse(fixture.with_records(records))
    found = {alert.ref: alert for alert in poll.alerts}
    assert len(found) == len(poll.alerts)
    expected = beside(fixture.kind, frozenset(changes), among)
    assert {ref: found.get(ref) for ref in expected} == expected
    assert not (poll.problems and poll.complete)
    assert all(text.isprintable() for text in poll.problems)
    for alert in poll.alerts:
        assert all(text.isprintable() for text in texts(alert)), alert
    return poll


def texts(alert: Alert) -> list[str]:
    """Return everything in an alert that is shown, row by row."""
    found = [alert.ref.fingerprint, alert.name, alert.title, alert.service, alert.runbook_url, alert.muted_by]
    found += alert.description.split("\n")
    found += [part for pair in alert.labels for part in pair]
    found += [part for link in alert.links for part in (link.title, link.url)]
    kept = alert.upstream
    if kept is not None:
        found += [kept.reference, *kept.assignees, kept.reported_by]
        found += [kept.acked_by.id, kept.acked_by.name, kept.acked_by.email]
    return found


def is_wrong(old: Any, new: Any, place: Place) -> bool:
    """Return whether nobody could mean that: another list, number or flag may well say that nothing fires."""
    if new is MISSING:
        return isinstance(place[-1], str)  # a shorter list is nothing wrong
    if isinstance(old, str) and old.isdecimal() and isinstance(new, int):
        return isinstance(new, bool)  # a number is a number, however it is written
    return isinstance(new, str) or type(new) is not type(old)


@kinds
def test_one_wrong_field_loses_no_alert_in_silence(kind: str) -> None:
    fixture = fixture_of(kind)
    lost = []
    for number, record in enumerate(fixture.records):
        among = around(kind, number)
        before = usual(kind, among)
        for place in places(record):
            if ".".join(map(str, place)) in fixture.deciding:
                continue
            for name, value in WRONG.items():
                if not is_wrong(at(record, place), value, place):
                    continue
                poll = check(fixture, {number: replaced(record, place, value)}, among)
                if len(poll.alerts) < len(before.alerts) and len(poll.problems) <= len(before.problems):
                    lost.append(f"record {number}, {name} at {'.'.join(map(str, place))}")
    assert not lost, "\n".join(lost)


@kinds
def test_what_is_no_record_is_counted(kind: str) -> None:
    fixture = fixture_of(kind)
    for name, junk in JUNK.items():
        poll = fixture.parse(fixture.with_records([junk, *fixture.records]))
        assert poll.alerts == usual(kind).alerts, name
        assert len(poll.problems) == len(usual(kind).problems) + 1, name
        assert not poll.complete


@kinds
@STEADY
@given(data=st.data())
def test_records_may_be_odd_in_several_places(kind: str, data: st.DataObject) -> None:
    fixture = fixture_of(kind)
    numbers = st.sets(st.integers(0, len(fixture.records) - 1), min_size=1, max_size=3)
    changes = {}
    for number in sorted(data.draw(numbers)):
        record = fixture.records[number]
        for place in data.draw(st.lists(st.sampled_from([*places(record)]), min_size=1, max_size=4)):
            name = data.draw(st.sampled_from([*ODD, *SPELLED]))
            try:
                old = at(record, place)
            except (LookupError, TypeError):
                continue  # an earlier change has taken it away
            record = replaced(record, place, ODD[name] if name in ODD else SPELLED[name](old))
        changes[number] = record
    check(fixture, changes)


@kinds
def test_an_answer_that_is_something_else_is_no_surprise(kind: str) -> None:
    """That it is not taken for peace is tried over the wire, where each page is looked at."""
    for name, value in ODD.items():
        try:
            poll = fixture_of(kind).parse(value)
        except SourceError as error:
            assert str(error).isprintable()  # noqa: PT017 - an empty poll would be as good
        else:
            assert poll.alerts == (), name
