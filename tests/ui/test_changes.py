"""Changes of the world on the screen: above the timeline, on it, as links, and as they come."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from console.domain.change import Change, ChangeKind
from console.domain.changes.correlated import began, correlate
from console.domain.snapshot import Detail
from console.ui.glyphs import UNICODE
from console.ui.text import Spans, width_of
from console.ui.views.changes import likeliest_parts
from console.ui.views.frame import Frame
from console.ui.views.head import in_room
from console.ui.views.timeline import all_links, timeline_lines
from tests.ui import scenes
from tests.ui.driving import console
from tests.ui.hostile import TITLES
from tests.ui.scenes import NOW, POLICY

FRAME = Frame(UNICODE, scenes.UTC_ZONE, NOW, "asha")
MINUTE = timedelta(minutes=1)


def text(line: Spans) -> str:
    return "".join(part for part, _ in line)


def with_changes(detail: Detail, *changes: Change) -> Detail:
    """Return a detail as it is read with these changes in the store."""
    return replace(detail, changes=correlate(detail.incident, changes, POLICY, NOW))


def test_changes_stand_between_the_events_by_their_time() -> None:
    detail = scenes.detail("INC-1042", n=6)
    start = began(detail.incident)
    one = Change(
        "ci:1",
        start - 3 * MINUTE,
        "payments",
        "v42 [red]x[/] 5 %",
        ChangeKind.DEPLOY,
        "asha",
        "https://ci.example/1",
    )
    late = replace(one, id="ci:2", at=start + MINUTE, what="v41", kind=ChangeKind.ROLLBACK, actor="", url="",
                   seen_at=start + 9 * MINUTE, source="ci")  # fmt: skip
    changes = correlate(detail.incident, [one, late], POLICY, NOW)
    detail = replace(detail, changes=changes)
    told = timeline_lines(detail, POLICY, FRAME, 120)
    lines = [text(line) for line in told]
    (after,) = (line for line in lines if "rollback v41" in line)
    (before,) = (line for line in lines if "v42" in line)
    assert before.endswith("◆ change deploy v42 [red]x[/] 5 % of payments, 3 min before it started  Asha")
    assert after.endswith(f"1 min after it started  ci  told us {start + 9 * MINUTE:%H:%M}")
    times = [line[:8] for line in lines if line[:1].isdigit()]
    assert times == sorted(times, reverse=True)
    assert any("link=https://ci.example/1" in style for line in told for _, style in line)
    assert text(likeliest_parts(detail, POLICY)[0]) == (
        "change    started 3 min after deploy v42 [red]x[/] 5 % of payments (Asha)  and 1 other change below"
    )
    assert likeliest_parts(replace(detail, changes=()), POLICY) == []
    assert [link.title for link in all_links(detail, POLICY, NOW).offered][
        -1
    ] == "change: deploy v42 [red]x[/] 5 %"


@pytest.mark.parametrize("what", TITLES)
def test_whatever_a_change_is_called_it_is_text_within_the_width(what: str) -> None:
    detail = scenes.detail("INC-1042", n=6)
    bad = Change("ci:1", began(detail.incident), "payments", what, ChangeKind.DEPLOY, what, "javascript:x")
    detail = with_changes(detail, bad)
    for width in (12, 40, 120):
        lines = [
            *in_room(likeliest_parts(detail, POLICY), 100, width),
            *timeline_lines(detail, POLICY, FRAME, width),
        ]
        for line in map(text, lines):
            assert width_of(line) <= width
            assert line.isprintable()


async def test_a_change_that_is_told_appears_on_an_open_timeline() -> None:
    async with console() as it:
        name = str(it.cursor)
        await it.press("2", "z")
        assert "change" not in it.screen_text
        detail = it.desk.details[name]
        at = began(detail.incident) - 3 * MINUTE
        deploy = Change(
            "ci:1", at, detail.incident.service, "v42", ChangeKind.DEPLOY, "budi", "https://ci.example/1"
        )
        it.desk.details[name] = with_changes(detail, deploy)
        asked = len(it.desk.detail_asked)
        it.desk.push(told=1)
        await it.settle(lambda: "started 3 min after deploy v42" in it.screen_text)
        assert "◆ change" in it.screen_text
        await it.press("o")
        assert "change: deploy v42" in it.screen_text
        await it.press("escape")
        it.desk.push(told=1)
        await it.settle(lambda: True)
        assert len(it.desk.detail_asked) == asked + 1, "nothing new was told"
        assert it.commands == []


async def test_what_was_read_before_is_read_again_when_the_cursor_comes_back() -> None:
    async with console() as it:
        first = str(it.cursor)
        await it.press("j")
        it.desk.push(told=1)
        await it.settle(lambda: True)
        asked = it.desk.detail_asked.count(first)
        await it.press("k")
        await it.settle(lambda: it.desk.detail_asked.count(first) == asked + 1)
