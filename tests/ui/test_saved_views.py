"""Saved views: a menu with counts, the active one's name, and what is kept where."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.look import Look, Scope
from console.domain.sorting import Sort
from console.domain.views import MOST, View, kept_views, saved_views
from tests.ui.driving import console

VIEWS = (
    View("night", "p:1", key="n"),
    View("oldest acked", "st:acked", Sort.OLDEST),
    View("mine", "own:me", saved=True),
)


async def test_the_menu_says_how_many_each_would_show_and_the_active_one_is_named() -> None:
    async with console(views=VIEWS) as it:
        await it.press("V")
        for words in ("everything", "7 shown", "night", "2 shown · P1", "4 shown · acked · oldest first"):
            assert words in it.screen_text
        await it.press("n")
        assert it.main.session.board.shown == ("INC-1039", "INC-1042")
        assert "view “night”, P1 · 2 shown · 5 hidden by filter" in it.screen_text
        await it.press("t")  # whose is another question
        assert it.main.session.look.scope is Scope.MINE
        await it.press("V")
        assert "night (now)" in it.screen_text
        assert "3 shown · mine" in it.screen_text
        await it.press("1")
        look = it.main.session.look
        assert (look.view, look.scope, look.sort) == ("oldest acked", Scope.MINE, Sort.OLDEST)
        await it.press("V", "0")
        assert it.main.session.look == Look(scope=Scope.MINE)


async def test_what_is_shown_is_saved_in_the_state_and_forgotten_again() -> None:
    async with console(views=VIEWS) as it:
        await it.press("/")
        await it.write("svc:mail")
        await it.press("enter", "V", "+")
        await it.write("night")
        await it.press("enter")
        assert "“night” is in the config already" in it.screen_text
        await it.write(" mail")
        await it.press("enter")
        kept = [
            {"name": "mine", "filter": "own:me", "sort": "urgency"},
            {"name": "night mail", "filter": "svc:mail", "sort": "urgency"},
        ]
        assert it.remembered == [{"views": kept}]
        assert it.main.session.look.view == "night mail"
        assert "view “night mail”" in it.screen_text
        await it.press("V", "-")
        assert it.remembered[-1] == {"views": kept[:1]}
        assert it.main.session.look.query.text == "svc:mail"
        assert it.main.session.look.view == ""


async def test_another_query_or_order_is_no_longer_the_view() -> None:
    async with console(views=VIEWS) as it:
        await it.press("V", "n", "S", "2")
        assert it.main.session.look.view == ""
        await it.press("V", "n", "/")
        await it.write(" mail")
        await it.press("enter")
        assert it.main.session.look.view == ""
        await it.press("V", "n", "escape")
        assert it.main.session.look == Look()


def test_what_is_kept_is_read_again() -> None:
    assert saved_views(kept_views(VIEWS)) == (VIEWS[2],)
    assert saved_views(kept_views(VIEWS), ["mine"]) == ()


@pytest.mark.parametrize(
    "kept",
    [None, "mine", [1], [{"filter": "p:1"}], [{"name": "x", "filter": "p:9"}], [{"name": "x", "sort": "luck"}],
     [{"name": "x", "filter": 'a"'}]],
)  # fmt: skip
def test_what_cannot_be_understood_is_left_out(kept: object) -> None:
    assert saved_views(kept) == ()


@given(
    st.lists(st.dictionaries(st.sampled_from(("name", "filter", "sort")), st.text(max_size=6)), max_size=60)
)
def test_any_state_is_read(kept: list[dict[str, str]]) -> None:
    found = saved_views(kept)
    assert len({view.name for view in found}) == len(found) <= MOST
    assert all(view.saved and view.look(Look()).view == view.name for view in found)
