"""Escalating by hand: first who, how and what follows is shown, then a person says yes."""

from __future__ import annotations

from console.domain.commands import Escalate
from console.domain.standing import Standing
from console.domain.summary import Summary
from console.domain.vocabulary import EffectKind
from console.ui.text import Spans
from console.ui.verbs.base import Verbs
from console.ui.views.there import there_lines


class Escalating(Verbs):
    """``e`` and ``E``."""

    def next_level(self) -> None:
        """Page the next level."""
        target = self._target()
        if target is not None:
            self.screen.open(self._next, target)

    def chosen(self) -> None:
        """Page a chosen level, person or team."""
        target = self._target()
        if target is not None:
            self.screen.open(self._chosen, target)

    def _target(self) -> Standing | None:
        if self.screen.drawing.incidents.table.marks:
            self.screen.flash("escalate takes one incident at a time: escape clears the marks")
            return None
        return self.screen.selection.target()

    async def _next(self, target: Standing) -> None:
        from console.domain.byhand import planned  # noqa: PLC0415 - dialogs load when they are needed

        row = target.row
        plan = planned(row, Escalate(), self.session.policy, self.session.frame.now, self.session.me)
        if isinstance(plan, str):
            key = self.screen.key_of("incident.escalate-to")
            self.screen.flash(f"nobody new to page above this level: {key} pages a chosen level or person")
            return
        await self._confirmed(row, Escalate(seen_level=row.level))

    async def _chosen(self, target: Standing) -> None:
        from console.ui.screens.menu import Menu  # noqa: PLC0415 - dialogs load when they are needed
        from console.ui.verbs.targets import targets_of  # noqa: PLC0415

        row, policy = target.row, self.session.policy
        options = targets_of(row, policy, self.session.now)
        if not options:
            self.screen.flash("nobody is known to page: the config has no people and no escalation chain")
            return
        now = "nobody paged yet" if row.level is None else f"now at level {row.level}"
        ask: list[Spans] = [((now, "dim"),)]
        for what, kind in (("to a level: ", EffectKind.ESCALATE), ("to a person: ", EffectKind.ASSIGN)):
            ask += [((what, "dim"), *line) for line in there_lines(row.sources.split(), kind, policy)]
        command = await self.screen.ask(Menu(f"escalate {row.id} to …", options, ask))
        if command is not None:
            await self._confirmed(row, command)

    async def _confirmed(self, row: Summary, command: Escalate) -> None:
        """Show what it would do; after a yes do it."""
        from console.domain.byhand import planned  # noqa: PLC0415 - dialogs load when they are needed
        from console.ui.screens.confirm import Confirm  # noqa: PLC0415 - same
        from console.ui.views.escalation import page_lines  # noqa: PLC0415 - same

        policy, frame = self.session.policy, self.session.frame
        plan = planned(row, command, policy, frame.now, self.session.me)
        if isinstance(plan, str):
            self.screen.flash(plan)
            return
        there = EffectKind.ASSIGN if command.person or command.team else EffectKind.ESCALATE
        lines = page_lines(row, plan, policy, frame, there)
        if await self.screen.ask(Confirm(f"escalate {row.id}", lines, "page now")):
            await self.screen.sender.send(row.id, command, "escalate", row.n)
