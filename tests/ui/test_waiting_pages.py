"""What pages wait for, and who has still to ack, in words on the screen."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

import pytest

from console.domain.policy import Chain, Level, Policy
from console.domain.priority import Priority
from console.domain.standing import standing
from console.domain.summary import Summary
from console.domain.team.state import Maintenance
from console.domain.walltime import Hours
from console.ui.glyphs import UNICODE
from console.ui.views.clocks import clock_lines
from console.ui.views.frame import Frame
from console.ui.views.incidents import Around, remark_on
from tests.ui import scenes
from tests.ui.rows import row
from tests.ui.scenes import MINUTE, NOW, POLICY

FRAME = Frame(UNICODE, scenes.UTC_ZONE, NOW, "asha")
FRESH = row("INC-1", NOW, level=None, level_at=None, provisional=Priority.P4)
WORK = Maintenance(NOW - MINUTE, NOW + 16 * MINUTE, teams=("payments",), reason="new disks")
ALL = Level(("asha", "budi"), 0 * MINUTE, everyone=True, again=10 * MINUTE)


def pane(shown: Summary, policy: Policy) -> str:
    lines = clock_lines(shown, policy, FRAME, 100)
    return "\n".join("".join(word for word, _ in line) for line in lines)


@pytest.mark.parametrize(
    ("policy", "remark", "words"),
    [
        (
            replace(POLICY, maintenance=(WORK,)),
            "maintenance until 21:30",
            "maintenance until 21:30 (new disks)",
        ),
        (
            replace(POLICY, maintenance=(replace(WORK, teams=("search",)),)),
            "↑ primary due",
            "due → Asha  primary",
        ),
    ],
)
def test_what_a_page_waits_for(policy: Policy, remark: str, words: str) -> None:
    one = replace(FRESH, provisional=Priority.P2, level_at=NOW - MINUTE)
    spans = remark_on(standing(one, policy), Around(FRAME, policy))
    assert "".join(word for word, _ in spans) == remark
    assert words in pane(one, policy)


def test_low_urgency_waits_for_the_morning() -> None:
    night = replace(POLICY.targets[Priority.P4], asleep=Hours(time(20), time(7)))
    policy = replace(POLICY, targets=POLICY.targets | {Priority.P4: night})
    spans = remark_on(standing(FRESH, policy), Around(FRAME, policy))
    assert "".join(word for word, _ in spans) == "↑ primary Sat 07:00, waits for the morning"
    assert "Asha  primary  waits for the morning" in pane(FRESH, policy)


def test_who_has_still_to_ack_is_said() -> None:
    policy = replace(POLICY, chains=(Chain("payments", (ALL,)),))
    taken = scenes.incident_rows()[2]
    chased = replace(taken, level=0, level_at=NOW - 3 * MINUTE, chased=("budi",))
    shown = pane(chased, policy)
    assert "nobody is paged by itself: acked by" in shown
    assert "07:00 → Budi  paged again until each has acked" in shown
    assert "paged again" not in pane(taken, policy)
