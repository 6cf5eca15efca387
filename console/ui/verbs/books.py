"""The runbook folders: searching them, editing one of them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from textual.app import SuspendNotSupported

from console.errors import OncallError
from console.ui.verbs.base import Verbs

if TYPE_CHECKING:
    from console.domain.runbook import Runbook
    from console.ports.books import Books


class BookVerbs(Verbs):
    """Reads through the desk, and edits with the person's own editor."""

    def verbs(self) -> dict[str, Callable[[], None]]:
        """Return what each action id runs."""
        return {"runbook.edit": self.edit}

    def conditions(self) -> dict[str, Callable[[], bool]]:
        """Return when an action makes sense: where a file is shown."""
        return {"runbook.edit": self._shown}

    def _shown(self) -> bool:
        detail = self.session.detail
        return self.screen.desk().books is not None and bool(detail and detail.runbook)

    def edit(self) -> None:
        """Edit the file of the runbook that is shown."""
        detail = self.session.detail
        if detail is not None and detail.runbook is not None:
            self.screen.open(self._edit, detail.runbook.path)

    async def _edit(self, path: str) -> None:
        from console.ui.editor import edit  # noqa: PLC0415 - few keys need it

        books = self.screen.desk().books
        if books is None:
            return
        try:
            file = await books.file_of(path)
            gone = (
                f"{path} is a page, no file of ours: o opens it"
                if "://" in path
                else f"{path} is not there any more"
            )
            trouble = edit(self.screen.console, file) if file else gone
        except OncallError as error:
            trouble = str(error)
        except SuspendNotSupported:
            trouble = "this terminal cannot be given to an editor"
        self.screen.flash(trouble or f"{path} edited")

    async def show(self, path: str) -> None:
        """Show a whole runbook."""
        await self._show(lambda books: books.read(path), f"{path} is not there any more")

    async def follow(self, path: str, target: str) -> None:
        """Show what a link in a runbook leads to."""
        why = "which is not there yet, or may not be fetched" if "://" in path else "which is not there"
        await self._show(lambda books: books.follow(path, target), f"{path} leads to {target}, {why}")

    async def _show(self, ask: Callable[[Books], Awaitable[Runbook | None]], nothing: str) -> None:
        from console.ui.screens.reader import Reader  # noqa: PLC0415 - dialogs load when they are needed

        books = self.screen.desk().books
        try:
            book = await ask(books) if books else None
        except OncallError as error:
            self.screen.flash(str(error))
            return
        if book is None:
            self.screen.flash(nothing)
        else:
            await self.screen.ask(Reader(f"{book.title} · {book.path}", book.text, at=book.section))
