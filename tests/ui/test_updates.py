"""Telling clients from the console: the stage, the form, its findings, the draft, what NEXT and the clocks say."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from console.domain.commands import PostUpdate, WaiveUpdate
from console.domain.comms.outlets import Outlet
from console.domain.incident import State
from console.domain.policy import Service
from console.domain.priority import Priority
from console.domain.vocabulary import ComponentState, EffectState, Stage
from console.ports.desk import Asks, NotSaved, Unknown
from console.ui.screens.updating import UpdateDialog
from console.ui.widgets.choice import Choice
from console.ui.widgets.field import Field
from console.ui.widgets.said import Said
from tests.fakes.desk import FakeDesk
from tests.ui import scenes
from tests.ui.driving import Driver, console
from tests.ui.scenes import NOW

MINUTE = timedelta(minutes=1)
OURS = "INC-1030"  # acked by Asha
PAGE = Outlet("page", "statuspage", "adds an update to Statuspage p1", components=(("payments", "c1"),))
CHAT = Outlet("chat", "slack", "posts to Slack channel C1", frozenset({Priority.P4}))


def desk(public: timedelta | None = MINUTE) -> FakeDesk:
    """Return a desk at which only our incident is open; ``public`` is for how long clients are owed updates."""
    row = next(one for one in scenes.incident_rows() if one.id == OURS)
    since = NOW - public if public is not None else None
    row = replace(row, priority=Priority.P1, public_from=since, updated_at=None)
    found = scenes.details()[OURS]
    incident = replace(found.incident, priority=Priority.P1, public_from=since, owner="asha")
    scene = scenes.scene(rows=(row,))
    services = {
        **scene.policy.services,
        row.service: Service(row.service, row.team, public_name="Card payments"),
    }
    policy = replace(scene.policy, services=services, outlets=(PAGE, CHAT))
    return FakeDesk(replace(scene, policy=policy), details={OURS: replace(found, incident=incident)})


def form(it: Driver) -> UpdateDialog:
    assert isinstance(it.app.screen, UpdateDialog)
    return it.app.screen


async def fill(it: Driver, **values: str) -> None:
    for name, value in values.items():
        form(it).query_one(f"#update-{name}", Field).input.value = value
    await it.settle()


async def test_next_tells_when_clients_hear_of_us_and_which_key_does_it() -> None:
    async with console(desk=desk()) as it:
        await it.loaded()
        assert f"tell clients of {OURS}: first update due in 04:00  c" in it.screen_text
        await it.press("5")
        assert "CLIENTS" in it.screen_text


async def test_an_update_from_the_key_to_the_command() -> None:
    async with console(desk=desk(), size=(120, 40)) as it:
        await it.loaded()
        await it.press("c")
        assert "next update due in" in it.screen_text
        await it.press("i")
        screen = form(it)
        assert screen.query_one("#update-scope", Field).value == "Card payments"
        assert "impact: is missing" in screen.query_one("#update-found", Said).text
        await it.press("f2")
        assert form(it) is screen, "nothing is posted without what clients see"
        await fill(it, impact="Some card payments fail.", doing="Fixed in 20 minutes")
        assert '"in 20 minutes" promises' in screen.query_one("#update-found", Said).text
        await it.press("f2")
        assert form(it) is screen, "a promise is never posted"
        await fill(it, doing="We look into it.")
        preview = screen.query_one("#update-preview", Said).text
        assert "What you see: Some card payments fail." in preview
        assert "Next update: by" in preview
        assert "page: adds an update to Statuspage p1" in preview
        assert "chat:" not in preview, "not for a P1 unless it is written there"
        screen.query_one("#update-failing", Choice).choose("major")
        await it.press("f2")
        await it.settle()
        ((_, command, _),) = it.desk.commands
        assert isinstance(command, PostUpdate)
        assert command.outlets == ("page",)
        assert command.draft is not None
        assert (command.draft.stage, command.draft.failing) == (Stage.INVESTIGATING, ComponentState.MAJOR)
        assert command.draft.next_at is not None
        assert NOW + 20 * MINUTE <= command.draft.next_at <= NOW + 21 * MINUTE


async def test_a_draft_is_kept_when_closed_and_when_not_saved() -> None:
    async with console(desk=desk(), size=(120, 40)) as it:
        await it.loaded()
        await it.press("c", "i")
        await fill(it, impact="Some [b]payments[/] fail.", outlets="chat")
        await it.press("escape")
        await it.press("c", "i")
        assert form(it).query_one("#update-impact", Field).value == "Some [b]payments[/] fail."
        assert form(it).query_one("#update-outlets", Field).value == "chat"
        it.desk.answers = [NotSaved(OURS, "the store is away")]
        await it.press("f2")
        await it.settle()
        await it.press("c", "i")
        assert form(it).query_one("#update-impact", Field).value == "Some [b]payments[/] fail."


async def test_a_draft_outlives_an_answer_that_is_not_known_and_leaving_tells_of_it() -> None:
    async with console(desk=desk(), size=(120, 40)) as it:
        await it.loaded()
        await it.press("c", "i", "escape")
        assert it.main.session.drafts.names() == "", "nothing was written"
        await it.press("c", "i")
        await fill(it, impact="Some payments fail.")
        it.desk.answers = [Unknown(OURS, "op", "no answer")]
        await it.press("f2")
        await it.settle()
        await it.press("q")
        assert f"begun and not saved: client update of {OURS} investigating" in it.screen_text
        await it.press("escape", "c", "i")
        assert form(it).query_one("#update-impact", Field).value == "Some payments fail."


async def test_whoever_posts_second_is_told_what_the_first_one_said() -> None:
    async with console(desk=desk(), size=(120, 40)) as it:
        await it.loaded()
        await it.press("c", "i")
        await fill(it, impact="Some payments fail.")
        question = "Budi told clients 20s ago (investigating): post this all the same?"
        it.desk.answers = [Asks(OURS, question, "despite_newer")]
        await it.press("f2")
        await it.settle()
        assert question in it.screen_text
        await it.press("escape")
        await it.settle()
        ((_, command, _),) = it.desk.commands
        assert isinstance(command, PostUpdate)
        assert (command.seen, command.despite_newer) == (0, False)
        await it.press("c", "i")
        assert form(it).query_one("#update-impact", Field).value == "Some payments fail.", "it is kept"


async def test_an_unknown_outlet_is_refused_with_those_there_are() -> None:
    async with console(desk=desk(), size=(120, 40)) as it:
        await it.loaded()
        await it.press("c", "i")
        await fill(it, impact="Some payments fail.", outlets="pagee")
        await it.press("f2")
        assert 'no outlet is called "pagee"; outlets: page, chat' in it.screen_text


@pytest.mark.parametrize("size", [(80, 24), (60, 20), (46, 14)])
async def test_all_that_clients_will_read_can_be_reached(size: tuple[int, int]) -> None:
    last = "page: adds an update"  # what the outlets do stands below the text
    async with console(desk=desk(), size=size) as it:
        await it.loaded()
        await it.press("c", "i")
        await fill(
            it, impact="Some card payments fail, and some are slow.", workaround="Retry, or pay later."
        )
        for _ in range(8):
            if last in it.screen_text:
                break
            await it.press("pagedown")
            await it.settle()
        assert last in it.screen_text
        await it.write("more")
        assert form(it).query_one("#update-impact", Field).value.endswith("more"), (
            "the cursor stays where it was"
        )


@pytest.mark.parametrize("size", [(80, 24), (46, 12)])
async def test_it_works_on_a_small_screen(size: tuple[int, int]) -> None:
    async with console(desk=desk(), size=size) as it:
        await it.loaded()
        await it.press("c", "r")
        await fill(it, impact="All payments work.")
        assert not form(it).query("#update-next"), "nothing more is promised once it is over"
        await it.press("f2")
        await it.settle()
        ((_, command, _),) = it.desk.commands
        assert isinstance(command, PostUpdate)
        assert command.draft is not None
        assert command.draft.failing is ComponentState.OPERATIONAL


def over(**changes: Any) -> FakeDesk:
    """Return a desk at which our incident is over and clients were last told that it goes on."""
    desk_ = desk()
    (row,) = desk_.snapshot.rows
    facts: dict[str, Any] = {"state": State.RESOLVED, "resolved_at": NOW - 10 * MINUTE, **changes}
    ended = replace(row, is_open=False, followed=("page",), **facts)
    detail = desk_.details[OURS]
    incident = replace(detail.incident, state=State.RESOLVED, merged_into=ended.merged_into)
    desk_.details[OURS] = replace(detail, incident=incident)
    desk_.snapshot = replace(desk_.snapshot, rows=(), followed=(ended,))
    return desk_


async def test_what_is_over_stays_in_the_list_until_clients_were_told() -> None:
    async with console(desk=over(), size=(160, 45)) as it:
        await it.loaded()
        assert f"tell clients of {OURS}: it is over (page)" in it.screen_text
        assert "  tell clients " in it.screen_text
        await it.press("c", "r")
        await fill(it, impact="All payments work.")
        await it.press("f2")
        await it.settle()
        ((_, command, _),) = it.desk.commands
        assert isinstance(command, PostUpdate)
        assert command.outlets == ("page",)


async def test_that_something_is_on_its_way_does_not_hide_that_clients_wait() -> None:
    async with console(desk=over(effect=EffectState.PENDING, effect_text=""), size=(160, 45)) as it:
        await it.loaded()
        assert "  tell clients " in it.screen_text
        assert f"wants  tell clients of {OURS}: it is" in it.screen_text


async def test_that_clients_need_no_last_word_is_said_with_a_reason() -> None:
    async with console(desk=over(), size=(120, 40)) as it:
        await it.loaded()
        await it.press("c", "n")
        await it.write("they were told by phone")
        await it.press("enter")
        await it.settle()
        ((_, command, _),) = it.desk.commands
        assert command == WaiveUpdate("they were told by phone")


async def test_of_what_was_merged_only_where_it_goes_on_can_be_told() -> None:
    desk_ = over(state=State.ACKNOWLEDGED, resolved_at=None, merged_into="INC-9", merged_at=NOW - MINUTE)
    async with console(desk=desk_, size=(120, 40)) as it:
        await it.loaded()
        assert f"tell clients of {OURS}: it goes on in INC-9 (page)" in it.screen_text
        await it.press("c")
        assert "identified" not in it.screen_text
        await it.press("r")
        assert "Its updates go on there." in form(it).query_one("#update-preview", Said).text
