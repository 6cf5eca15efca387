"""Tracks and the paused clock on screen: the tab, the form, the menu, and what NEXT opens."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from console.domain.commands import PauseClock, ResumeClock, SetTrack
from console.domain.incident import Pause
from console.domain.priority import Priority
from console.domain.tracks import Track, packed
from console.domain.vocabulary import PauseReason, TrackState
from console.ports.desk import Refused
from console.ui.panes.views import ViewPane
from console.ui.screens.menu import Menu
from console.ui.screens.tracks import TrackDialog
from console.ui.widgets.choice import Choice
from console.ui.widgets.field import Field
from tests.fakes.desk import FakeDesk
from tests.ui import scenes
from tests.ui.driving import Driver, console
from tests.ui.scenes import NOW

MINUTE = timedelta(minutes=1)
OURS = "INC-1030"  # acked by Asha
VENDOR = Track(
    "vendor", TrackState.WAITING, NOW - 20 * MINUTE, "asha", "maps vendor, ticket 123", "asha",
    "they look into it", NOW - 5 * MINUTE,
)  # fmt: skip
SUPPORT = Track(
    "support", TrackState.DOING, NOW, "asha", "[b]tell[/] shops", "budi", check_at=NOW + 90 * MINUTE
)
ENDED = Track("fix", TrackState.DONE, NOW, "budi")


def desk(*tracks: Track, priority: Priority | None = Priority.P3, pause: Pause | None = None) -> FakeDesk:
    """Return a desk at which only our incident is open, with these tracks."""
    row = next(one for one in scenes.incident_rows() if one.id == OURS)
    row = replace(
        row,
        priority=priority,
        paused_since=pause.since if pause else None,
        track=packed(tracks),
        track_at=min((one.check_at for one in tracks if one.check_at), default=None),
    )
    found = scenes.details()[OURS]
    incident = replace(
        found.incident, priority=priority, tracks=tracks, pauses=(pause,) if pause else (), owner="asha"
    )
    return FakeDesk(scenes.scene(rows=(row,)), details={OURS: replace(found, incident=incident)})


def texts(pane: ViewPane) -> str:
    return " ".join(" ".join(pane.lines.plain).split())


def form(it: Driver) -> TrackDialog:
    assert isinstance(it.app.screen, TrackDialog)
    return it.app.screen


async def fill(it: Driver, **values: str) -> None:
    for name, value in values.items():
        form(it).query_one(f"#track-{name}", Field).input.value = value
    await it.settle()


@pytest.mark.parametrize("size", [(120, 35), (80, 24)])
async def test_the_tab_has_every_track_and_what_is_late_on_top(size: tuple[int, int]) -> None:
    async with console(desk=desk(SUPPORT, VENDOR, ENDED), size=size) as it:
        await it.loaded()
        await it.press("2", "]", "]")
        assert "Tracks 2" in it.screen_text
        text = texts(it.main.drawing.timeline)
        assert text.index("waiting vendor") < text.index("doing support") < text.index("done fix")
        assert "maps vendor, ticket 123" in text
        assert "due for 5m" in text
        assert "they look into it" in text
        assert "[b]tell[/] shops" in text


async def test_without_tracks_the_tab_says_so_and_how_to_open_one() -> None:
    async with console(desk=desk(), size=(120, 35)) as it:
        await it.loaded()
        assert "Tracks" not in it.screen_text
        await it.press("2", "]", "]")
        assert "no parallel work · l opens a track" in " ".join(it.screen_text.split())


async def test_next_says_what_is_due_and_its_key_opens_that_track() -> None:
    async with console(desk=desk(SUPPORT, VENDOR)) as it:
        await it.loaded()
        assert "chase vendor (maps vendor, ticket 123) on INC-1030, due for 5m" in it.screen_text
        await it.press("l")
        assert isinstance(it.app.screen, Menu)
        await it.press("1")
        assert form(it).query_one("#track-what", Field).value == "maps vendor, ticket 123"
        await fill(it, check="+45m", note="rang again")
        await it.press("f2")
        command = SetTrack("vendor", note="rang again", check_at=NOW + 45 * MINUTE)
        assert it.commands == [(OURS, command)]  # what others change meanwhile stays


async def test_a_new_track_is_written_in_one_go_and_wrong_times_are_said() -> None:
    async with console(desk=desk()) as it:
        await it.loaded()
        await it.press("l")
        await it.press("f2")
        assert "a name is needed" in it.screen_text
        await it.write("vendor")
        await fill(it, what="ticket 9", check="half past")
        await it.press("f2")
        assert "write a time or a span" in it.screen_text
        await fill(it, check="1h")
        await it.press("f2")
        command = SetTrack("vendor", TrackState.WAITING, "ticket 9", check_at=NOW + 60 * MINUTE)
        assert it.commands == [(OURS, command)]
        assert "undo" in it.app.messages[-1]


async def test_what_the_rules_refuse_can_be_mended() -> None:
    made = desk()
    made.answers = [Refused(OURS, 'nobody is called "eve"')]
    async with console(desk=made) as it:
        await it.loaded()
        await it.press("l")
        await it.write("vendor")
        await fill(it, owner="eve")
        await it.press("f2")
        await it.settle(lambda: isinstance(it.app.screen, TrackDialog))
        assert form(it).query_one("#track-owner", Field).value == "eve"
        await fill(it, owner="budi")
        await it.press("f2")
        assert [command.owner for _, command in it.commands] == ["eve", "budi"]


async def test_a_waiting_track_offers_to_pause_the_clock_and_never_does_so_by_itself() -> None:
    async with console(desk=desk()) as it:
        await it.loaded()
        await it.press("l")
        await it.write("vendor")
        await it.press("f2")
        assert [type(command) for _, command in it.commands] == [SetTrack]
        await it.press("l")
        await it.write("vendor")
        await fill(it, what="ticket 9")
        form(it).query_one("#track-clock", Choice).choose("waiting_vendor")
        await it.press("f2")
        assert it.commands[-1] == (OURS, PauseClock(PauseReason.WAITING_VENDOR, "ticket 9"))


async def test_done_offers_to_let_it_run_again() -> None:
    pause = Pause(PauseReason.WAITING_VENDOR, NOW - 130 * MINUTE, text="ticket 123")
    async with console(desk=desk(VENDOR, pause=pause)) as it:
        await it.loaded()
        shown = texts(it.main.drawing.clocks)
        assert "paused: waiting for vendor (ticket 123) since 19:04, 2h 10m so far" in shown
        await it.press("l", "1")
        form(it).query_one("#track-state", Choice).choose("done")
        form(it).query_one("#track-clock", Choice).choose("resume")
        await it.press("f2")
        assert [type(command) for _, command in it.commands] == [SetTrack, ResumeClock]
        assert it.commands[0][1].state is TrackState.DONE


async def test_p1_clocks_are_not_offered() -> None:
    async with console(desk=desk(priority=Priority.P1)) as it:
        await it.loaded()
        await it.press("l")
        assert not form(it).query("#track-clock")


@pytest.mark.parametrize(
    ("priority", "says"),
    [
        (Priority.P2, "INC-1030: P2 clocks never pause; lower the priority first if it is less"),
        (None, "INC-1030: set its priority first, then its clock can be paused"),
    ],
)
async def test_a_clock_that_never_pauses_is_refused_on_one_line(priority: Priority | None, says: str) -> None:
    made = desk(priority=priority)
    if priority is None:
        made.snapshot = replace(made.snapshot, rows=(replace(made.snapshot.rows[0], provisional=None),))
    async with console(desk=made, size=(160, 45)) as it:
        await it.loaded()
        await it.press("P")
        assert says in it.screen_text
        assert it.commands == []


@pytest.mark.parametrize("words", ["ticket 7", ""])
async def test_pausing_takes_a_reason_and_words_that_may_stay_empty(words: str) -> None:
    async with console(desk=desk()) as it:
        await it.loaded()
        await it.press("P", "2")
        await it.write(words)
        await it.press("enter")
        assert it.commands == [(OURS, PauseClock(PauseReason.WAITING_CLIENT, words))]


async def test_a_paused_clock_runs_again() -> None:
    async with console(desk=desk(pause=Pause(PauseReason.SCHEDULED, NOW - MINUTE))) as it:
        await it.loaded()
        await it.press("P", "r")
        assert it.commands == [(OURS, ResumeClock())]
