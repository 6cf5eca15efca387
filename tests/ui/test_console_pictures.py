"""The screen as pictures: layout at each size, three themes, no colour, and the states that must be loud."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from textual.pilot import Pilot

from console.domain.priority import Priority
from console.domain.snapshot import Snapshot, StoreHealth, StoreState
from console.domain.team.builtin import builtin
from console.domain.tracks import Track
from console.domain.vocabulary import TrackState
from console.ui.app import ConsoleApp
from console.ui.glyphs import ASCII
from console.ui.settings import UiSettings
from console.ui.terminal.terminal import Terminal
from tests.fakes.desk import FakeDesk
from tests.ui import scenes, storms
from tests.ui.driving import loaded, settle
from tests.ui.hostile import TITLES
from tests.ui.rows import row
from tests.ui.scenes import NOW

Compare = Callable[..., bool]
MINUTE = timedelta(minutes=1)


def app(snapshot: Snapshot | None = None, **settings: Any) -> ConsoleApp:
    desk = FakeDesk(snapshot or scenes.scene(), details=scenes.details())
    return ConsoleApp(lambda: desk, UiSettings(**settings))


def after(*keys: str) -> Callable[[Pilot[Any]], Awaitable[None]]:
    """Return what waits until the lower panes are filled, then presses keys, filling them again after each."""

    async def filled(console: ConsoleApp) -> None:
        await settle(console, lambda: console.main.session.snapshot is not None)
        if console.main.session.selected and not console.main.session.detail_trouble:
            await loaded(console)

    async def ready(pilot: Pilot[Any]) -> None:
        console = pilot.app
        assert isinstance(console, ConsoleApp)
        await filled(console)
        for key in keys:
            await pilot.press(key)
            await filled(console)

    return ready


@pytest.mark.parametrize(
    ("size", "theme"), [((165, 42), "night"), ((120, 35), "day"), ((80, 24), "contrast"), ((40, 10), "night")]
)
def test_the_shift_at_every_size(snap_compare: Compare, size: tuple[int, int], theme: str) -> None:
    assert snap_compare(app(theme=theme), terminal_size=size, run_before=after("j"))


def test_without_colour_and_without_unicode(snap_compare: Compare) -> None:
    terminal = Terminal("ascii", no_color=True, glyphs=ASCII)
    assert snap_compare(app(terminal=terminal), terminal_size=(120, 35), run_before=after("j"))


def test_a_question(snap_compare: Compare) -> None:
    assert snap_compare(app(), terminal_size=(80, 24), run_before=after("j", "e"))


def test_hostile_titles_are_text(snap_compare: Compare) -> None:
    rows = tuple(
        row(f"INC-{n}", NOW, title=title, service=title[:30], age=n * MINUTE, priority=Priority.P3)
        for n, title in enumerate(TITLES)
    )
    assert snap_compare(app(scenes.scene(rows=rows)), terminal_size=(120, 35), run_before=after())


def test_nothing_known(snap_compare: Compare) -> None:
    gone = StoreHealth("sqlite", StoreState.UNREACHABLE, NOW - 2 * MINUTE, "disk I/O error")
    blind = scenes.scene(rows=(), store=gone, engine=None, sources=(), rehearsal="demo")
    assert snap_compare(app(blind), terminal_size=(120, 35), run_before=after())


@pytest.mark.parametrize(
    ("size", "digest"), [((165, 42), scenes.team().digest), ((80, 24), "")], ids=["wide", "narrow"]
)
def test_one_console_of_a_team(snap_compare: Compare, size: tuple[int, int], digest: str) -> None:
    team = replace(scenes.team(), digest=digest)
    assert snap_compare(app(team), terminal_size=size, run_before=after("j"))


def test_the_week_of_the_roster(snap_compare: Compare) -> None:
    assert snap_compare(app(), terminal_size=(120, 35), run_before=after("w", "tab"))


def test_the_checklists(snap_compare: Compare) -> None:
    asked = scenes.scene(policy=replace(scenes.POLICY, checklists=builtin()))
    assert snap_compare(app(asked), terminal_size=(80, 24), run_before=after("C"))


def test_about_this_console(snap_compare: Compare) -> None:
    settings = {"config": "/etc/oncall/oncall.toml"}
    assert snap_compare(app(scenes.team(), **settings), terminal_size=(80, 24), run_before=after("I"))


def test_a_store_that_went_away(snap_compare: Compare) -> None:
    gone = StoreHealth("postgresql", StoreState.UNREACHABLE, NOW - 2 * MINUTE, "connection refused")
    assert snap_compare(app(scenes.scene(store=gone)), terminal_size=(80, 24), run_before=after("j"))


def test_a_console_that_only_reads(snap_compare: Compare) -> None:
    assert snap_compare(app(readonly=True), terminal_size=(120, 35), run_before=after("j"))


def stormy(**settings: Any) -> ConsoleApp:
    """Return the scene with one incident of four services that stand on each other."""
    first, *rest = scenes.incident_rows()
    storm = replace(first, root="orders-db", services=4, title="connections used up")
    snapshot = scenes.scene(rows=(storm, *rest), policy=storms.POLICY)
    desk = FakeDesk(snapshot, details={**scenes.details(), "INC-1042": storms.storm()})
    return ConsoleApp(lambda: desk, UiSettings(**settings))


def test_a_storm_with_its_parts(snap_compare: Compare) -> None:
    assert snap_compare(stormy(), terminal_size=(120, 35), run_before=after("j", "2", "]"))


def test_choosing_what_to_merge_into(snap_compare: Compare) -> None:
    assert snap_compare(stormy(theme="day"), terminal_size=(80, 24), run_before=after("j", "m"))


def test_parallel_work(snap_compare: Compare) -> None:
    detail = scenes.details()["INC-1042"]
    tracks = (
        Track(
            "vendor",
            TrackState.WAITING,
            NOW - 9 * MINUTE,
            "asha",
            "maps vendor, ticket 123",
            "budi",
            check_at=NOW + 16 * MINUTE,
        ),
        Track(
            "support", TrackState.DOING, NOW - 4 * MINUTE, "asha", note="macro sent", check_at=NOW - MINUTE
        ),
    )
    detail = replace(detail, incident=replace(detail.incident, tracks=tracks))
    desk = FakeDesk(scenes.scene(), details={**scenes.details(), "INC-1042": detail})
    screen = ConsoleApp(lambda: desk, UiSettings(theme="day"))
    assert snap_compare(screen, terminal_size=(120, 35), run_before=after("j", "2", "]", "]"))


def test_what_is_held_back(snap_compare: Compare) -> None:
    assert snap_compare(app(), terminal_size=(80, 24), run_before=after("6"))
