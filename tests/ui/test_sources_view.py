"""Every source says whether it can be trusted, what is wrong with it and what keys do there."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from console.domain.health import EngineReport, SourceHealth
from console.domain.hints import digest
from console.domain.snapshot import Snapshot
from console.domain.standing import standing, viewer
from console.ui.glyphs import UNICODE
from console.ui.text import Spans
from console.ui.views.frame import Frame, cells
from console.ui.views.sources import source_lines
from console.ui.views.topline import top_line
from tests.abilities import keeping
from tests.ui import scenes
from tests.ui.scenes import NOW, POLICY

FRAME = Frame(UNICODE, scenes.UTC_ZONE, NOW, "asha")
FINE = SourceHealth("pd", "pagerduty", 15, last_success=NOW - timedelta(seconds=4), alerts=2)
PARKED = SourceHealth(
    "grafana", "grafana", 15, misses=3, error="grafana.example does not accept our credentials (401)",
    hint="check the token", permanent=True, parked=True,
)  # fmt: skip
HALF = replace(
    FINE, name="jira", kind="jira", complete=False, problems=("issue 3 cannot be read: it has no key",)
)
NEVER = SourceHealth("slack", "slack", 60)


def scene(*sources: SourceHealth) -> Snapshot:
    engine = EngineReport("one", "db1", 1, 1, NOW, NOW, NOW + timedelta(seconds=10), sources=sources)
    policy = replace(POLICY, abilities=keeping("pd"))
    return replace(scenes.scene(engine=engine), sources=sources, policy=policy)


def texts(lines: list[Spans]) -> list[str]:
    return ["".join(words for words, _ in line) for line in lines]


def test_those_in_trouble_come_first_with_what_to_do() -> None:
    lines = texts(source_lines(scene(FINE, PARKED, HALF, NEVER), FRAME, 120))
    lines = lines[: lines.index("")]  # the channels follow
    heads = [line for line in lines if not line.startswith(" ")]
    assert heads == [
        "✕ grafana  grafana  parked  3 failed polls in a row",
        "◌ jira  jira  stale  answered 4s ago  2 alerts",
        "◌ slack  slack  no answer yet",
        "● pd  pagerduty  live  answered 4s ago  2 alerts",
    ]
    assert "    grafana.example does not accept our credentials (401): check the token" in lines
    assert "    issue 3 cannot be read: it has no key" in lines
    assert lines[-2].startswith("    keys  ack acknowledges it; resolve resolves it")
    assert "    keys  only here: ack, resolve, snooze, note, assign, escalate" in lines


def test_without_sources_it_says_what_will_show() -> None:
    first, *_ = texts(source_lines(scene(), FRAME, 80))
    assert first == "no source is configured: only what people report will show ([[sources]])"


def test_with_many_sources_the_top_line_names_those_in_trouble() -> None:
    fine = tuple(replace(FINE, name=f"source-number-{number}") for number in range(18))
    snapshot = scene(*fine, PARKED)
    who = viewer(snapshot.me, snapshot.duties, snapshot.policy)
    summed = digest([standing(one, snapshot.policy) for one in snapshot.rows], who)
    wide = "".join(words for words, _ in top_line(snapshot, summed, FRAME, 150))
    assert "● 18 ✕ grafana parked" in wide
    narrow = top_line(snapshot, summed, FRAME, 100)
    assert cells(narrow) <= 100
    assert "✕ 1 failed" in "".join(words for words, _ in narrow)
