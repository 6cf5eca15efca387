"""The tuning list on screen, and marking incidents as noise."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from console.domain import events as ev
from console.domain.actors import Actor, ActorKind
from console.domain.alert import Alert, AlertRef
from console.domain.commands import MarkNoise
from console.domain.noise.tuning import DEFINITIONS, Noise, Tally
from console.domain.priority import Priority
from console.errors import StoreError
from console.ui.screens.noise import NoiseScreen
from console.ui.widgets.lines import LinesView
from tests.fakes.desk import FakeDesk
from tests.ui import scenes
from tests.ui.driving import Driver, console
from tests.ui.scenes import NOW

PROD = Actor("prod", ActorKind.SOURCE)


def fired(rule: str, times: int, minutes: int = 3) -> list[tuple[ev.Event, ...]]:
    """Return incidents of a rule that cleared by themselves, each with a page, a day apart."""
    found = []
    for n in range(times):
        at = NOW - timedelta(days=n + 1)
        alert = Alert(AlertRef("prod", rule), rule, rule, "payments", Priority.P2)
        bodies: tuple[tuple[datetime, ev.Body], ...] = (
            (at, ev.Opened(rule, "payments", "payments", rule, rule, Priority.P2, at)),
            (at, ev.AlertsFired((alert,))),
            (at, ev.Escalated(0, ("asha",), auto=True)),
            (at + timedelta(minutes=minutes), ev.AlertsCleared((alert.ref,))),
        )
        log = [ev.Event(f"INC-{rule[0]}{n}", k, when, PROD, body) for k, (when, body) in enumerate(bodies, 1)]
        found.append(tuple(log))
    return found


def tuning(*logs: tuple[ev.Event, ...]) -> Noise:
    tally = Tally(scenes.POLICY, NOW - timedelta(weeks=4), NOW)
    tally.add(logs)
    tally.leave_out("things of no rule", 7)
    return tally.noise()


def desk() -> FakeDesk:
    made = FakeDesk(scenes.scene(), details=scenes.details())
    made.tuning = tuning(*fired("Flappy", 9), *fired("[red]Rare[/]", 2))
    return made


def shown(it: Driver) -> str:
    screen = next(one for one in it.app.screen_stack if isinstance(one, NoiseScreen))
    return "\n".join(screen.query_one(LinesView).plain)


@pytest.mark.parametrize("size", [(80, 24), (40, 10)])
async def test_the_list_says_what_to_change_and_what_was_left_out(size: tuple[int, int]) -> None:
    async with console(desk=desk(), size=size) as it:
        await it.press("N")
        text = " ".join(shown(it).split())
        assert "for: 5m would have removed 9 of 9" in text
        assert "too few to judge" in text
        assert "left out: 7 things of no rule" in text
        assert next(iter(DEFINITIONS.values())) in text
        assert text.index("Flappy") < text.index("[red]Rare[/]")


async def test_enter_shows_what_a_rule_did_and_escape_goes_back_to_it() -> None:
    async with console(desk=desk(), size=(80, 24)) as it:
        await it.press("N", "j", "enter")
        assert "INC-[0" in shown(it)
        assert "cleared after 3m, never acked" in shown(it)
        await it.press("escape")
        view = it.app.screen.query_one(LinesView)
        assert view.cursor_key == "payments\n[red]Rare[/]"
        await it.press("escape")
        assert not any(isinstance(one, NoiseScreen) for one in it.app.screen_stack)


async def test_a_suggestion_is_copied_as_a_line_for_a_ticket() -> None:
    async with console(desk=desk(), size=(80, 24)) as it:
        await it.press("N", "y")
        await it.press("enter", "y")
        assert it.app.copied == ["- **Flappy** (payments): for: 5m would have removed 9 of 9\n"] * 2


async def test_counting_is_said_and_holds_up_nothing() -> None:
    slow = desk()
    slow.noise_gate = asyncio.Event()
    async with console(desk=slow, size=(80, 24)) as it:
        await it.press("N")
        assert "counting" in shown(it)
        await it.press("y")
        assert it.app.copied == []
        slow.noise_gate.set()
        await it.settle()
        assert "Flappy" in shown(it)


async def test_a_store_that_does_not_answer_is_no_quiet() -> None:
    gone = desk()
    gone.tuning = StoreError("the store has not answered for 5 s")
    async with console(desk=gone, size=(80, 24)) as it:
        await it.press("N")
        assert "not counted: the store has not answered for 5 s" in shown(it)
        assert "no rule" not in shown(it)


async def test_marking_asks_why() -> None:
    async with console(size=(80, 24)) as it:
        await it.press("~", "enter")
        assert it.desk.commands == [], "a reason is needed"
        await it.press(*"flaps", "enter")
        assert [command for _, command, _ in it.desk.commands] == [MarkNoise("flaps")]


async def test_one_that_is_marked_is_asked_about() -> None:
    async with console(size=(80, 24)) as it:
        name = it.app.main.selection.painted()
        assert name is not None
        detail = it.desk.details[name]
        marked = replace(detail.incident, noise_at=NOW, noise="flaps")
        it.desk.details[name] = replace(detail, incident=marked)
        it.app.main.selection.details._kept[name] = it.desk.details[name]
        await it.press("~")
        assert "it is marked as noise: flaps" in it.screen_text
        await it.press("enter")
        assert [command for _, command, _ in it.desk.commands] == [MarkNoise(noise=False)]


async def test_a_console_that_only_reads_marks_nothing() -> None:
    async with console(size=(80, 24), readonly=True) as it:
        await it.press("~")
        assert it.desk.commands == []
        assert "read-only" in it.screen_text
