"""``c``: tell clients. What was written is kept until it is posted."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from console.domain.commands import PostUpdate, WaiveUpdate
from console.domain.human import span
from console.domain.incident import Incident
from console.domain.sla import comms_clock
from console.domain.snapshot import Detail
from console.domain.standing import Standing
from console.domain.text import one_line
from console.domain.vocabulary import EffectState, Stage
from console.ports.desk import Asks, NotSaved, Refused, Unknown
from console.ui.drafts import UPDATE
from console.ui.sender import Told
from console.ui.text import Spans
from console.ui.verbs.base import Verbs
from console.ui.verbs.snoozing import when

_KEYS = {Stage.INVESTIGATING: "i", Stage.IDENTIFIED: "d", Stage.MONITORING: "m", Stage.RESOLVED: "r"}

_NONE = "none"


class UpdateVerbs(Verbs):
    """The stage first, then the fields with the text that clients will read below them."""

    def verbs(self) -> dict[str, Callable[[], None]]:
        """Return what each action id runs."""
        return {"incident.update": self.update}

    def conditions(self) -> dict[str, Callable[[], bool]]:
        """Return when an action makes sense."""
        return {"incident.update": self.some}

    def update(self) -> None:
        """Write an update about the painted incident."""
        target = self.screen.selection.target()
        if target is not None:
            self.screen.open(self._update, target)

    async def _update(self, target: Standing) -> None:
        found = await self.screen.selection.details.fetch(target.row.id, 0)
        if isinstance(found, str):
            self.screen.flash(found)
            return
        stage = await self._stage(target, found)
        if isinstance(stage, Stage):
            await self._write(target, found.incident, stage)
        elif stage is not None:
            await self._waive(target)

    async def _waive(self, target: Standing) -> None:
        """Ask why clients need no update that says it is over."""
        from console.ui.screens.writing import AskLine  # noqa: PLC0415 - dialogs load when they are needed

        ask = "why do clients need no update that says it is over?"
        reason = await self.screen.ask(AskLine(f"no closing update for {target.row.id}", ask, lambda _: ""))
        if reason is not None:
            command, row = WaiveUpdate(reason), target.row
            await self.screen.sender.send(row.id, command, "no update", row.n, self.screen.undo_words())

    async def _stage(self, target: Standing, found: Detail) -> Stage | str | None:
        """Return the stage that was chosen, or ``_NONE`` where clients need no word that it is over."""
        from console.domain.comms.draft import FIRST_LINES, GOES_ON  # noqa: PLC0415 - dialogs load when they are needed
        from console.domain.comms.template import usual_stage  # noqa: PLC0415 - same
        from console.ui.screens.menu import Menu, Option  # noqa: PLC0415 - same

        usual = usual_stage(found.incident)
        stages = sorted(Stage, key=lambda one: one is not usual)
        options: list[Option[Stage | str]]
        begun = {one: self.session.drafts.get(UPDATE, _about(target.row.id, one)) for one in stages}
        words = {
            one: one_line(f"your draft: {said.get('impact')}", 70) if said else FIRST_LINES[one]
            for one, said in begun.items()
        }
        options = [Option(one, one.value, words[one], _KEYS[one]) for one in stages]
        if found.incident.merged_into:
            options = [Option(Stage.RESOLVED, "goes on elsewhere", GOES_ON, _KEYS[Stage.RESOLVED])]
        if target.row.wants_last_word:
            options.append(Option(_NONE, "none is needed", "clients are told no more of it", "n"))
        title = f"tell clients of {target.row.id}"
        return await self.screen.ask(Menu(title, options, self._owed(target, found)))

    def _owed(self, target: Standing, found: Detail) -> list[Spans]:
        """Return when the next update is due, and what became of the last one where not every outlet has it."""
        from console.domain.comms.series import outcomes  # noqa: PLC0415 - dialogs load when they are needed
        from console.domain.waiting import waiting_words  # noqa: PLC0415 - same

        now, zone = self.session.now, self.session.settings.zone
        lines: list[Spans] = []
        clock = comms_clock(target.row, self.session.policy)
        if clock is not None and clock.stopped_at is None:
            left = clock.remaining(self.session.now)
            late = clock.breached(self.session.now)
            words = f"next update {span(-left)} overdue" if late else f"next update due in {span(left)}"
            lines.append(((words, "clock-late" if late else "dim"),))
        for effect in outcomes(found.incident):
            if effect.state is not EffectState.DONE:
                style = "clock-late" if effect.state is EffectState.FAILED else "dim"
                words = waiting_words(effect, found.tries, now, zone)
                said = f": {words}" if words else ""
                lines.append(((f"{effect.source} {effect.state.value}{said}", style),))
        return lines

    async def _write(self, target: Standing, incident: Incident, stage: Stage) -> None:
        from console.domain.comms.outlets import preset  # noqa: PLC0415 - dialogs load when they are needed
        from console.domain.comms.template import prefilled  # noqa: PLC0415 - same
        from console.ui.screens.updating import UpdateDialog, taken_up, to_fields  # noqa: PLC0415 - same

        session, row = self.session, target.row
        policy = session.policy
        drafts, about = session.drafts, _about(row.id, stage)
        fresh = prefilled(incident, stage, policy, session.now)
        draft, outlets = taken_up(
            drafts.get(UPDATE, about), fresh, preset(incident, policy, fresh.components)
        )
        read = partial(when, now=session.now, zone=session.settings.zone)
        title = f"{row.id}  {stage.value}"
        dialog = UpdateDialog(
            title, draft, outlets, incident, policy, lambda: session.now, read, session.settings.zone
        )
        composed = await self.ask_writing(dialog, UPDATE, about, lambda: to_fields(*dialog.read(), fresh))
        if composed is None:
            return
        if not composed.post:
            if drafts.get(UPDATE, about):
                self.screen.tell(Told(f"the update is kept as a draft {drafts.how_long}"))
            return
        command = PostUpdate(outlets=composed.outlets, draft=composed.draft, seen=len(incident.updates))
        outcome = await self.screen.sender.send(row.id, command, "update", row.n, self.screen.undo_words())
        if not isinstance(outcome, Asks | NotSaved | Refused | Unknown):
            drafts.drop(UPDATE, about)


def _about(incident: str, stage: Stage) -> str:
    """Return what a draft is about: each stage of an incident has its own."""
    return f"{incident} {stage.value}"
