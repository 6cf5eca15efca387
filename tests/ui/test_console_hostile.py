"""Alert text from hell: shown as text in every pane, menu, dialog and message; it runs nothing and ends nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from console.domain.alert import Alert, AlertRef, Link
from console.domain.events import AlertsFired, Event
from console.domain.fold import fold
from console.domain.health import SourceHealth
from console.domain.people import Person
from console.domain.priority import Priority
from console.domain.runbook import Runbook, Step
from console.domain.snapshot import Detail
from console.domain.text import multi_line, one_line
from console.ports.desk import Refused
from tests.fakes.desk import FakeDesk
from tests.ui import scenes
from tests.ui.driving import console
from tests.ui.hostile import TITLES
from tests.ui.rows import row
from tests.ui.scenes import NOW

MINUTE = timedelta(minutes=1)


def hostile_detail(name: str, title: str) -> Detail:
    calm = scenes.detail(name)
    safe = one_line(title)
    alert = Alert(
        AlertRef(safe[:40], "x"), safe, safe, safe, Priority.P1, labels=((safe[:30], safe),),
        description=multi_line(title * 3), links=(Link(safe, "https://graphs.example/x"),),
    )  # fmt: skip
    events = (
        *calm.events,
        Event(name, len(calm.events) + 1, NOW, calm.events[0].actor, AlertsFired((alert,))),
    )
    book = Runbook("x.md", safe, multi_line(title), (Step(1, multi_line(title), (safe,)),), matched_by=safe)
    return Detail(fold(events), events, book, safe, safe)


def hostile_desk() -> FakeDesk:
    rows = tuple(
        row(f"INC-{n}", NOW, title=one_line(title), service=one_line(title)[:30], age=n * MINUTE, owner="")
        for n, title in enumerate(TITLES)
    )
    people = {
        f"p{n}": Person(f"p{n}", one_line(title), (("mail", one_line(title)),))
        for n, title in enumerate(TITLES)
    }
    policy = replace(scenes.POLICY, people={**scenes.POLICY.people, **people})
    sick = tuple(
        SourceHealth(one_line(t)[:20], "x", 15, misses=5, error=one_line(t), hint=one_line(t))
        for t in TITLES[:4]
    )
    snapshot = scenes.scene(rows=rows, policy=policy, sources=sick)
    return FakeDesk(
        snapshot, details={f"INC-{n}": hostile_detail(f"INC-{n}", t) for n, t in enumerate(TITLES)}
    )


async def test_every_pane_menu_and_dialog_shows_it_as_text() -> None:
    desk = hostile_desk()
    async with console(desk=desk, size=(120, 35)) as it:
        await it.press("G")  # the first title: [/]
        await it.loaded()
        text = it.screen_text
        assert "[/] closes what was never opened" in text
        assert "[@click=app.quit]press" in text
        assert "\x1b" not in text
        await it.press("2", "]", "1")  # the alerts, for each
        for n, _ in enumerate(TITLES):
            for key in ("o", "y", "e", "E", "R", "n") if n in {0, 2} else ():
                await it.press(key, "escape")
            await it.press("k")
            it.later(1)
        await it.press("b", "enter", "escape", "2", "]")
        assert it.commands == []
        assert it.app.is_running


async def test_messages_and_the_palette_take_it_as_text() -> None:
    desk = hostile_desk()
    async with console(desk=desk, size=(120, 35)) as it:
        for title in TITLES:
            desk.answers.append(Refused("INC-1", title))
            await it.press("a")
        assert it.app.messages[0] == "refused by the rules: [/] closes what was never opened"
        assert len(it.app.messages) == len(TITLES)
        assert all("\x1b" not in message and "\n" not in message for message in it.app.messages)
        await it.press(":")
        await it.write("[@click")
        await it.press("down", "enter")
        await it.settle(lambda: len(it.app.screen_stack) == 1)
        assert it.app.is_running
