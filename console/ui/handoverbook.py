"""The handover: writing for it, offering it, answering an offer, reading earlier ones."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from textual.app import SuspendNotSupported

from console.domain.human import stamp
from console.domain.team.commands import AcceptHandover, NoteHandover, ReturnHandover, TeamCommand, Writing
from console.domain.team.drafttext import changes, to_text
from console.domain.team.handoverfacts import Section
from console.errors import OncallError
from console.ports.desk import Nothing, Outcome, Saved, Unknown
from console.ui.drafts import HANDOVER
from console.ui.editor import edit
from console.ui.formfile import form_file
from console.ui.screens.confirm import Confirm
from console.ui.screens.handover import Handover
from console.ui.screens.menu import Menu, Option
from console.ui.screens.writing import AskLine, NoteDialog
from console.ui.sender import Told, told
from console.ui.text import Spans
from console.ui.verbs.base import Verbs

if TYPE_CHECKING:
    from console.ports.handover import HandoverView

SECTIONS = {
    Section.DO_FIRST: "time-critical: what has to be done first",
    Section.WATCH: "what to watch, and until when",
    Section.MUTED: "noisy or muted, and why",
    Section.NOT_RESOLVED: "not resolved, and why",
    Section.RUNBOOK: "was the runbook adequate",
    Section.GENERAL: "anything else",
}


class HandoverBook(Verbs):
    """Shows the handover that concerns the person now, and does what is asked for until they leave it."""

    async def show(self) -> None:
        """Show it, again after each thing that was done."""
        session, name, taken = self.session, "", ""
        work: dict[str, Callable[[HandoverView], Awaitable[None]]] = {
            "handing.write": self._write,
            "handing.change": self._change,
            "handing.edit": self._edit,
            "handing.offer": self._offer,
            "handing.return": self._return,
        }
        while (view := await self._look(name)) is not None:
            folder = session.settings.export_folder
            file = folder / f"handover-{session.now.astimezone(session.settings.zone):%Y-%m-%d-%H%M}.md"
            me, policy = session.frame.me, session.policy
            chosen = await self.screen.ask(Handover(view, me, policy, file, readonly=bool(session.readonly)))
            if chosen == "handing.before":
                name = await self._choose(view) or ""
            elif chosen == "handing.accept":
                name = taken = await self._accept(view)  # what they took over is the first thing they see
            elif chosen in work:
                await work[chosen](view)
                name = ""
            elif chosen is None and name not in {"", taken}:
                name = ""  # back from an earlier one
            else:
                if chosen:
                    self.screen.tell(Told(chosen.replace("saved ", "saved: ", 1)))
                return

    async def _look(self, name: str) -> HandoverView | None:
        handovers = self.screen.desk().handovers
        if handovers is None:
            self.screen.tell(Told("no handover: there are none here", "error"))
            return None
        try:
            return await handovers.look(name)
        except OncallError as error:
            hint = f": {error.hint}" if error.hint else ""
            self.screen.tell(Told(f"no handover: {error.message}{hint}", "error"))
            return None

    async def _choose(self, view: HandoverView) -> str | None:
        """Return the id of an earlier handover, or None."""
        zone, name_of = view.document.zone, self.session.policy.name_of
        options = [
            Option(
                one.id,
                f"{stamp(one.end, zone) if one.end else ''} {one.role}",
                f"{name_of(one.outgoing)} to {name_of(one.incoming)}, {one.stage.value}",
            )
            for one in view.earlier
        ]
        if not options:
            self.screen.flash("no earlier handover")
            return None
        return await self.screen.ask(Menu("earlier handovers, by the end of their shift", options))

    async def _write(self, view: HandoverView) -> None:

        options = [Option(section, section.value, note) for section, note in SECTIONS.items()]
        section = await self.screen.ask(Menu("write for the handover", options))
        if section is None:
            return
        await self._written(view, section, f"{view.shift.id} {section.value}")

    async def _written(
        self, view: HandoverView, section: Section, key: str, entry: str = "", before: str = ""
    ) -> None:
        """Write a line of a section, or change an entry from what it said before."""
        drafts = self.session.drafts
        dialog = NoteDialog(f"handover: {section.value}", {"text": before} | drafts.get(HANDOVER, key))
        found = await self.ask_writing(
            dialog, HANDOVER, key, lambda: {} if (now := dialog.fields())["text"] == before else now
        )
        if found is None or not found.save:
            return
        writing = Writing(section, found.text, entry, before)
        outcome = await self._send(NoteHandover(view.shift.id, (writing,)), "change" if entry else "write")
        if isinstance(outcome, Saved | Nothing):
            drafts.drop(HANDOVER, key)

    async def _change(self, view: HandoverView) -> None:

        name_of = self.session.policy.name_of
        options = [
            Option(one, one.section.value, f"{one.text} ({name_of(one.by)})") for one in view.handing.entries
        ]
        one = await self.screen.ask(Menu("change which line?", options))
        if one is None:
            return
        ways = [Option("change", "change it", key="c"), Option("out", "take it out", key="x")]
        way = await self.screen.ask(Menu(one.text, ways))
        if way is None:
            return
        if way == "change":
            await self._written(view, one.section, f"{view.shift.id} {one.id}", one.id, one.text)
            return
        out = Writing(one.section, "", one.id, one.text)
        await self._send(NoteHandover(view.shift.id, (out,)), "change")

    async def _edit(self, view: HandoverView) -> None:
        """Edit all that was written with $EDITOR; a text that could not be saved stays in its file."""
        form = to_text(view.handing.entries)
        try:
            file = form_file(form, "handover")
        except OSError as error:
            self.screen.tell(Told(f"no file for the editor: {error.strerror}", "error"))
            return
        await self.session.drafts.lend(file)
        try:
            trouble = edit(self.screen.console, file)
            text = file.read_text(encoding="utf-8", errors="replace")
        except SuspendNotSupported:
            trouble, text = "this terminal cannot be given to an editor", form
        except OSError as error:
            trouble, text = f"{file}: {error.strerror}", form
        if trouble:
            kept = f"; what you wrote is in {file}" if text != form else ""
            self.screen.tell(Told(f"the handover was not changed: {trouble}{kept}", "warning"))
            if not kept:
                file.unlink(missing_ok=True)
            return
        wanted = changes(text, view.handing.entries)
        outcome = (
            await self._send(NoteHandover(view.shift.id, wanted), "write") if wanted else Nothing("", "")
        )
        if isinstance(outcome, Saved | Nothing):
            file.unlink(missing_ok=True)
        else:
            self.screen.tell(Told(f"what you wrote is in {file}", "warning"))

    async def _offer(self, view: HandoverView) -> None:

        handovers = self.screen.desk().handovers
        to = await self._to_whom(view)
        if to is None or handovers is None:
            return
        remarks = await self.screen.ask(
            AskLine("a word to go with it", "may stay empty", lambda _: "", optional=True)
        )
        if remarks is None:
            return
        name = self.session.policy.name_of(to)
        mine = [one for one in view.document.open if one.owner == view.document.outgoing]
        others = len(view.document.open) - len(mine)
        lines: list[Spans] = [((f"offer {view.shift.role} of {view.shift.team} to {name}", "bold"),)]
        lines += [((f"  {one.id} {one.priority} {one.title}: {name}'s once accepted", ""),) for one in mine]
        lines += (
            [((f"  {others} more open, with others or nobody: listed, not moved", "dim"),)] if others else []
        )
        lines.append((("until it is accepted everything stays yours", ""),))
        if not await self.screen.ask(Confirm("offer the handover?", lines, "offer it")):
            return
        op = uuid.uuid4().hex
        try:
            outcome = await handovers.offer(to, remarks, op)
        except OncallError as error:
            outcome = Unknown("", op, str(error))
        self.screen.tell(told(outcome, "offer"))

    async def _to_whom(self, view: HandoverView) -> str | None:

        policy, following = self.session.policy, view.shift.incoming
        people = [one for one in policy.people.values() if one.id not in {view.shift.outgoing, following}]
        options = [Option(following, policy.name_of(following), "next on the roster")] if following else []
        options += [Option(one.id, one.name) for one in people]
        if not options:
            self.screen.flash("nobody to offer it to: [[people]] in the config")
            return None
        gap: list[Spans] = (
            [] if following else [(("nobody follows on the roster: w lets somebody cover it", "clock-late"),)]
        )
        return await self.screen.ask(Menu("offer the handover to", options, gap))

    async def _accept(self, view: HandoverView) -> str:
        """Return the id of the handover where it is theirs now."""
        handing = view.handing
        if handing.offered_at is None:
            return ""
        yours = [name for name, owner in handing.incidents if owner == handing.outgoing]
        lines: list[Spans] = [
            ((f"take over {handing.role} of {handing.team} from {view.document.outgoing}", "bold"),),
            ((f"yours then, where they are open and still theirs: {', '.join(yours) or 'no incident'}", ""),),
            *(((f"since: {line}", "clock-warn"),) for line in view.since[:8]),
        ]
        if not await self.screen.ask(Confirm("accept the handover?", lines, "accept it")):
            return ""
        done = await self._send(AcceptHandover(handing.id, handing.offered_at), "accept")
        return handing.id if isinstance(done, Saved) else ""

    async def _return(self, view: HandoverView) -> None:

        reason = await self.screen.ask(AskLine("return the handover", "what is missing?", lambda _: ""))
        if reason:
            await self._send(ReturnHandover(view.handing.id, reason), "return")

    async def _send(self, command: TeamCommand, verb: str) -> Outcome:
        op = uuid.uuid4().hex
        try:
            outcome = await self.screen.desk().arrange(command, op)
        except OncallError as error:
            outcome = Unknown("", op, str(error))
        self.screen.tell(told(outcome, verb))
        return outcome
