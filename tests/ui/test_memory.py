"""What happened before, on screen: read once the cursor rests, opened with one key."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from console.domain.similar import Memory, Past, Similar
from console.ui.glyphs import UNICODE
from console.ui.screens import memories
from console.ui.text import Spans
from console.ui.views.frame import Frame
from console.ui.views.memory import memory_parts, past_lines
from tests.ui import scenes
from tests.ui.driving import console
from tests.ui.scenes import NOW, POLICY

FRAME = Frame(UNICODE, scenes.UTC_ZONE, NOW, "asha")
LAST = Past(
    "INC-7", "5xx on api-gw", "payments", NOW - timedelta(days=3), timedelta(minutes=41), "budi", "a leak", "restarted"
)  # fmt: skip
OTHER = replace(LAST, id="INC-5", service="search", cause="", resolution="")
MEMORY = Memory(
    4, LAST, (Similar(LAST, 6, ("same alert", "same service")), Similar(OTHER, 4, ("same alert on another service",)))
)  # fmt: skip


def texts(lines: list[Spans]) -> str:
    return "\n".join("".join(part for part, _ in line) for line in lines)


def test_how_often_how_it_ended_and_what_was_like_it() -> None:
    assert texts(memory_parts(MEMORY, POLICY, FRAME, "M")) == (
        "memory    seen 4 times in 30 days  M opens similar ones\n"
        "last time INC-7, 3d ago, took 41m, Budi: a leak -> restarted\n"
        "similar   INC-7 (same alert, same service); INC-5 (same alert on another service)"
    )
    assert texts(memory_parts(Memory(), POLICY, FRAME, "M")) == "memory    not seen in the 30 days before"


def test_an_earlier_incident_is_shown_whole() -> None:
    said = texts(past_lines(scenes.detail("INC-7", n=6), POLICY, FRAME, 100))
    assert said.startswith("payments is unwell\nP1 · payments · acknowledged\n")
    assert "cause     not written down" in said
    assert "resolved  not yet" in said
    assert "rolled back" in said


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memories, "RESTS", 0.0)
    monkeypatch.setattr("console.ui.screens.selection.RESTS", 0.0)


@pytest.mark.usefixtures("at_once")
async def test_it_stands_above_the_timeline_and_one_key_opens_it() -> None:
    async with console() as it:
        name: Any = it.cursor
        it.desk.memories[name] = MEMORY
        it.desk.details["INC-5"] = scenes.detail("INC-5", "search", n=6)
        await it.press("j", "k")
        await it.settle(lambda: it.main.session.remembered(name) is MEMORY)
        await it.press("2")
        assert "seen 4 times in 30 days" in it.screen_text
        await it.press("M")
        assert "same alert on another service" in it.screen_text
        await it.press("2")
        assert "INC-5, as it was" in it.screen_text
        assert "rolled back" in it.screen_text
        await it.press("escape")
        assert it.commands == []


@pytest.mark.usefixtures("at_once")
async def test_nothing_like_it_is_said_in_a_line() -> None:
    async with console() as it:
        it.desk.memories[str(it.cursor)] = Memory()
        await it.press("M")
        assert "is remembered" in it.screen_text


async def test_a_running_cursor_reads_nothing_of_the_past() -> None:
    async with console() as it:
        asked = len(it.desk.memory_asked)
        await it.press("j", "j", "j", "k", "k")
        assert len(it.desk.memory_asked) <= asked + 1
