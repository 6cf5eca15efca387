"""Saved views of the list: a menu of them, saving the one that is shown, forgetting it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from console.domain.filters import FilterError
from console.domain.look import EVERYTHING
from console.domain.sorting import MEANINGS, Sort
from console.domain.text import one_line
from console.domain.views import LONGEST_NAME, MOST, View, kept_views
from console.ui.sender import Told
from console.ui.verbs.base import Verbs

if TYPE_CHECKING:
    from console.ui.screens.main import MainScreen
    from console.ui.screens.menu import Option
    from console.ui.verbs.view import ViewVerbs

SAVE, FORGET = "save", "forget"
ALL = View("everything")


class SavedViewVerbs(Verbs):
    """What is saved goes into the console's own state file, never into the config."""

    def __init__(self, screen: MainScreen, shown: ViewVerbs) -> None:
        super().__init__(screen)
        self._shown = shown

    def verbs(self) -> dict[str, Callable[[], None]]:
        """Return what each action id runs."""
        return {"filter.views": self.menu}

    def menu(self) -> None:
        """Choose a view; whose incidents are shown stays as it is."""
        self.screen.open(self._menu)

    async def _menu(self) -> None:
        from console.ui.screens.menu import Menu  # noqa: PLC0415 - dialogs load when they are needed

        chosen = await self.screen.ask(Menu("views", self._options()))
        if chosen == SAVE:
            await self._save()
        elif chosen == FORGET:
            self._forget()
        elif chosen is ALL:
            self._shown.look_at(replace(self.session.look, query=EVERYTHING, sort=Sort.URGENCY, view=""))
        elif isinstance(chosen, View):
            self._shown.look_at(chosen.look(self.session.look))

    def _options(self) -> list[Option[View | str]]:
        from console.ui.screens.menu import Option  # noqa: PLC0415 - see above

        session, look = self.session, self.session.look
        options: list[Option[View | str]] = [Option(ALL, ALL.name, self._note(ALL), "0")]
        for view in session.views:
            now = " (now)" if view.name == look.view else ""
            options.append(Option(view, f"{view.name}{now}", self._note(view), view.key))
        if not look.view and (look.query.terms or look.sort is not Sort.URGENCY):
            what = ", ".join(part for part in (look.query.words, MEANINGS[look.sort]) if part)
            options.append(Option(SAVE, "save this view", what, "+"))
        if any(view.saved and view.name == look.view for view in session.views):
            options.append(Option(FORGET, f"forget “{look.view}”", "it was saved here", "-"))
        return options

    def _note(self, view: View) -> str:
        """Return how many it would show now, and what it means."""
        try:
            look = view.look(self.session.look)
        except FilterError as error:
            return str(error)
        shown = self.session.board.count(look, self.session.now)
        order = MEANINGS[view.sort] if view.sort is not Sort.URGENCY else ""
        return " · ".join(part for part in (f"{shown} shown", look.query.words, order) if part)

    async def _save(self) -> None:
        from console.ui.screens.writing import AskLine  # noqa: PLC0415 - dialogs load when they are needed

        look = self.session.look
        name = await self.screen.ask(AskLine("save this view as", "a name", self._wrong))
        if not name:
            return
        view = View(one_line(name, LONGEST_NAME), look.query.text, look.sort, saved=True)
        self._keep((*(one for one in self.session.views if one.name != view.name), view))
        self._shown.look_at(replace(look, view=view.name))
        self.screen.tell(Told(f"view “{view.name}” is kept on this machine"))

    def _wrong(self, name: str) -> str:
        """Return what is wrong with a name, or an empty string."""
        if len(name) > LONGEST_NAME:
            return f"{LONGEST_NAME} characters at most"
        if any(view.name == name and not view.saved for view in self.session.views):
            return f"“{name}” is in the config already: take another name"
        return "" if len(self.session.views) < MOST else "there are too many views: forget one first"

    def _forget(self) -> None:
        name = self.session.look.view
        self._keep(tuple(view for view in self.session.views if not view.saved or view.name != name))
        self._shown.look_at(replace(self.session.look, view=""))
        self.screen.tell(Told(f"view “{name}” is forgotten; what it showed is still shown"))

    def _keep(self, views: tuple[View, ...]) -> None:
        self.session.views = views
        self.session.settings.remember({"views": kept_views(views)})
