"""Feeds of changes on screen: each with its age and what to do; the top line names only those that fail."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from console.domain.health import EngineReport, SourceHealth
from console.domain.hints import digest
from console.domain.snapshot import Snapshot
from console.domain.standing import standing, viewer
from console.ui.glyphs import UNICODE
from console.ui.text import Spans
from console.ui.views.frame import Frame
from console.ui.views.sources import source_lines
from console.ui.views.topline import top_line
from tests.ui import scenes
from tests.ui.scenes import NOW

FRAME = Frame(UNICODE, scenes.UTC_ZONE, NOW, "asha")
SOURCE = SourceHealth("prod", "alertmanager", 15, last_success=NOW - timedelta(seconds=4), alerts=2)
FINE = SourceHealth("argo", "argocd", 60, last_success=NOW - timedelta(seconds=40))
DOWN = replace(
    FINE, name="hub", kind="github", last_success=NOW - timedelta(minutes=12), misses=7,
    error="api.github.com says we ask too often (403)", hint="raise interval",
)  # fmt: skip
HALF = replace(
    FINE, name="lab", kind="gitlab", complete=False, problems=("acme/gone production: no such path",)
)


def scene(*feeds: SourceHealth) -> Snapshot:
    later = NOW + timedelta(seconds=10)
    engine = EngineReport("one", "db1", 1, 1, NOW, NOW, later, sources=(SOURCE,), feeds=feeds)
    return replace(scenes.scene(engine=engine), sources=(SOURCE,))


def texts(lines: list[Spans]) -> list[str]:
    return ["".join(words for words, _ in line) for line in lines]


def top(snapshot: Snapshot, width: int) -> str:
    who = viewer(snapshot.me, snapshot.duties, snapshot.policy)
    summed = digest([standing(one, snapshot.policy) for one in snapshot.rows], who)
    return "".join(words for words, _ in top_line(snapshot, summed, FRAME, width))


def test_those_in_trouble_come_first_with_what_to_do() -> None:
    lines = texts(source_lines(scene(FINE, DOWN, HALF), FRAME, 120))
    start = lines.index("") + 1
    assert lines[start : lines.index("", start)] == [
        "◌ hub  changes from github  stale  answered 12m ago  7 failed polls in a row",
        "    api.github.com says we ask too often (403): raise interval",
        "◌ lab  changes from gitlab  stale  answered 40s ago",
        "    acme/gone production: no such path",
        "● argo  changes from argocd  live  answered 40s ago",
    ]


def test_the_top_line_names_only_what_fails() -> None:
    assert "argo" not in top(scene(FINE), 160)
    assert "◌ hub stale 12m" in top(scene(FINE, DOWN), 160)
    assert top(scene(FINE), 160) == top(scene(), 160)


def test_an_engine_that_is_silent_leaves_none_of_them_live() -> None:
    snapshot = scene(FINE)
    assert snapshot.engine is not None
    silent = replace(snapshot, engine=replace(snapshot.engine, expires_at=NOW - timedelta(minutes=1)))
    assert "◌ argo  changes from argocd  stale  answered 40s ago" in texts(source_lines(silent, FRAME, 120))
