"""What each kind makes of records as its product writes them."""

from __future__ import annotations

import json

import pytest

from console.sources import registry
from tests.sources.contract.fixtures import as_expected, fixture_of


@pytest.mark.parametrize("kind", registry.kinds())
def test_records_become_the_alerts_that_are_expected(kind: str) -> None:
    fixture = fixture_of(kind)
    assert len(fixture.records) >= 3
    poll = fixture.parse(fixture.payload)
    assert poll.source == "under-test"
    assert [alert.name for alert in poll.alerts] == [alert["name"] for alert in fixture.alerts]
    for alert, expected in zip(poll.alerts, fixture.alerts, strict=True):
        assert as_expected(alert, expected) == expected
    assert len(poll.problems) == fixture.problems
    assert poll.complete == (not fixture.problems)
    assert len({alert.ref for alert in poll.alerts}) == len(poll.alerts)


@pytest.mark.parametrize("kind", registry.kinds())
def test_reading_leaves_the_answer_as_it_was(kind: str) -> None:
    fixture = fixture_of(kind)
    before = json.dumps(fixture.payload)
    assert fixture.parse(fixture.payload) == fixture.parse(fixture.payload)
    assert json.dumps(fixture.payload) == before
