"""Reviews: the board of what is owed, reading one, beginning one, writing its sections with $EDITOR."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.app import SuspendNotSupported

from console.domain.commands import SetAction, StartReview, WriteSection
from console.domain.incident import OPEN_STATES
from console.errors import OncallError
from console.ports.desk import Nothing, Saved
from console.ui.sender import Told
from console.ui.verbs.base import Verbs

if TYPE_CHECKING:
    from console.domain.review.document import ReviewDocument


class ReviewVerbs(Verbs):
    """``D``, and what is done from there."""

    def verbs(self) -> dict[str, Callable[[], None]]:
        """Return what each action id runs."""
        return {"console.reviews": self.show}

    def show(self) -> None:
        """Show what is owed."""
        self.screen.open(self._show)

    async def _show(self) -> None:
        """Show the board, again after each thing that was done."""
        from console.ui.screens.reviews import ReviewsScreen  # noqa: PLC0415 - dialogs load when they are needed

        incident = ""
        while chosen := await self.screen.ask(
            ReviewsScreen(self.session, self.screen.desk().reviews, incident)
        ):
            action, incident = chosen
            if action == "reviews.draft":
                await self.screen.sender.send(incident, StartReview(), "begin the review of")
            elif action == "reviews.edit":
                await self._edit(incident)
            elif action == "reviews.move":
                await self._move(incident)
            else:
                await self._read(incident)
        self.screen.incoming.asides.look_at_reviews()

    async def _found(self, incident: str) -> ReviewDocument | None:
        try:
            found = await self.screen.desk().review(incident)
        except OncallError as error:
            self.screen.tell(Told(f"the review of {incident} is not known: {error}", "error"))
            return None
        if found is None:
            self.screen.tell(Told(f"{incident} is not in the store", "warning"))
        return found

    async def _read(self, incident: str) -> None:
        from console.outputs.review import to_markdown  # noqa: PLC0415 - only where it is read
        from console.ui.screens.reader import Reader  # noqa: PLC0415 - dialogs load when they are needed

        found = await self._found(incident)
        if found is not None:
            await self.screen.ask(Reader(f"review of {incident}", to_markdown(found)))

    async def _move(self, incident: str) -> None:
        """Choose what becomes of the review or of an action item; what is missing is asked before it is closed."""
        from console.ui.screens.menu import Menu  # noqa: PLC0415 - dialogs load when they are needed
        from console.ui.screens.writing import AskLine  # noqa: PLC0415 - same
        from console.ui.views.reviewmoves import moves  # noqa: PLC0415 - same

        found = await self._found(incident)
        if found is None:
            return
        title = f"review of {incident}: {found.state.value if found.state else 'not begun'}"
        chosen = await self.screen.ask(Menu(title, moves(found)))
        if isinstance(chosen, SetAction) and not chosen.action:
            asked = f"{incident}: what is to be done?"
            text = await self.screen.ask(
                AskLine(asked, "say it in a line", lambda line: "" if line.strip() else "say it")
            )
            chosen = SetAction(text=text) if text else None
        if chosen is not None:
            await self.screen.sender.send(incident, chosen, "move the review of")

    async def _edit(self, incident: str) -> None:
        """Write the sections with $EDITOR; what could not be saved stays in its file."""
        from console.domain.review.form import changed, from_form, not_written, to_form  # noqa: PLC0415 - few keys need it
        from console.ui.editor import edit  # noqa: PLC0415 - same
        from console.ui.formfile import form_file, read_form  # noqa: PLC0415 - same

        found = await self._found(incident)
        if found is None:
            return
        is_open = found.incident_state in OPEN_STATES
        if wrong := not_written(incident, found.state, is_open=is_open, part_of=found.merged_into):
            self.screen.tell(Told(wrong, "warning"))
            return
        before = dict(found.sections)
        try:
            file = form_file(to_form(f"Review of {incident}: {found.title}", before), incident)
        except OSError as error:
            self.screen.tell(Told(f"no file for the editor: {error.strerror}", "error"))
            return
        await self.session.drafts.lend(file)
        try:
            trouble = edit(self.screen.console, file)
            wanted = changed(from_form(read_form(file)), before)
        except SuspendNotSupported:
            trouble, wanted = "this terminal cannot be given to an editor", {}
        except (OSError, ValueError) as error:
            trouble, wanted = str(error), {}
        if trouble:
            self.screen.tell(Told(f"not saved: {trouble}; what you wrote is in {file}", "error"))
        elif await self._save(incident, before, wanted):
            file.unlink(missing_ok=True)
        else:
            self.screen.tell(Told(f"not all was saved; what you wrote is in {file}", "error"))

    async def _save(self, incident: str, before: dict[str, str], wanted: dict[str, str]) -> bool:
        """Save each section that was changed; nothing where another wrote one of them meanwhile."""
        if not wanted:
            self.screen.tell(Told(f"nothing was changed in the review of {incident}", "information"))
            return True
        found = await self._found(incident)
        if found is None:
            return False
        from console.domain.review.form import written_by_others  # noqa: PLC0415 - few keys need it

        if moved := written_by_others(wanted, before, dict(found.sections)):
            self.screen.tell(Told(f"not saved: somebody else wrote {', '.join(moved)} meanwhile", "error"))
            return False
        outcomes = [
            await self.screen.sender.send(
                incident, WriteSection(name, text, before.get(name, "")), f"write {name} of"
            )
            for name, text in wanted.items()
        ]
        return all(isinstance(one, Saved | Nothing) for one in outcomes)
