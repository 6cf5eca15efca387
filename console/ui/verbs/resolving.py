"""Closing incidents: one after a question, or several at once."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from console.domain.human import count
from console.domain.standing import Standing
from console.domain.vocabulary import EffectKind, Sufficed
from console.ports.desk import NotSaved, Unknown
from console.ui.drafts import RESOLUTION
from console.ui.text import Spans
from console.ui.verbs.base import Verbs
from console.ui.verbs.bulk import BulkVerbs
from console.ui.views.there import cannot_end, there_lines

if TYPE_CHECKING:
    from console.ui.screens.main import MainScreen
    from console.ui.verbs.incident import IncidentVerbs


class Resolving(Verbs):
    """Keeps what was written until it is saved."""

    def __init__(self, screen: MainScreen, acting: IncidentVerbs, bulk: BulkVerbs) -> None:
        super().__init__(screen)
        self._acting, self._bulk = acting, bulk

    def resolve(self) -> None:
        """Close the incident."""
        marks = self._acting.marks
        target = None if marks else self.screen.selection.target()
        if marks or target is not None:
            self.screen.open(self._resolve, marks, target)

    async def _resolve(self, marks: tuple[str, ...], target: Standing | None) -> None:
        from console.ui.screens.resolving import ResolveDialog  # noqa: PLC0415 - dialogs load when they are needed

        rows = [target.row] if target else [one.row for one in self._bulk.found(marks)]
        sources = list(dict.fromkeys(name for row in rows for name in row.sources.split()))
        firing = sum(row.firing for row in rows if cannot_end(row.sources.split(), self.session.policy))
        lines: list[Spans] = []
        if firing:
            lines.append(((f"! {count(firing, 'alert')} still firing", "clock-late bold"),))
        lines += there_lines(sources, EffectKind.RESOLVE, self.session.policy)
        drafts, key = self.session.drafts, target.row.id if target else " ".join(marks)
        name = f"{key}  {target.row.title}" if target else count(len(rows), "incident")
        known = self.screen.selection.details.known(key)
        preset = Sufficed.NO_RUNBOOK if known is not None and known.runbook is None else None
        dialog = ResolveDialog(
            f"resolve {name}", lines, drafts.get(RESOLUTION, key), asks=target is not None, preset=preset
        )
        command = await self.ask_writing(dialog, RESOLUTION, key, dialog.fields)
        if command is None:
            return
        if target is None:
            await self._bulk.several(marks, command, "resolve", done=partial(self._acting.drop_draft, key))
            return
        known = self.screen.selection.details.known(key)
        command = replace(command, runbook=known.runbook.path if known and known.runbook else "")
        outcome = await self.screen.sender.send(
            key, command, "resolve", target.row.n, self.screen.undo_words()
        )
        if not isinstance(outcome, NotSaved | Unknown):
            drafts.drop(RESOLUTION, key)
