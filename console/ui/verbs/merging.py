"""One incident of several, and several of one: merge and split by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from console.domain.commands import MergeInto
from console.domain.human import count
from console.domain.snapshot import Detail
from console.domain.standing import Standing
from console.ui.verbs.base import Verbs
from console.ui.verbs.bulk import BulkVerbs

if TYPE_CHECKING:
    from console.domain.merging import Candidate
    from console.ui.screens.main import MainScreen
    from console.ui.verbs.incident import IncidentVerbs

FOLLOWED = 20
"""Merges of merges that are followed to the incident that goes on."""


class MergeVerbs(Verbs):
    """``m``, ``X``, and the way from a merged incident to the one that goes on."""

    def __init__(self, screen: MainScreen, acting: IncidentVerbs, bulk: BulkVerbs) -> None:
        super().__init__(screen)
        self._acting = acting
        self._bulk = bulk

    def verbs(self) -> dict[str, Callable[[], None]]:
        """Return what each action id runs."""
        return {"incident.merge": self.merge, "incident.split": self.split}

    def conditions(self) -> dict[str, Callable[[], bool]]:
        """Return when an action makes sense."""
        return {"incident.merge": self.some, "incident.split": self.some}

    # Merging

    def merge(self) -> None:
        """Make the painted incident, or the marked ones, part of another."""
        marks = self._acting.marks
        if marks:
            self.screen.open(self._merge, tuple(self._bulk.found(marks)))
            return
        target = self.screen.selection.target()
        if target is not None:
            self.screen.open(self._merge, (target,))

    async def _merge(self, targets: tuple[Standing, ...]) -> None:
        from console.domain.merging import candidates  # noqa: PLC0415 - dialogs load when they are needed
        from console.ui.screens.picking import PickIncident  # noqa: PLC0415 - same

        rows = [one.row for one in targets]
        snapshot = self.session.snapshot
        found = candidates(rows, snapshot.rows if snapshot else (), self.session.policy)
        if not found or not rows:
            self.screen.flash("no other incident is open to merge it into")
            return
        name = rows[0].id if len(rows) == 1 else count(len(rows), "incident")

        def follows(one: Candidate) -> list[str]:
            return _follows(targets, one)

        chosen = await self.screen.ask(PickIncident(f"merge {name} into …", found, follows))
        if chosen is None:
            return
        command, verb = MergeInto(chosen), f"merge into {chosen}"
        others = [one for one in targets if one.row.id != chosen]
        if len(targets) == 1:
            row = targets[0].row
            await self.screen.sender.send(row.id, command, verb, row.n)
        elif others:
            await self._bulk.several(tuple(one.row.id for one in others), command, verb)

    # Splitting

    def split(self) -> None:
        """Take the painted incident apart."""
        if self._acting.marks:
            self.screen.flash("split takes one incident at a time: escape clears the marks")
            return
        target = self.screen.selection.target()
        if target is not None:
            self.screen.open(self._split, target)

    async def _split(self, target: Standing) -> None:
        from console.ui.screens.splitting import SplitDialog  # noqa: PLC0415 - dialogs load when they are needed
        from console.ui.views.parts import pieces  # noqa: PLC0415 - same

        row = target.row
        detail = await self.screen.selection.details.fetch(row.id, 0)
        if isinstance(detail, str):
            self.screen.flash(detail)
            return
        found = pieces(detail, self.session.policy, self.session.now)
        if not found:
            self.screen.flash(f"nothing to split off: {row.id} is one service, nothing was merged into it")
            return
        commands = await self.screen.ask(SplitDialog(row.id, found))
        for command in commands or ():
            what = command.child or ", ".join(command.services)
            await self.screen.sender.send(row.id, command, f"split {what} off", row.n)

    # From a part to the whole

    def part_shown(self) -> str:
        """Return what the shown incident was merged into, empty where it stands alone or another is meant."""
        detail = self.session.detail
        shown = detail is not None and detail.incident.id == self.session.selected
        return detail.incident.merged_into if detail is not None and shown else ""

    async def go_to_whole(self, name: str) -> None:
        """Go to the incident that goes on, also where that one was merged in turn."""
        for _ in range(FOLLOWED):
            if self.session.standing(name) is not None:
                self.screen.verbs.around.go_to(name)
                return
            found = await self.screen.selection.details.fetch(name, 0)
            if not isinstance(found, Detail) or not found.incident.merged_into:
                break
            name = found.incident.merged_into
        self.screen.flash(f"{name} is not open any more")


def _follows(targets: tuple[Standing, ...], one: Candidate) -> list[str]:
    """Return what merging into one does, in one or two lines."""
    from console.domain.merging import what_follows, what_moves  # noqa: PLC0415 - dialogs load when they are needed

    rows = [each.row for each in targets if each.row.id != one.row.id]
    if len(rows) == 1:
        return [line for line in (what_follows(rows[0], one.row), what_moves(rows[0], one.row)) if line]
    firing = sum(row.firing for row in rows)
    return [
        f"the clocks of {len(rows)} end unmeasured; their {count(firing, 'firing alert')} go to {one.row.id}"
    ]
