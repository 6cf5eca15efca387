"""Giving incidents to somebody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.domain.commands import Assign
from console.domain.human import count
from console.domain.standing import Standing
from console.ui.verbs.base import Verbs

if TYPE_CHECKING:
    from console.ui.screens.main import MainScreen
    from console.ui.verbs.incident import IncidentVerbs


class Assigning(Verbs):
    """Makes somebody the owner of the painted incident or of the marked ones."""

    def __init__(self, screen: MainScreen, acting: IncidentVerbs) -> None:
        super().__init__(screen)
        self._acting = acting

    def assign(self) -> None:
        """Ask to whom."""
        if not self.session.policy.people:
            self.screen.flash("the config names nobody to give it to ([[people]])")
            return
        marks = self._acting.marks
        target = None if marks else self.screen.selection.target()
        if marks or target is not None:
            self.screen.open(self._assign, marks, target)

    async def _assign(self, marks: tuple[str, ...], target: Standing | None) -> None:
        from console.ui.screens.menu import Menu, Option  # noqa: PLC0415 - dialogs load when they are needed

        name = target.row.id if target else count(len(marks), "incident")
        duties = self.session.snapshot.duties if self.session.snapshot else ()
        roles = {duty.person: f"{duty.team} {duty.role}" for duty in duties if duty.person}
        options = [
            Option(one.id, one.name, roles.get(one.id, "")) for one in self.session.policy.people.values()
        ]
        chosen = await self.screen.ask(Menu(f"give {name} to", options))
        if chosen is not None:
            verb = f"give {self.session.policy.name_of(chosen)}"
            await self._acting.act_on(marks, target, Assign(chosen), verb)
