from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from console.domain.notify.notification import Topic
from console.domain.notify.shifts import coming
from console.domain.roster import Override
from tests.domain.world import POLICY

HANDOFF = datetime(2026, 1, 12, 2, tzinfo=UTC)  # Monday 09:00 in Jakarta: Asha to Budi


def test_both_people_hear_of_a_handoff_an_hour_and_a_quarter_before_it() -> None:
    told: dict[str, set[str]] = {}
    for minute in range(120):
        for saying in coming(POLICY, HANDOFF - timedelta(minutes=90 - minute)):
            assert saying.about.topic is Topic.HANDOVER
            told.setdefault(saying.key, set()).update(saying.about.people)
    primary = "handoff/payments/primary/20260112T0200"
    assert told[f"{primary}/60"] == told[f"{primary}/15"] == {"asha", "budi"}
    assert len(told) == 4  # the secondary changes at the same time
    (ends, begins, *_) = coming(POLICY, HANDOFF - timedelta(minutes=10))
    assert ends.text.startswith(
        "Your shift as primary of payments ends at Mon 2026-01-12 09:00 WIB; Budi follows"
    )
    assert begins.text.startswith(
        "Your shift as primary of payments begins at Mon 2026-01-12 09:00 WIB, after Asha"
    )


def test_a_gap_is_told_a_day_ahead_and_keeps_its_key() -> None:
    gap = Override("payments", "primary", "", HANDOFF - timedelta(days=2), HANDOFF - timedelta(days=1))
    policy = replace(POLICY, roster=replace(POLICY.roster, overrides=(gap,)))
    keys = set()
    for hour in range(0, 96, 3):
        now = HANDOFF - timedelta(days=4) + timedelta(hours=hour)
        found = [one for one in coming(policy, now) if one.about.topic is Topic.ROSTER]
        assert bool(found) == (gap.start - timedelta(hours=24) < now < gap.end)
        keys |= {one.key for one in found}
    assert keys == {"gap/payments/primary/20260110T0200"}
    (told,) = [one for one in coming(policy, gap.start) if one.about.topic is Topic.ROSTER]
    assert told.title == "Nobody is primary of payments now"
    assert "budi" in told.about.people
