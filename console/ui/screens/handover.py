"""The handover so far: to read, to save to a file, to copy."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from console.ui.screens.reader import Reader
from console.ui.screens.writing import AskLine
from console.ui.work import begin


class Handover(Reader):
    """Returns the path it was saved to, or None."""

    def __init__(self, text: str, path: Path) -> None:
        super().__init__("handover so far", text)
        self._text = text
        self._path = path

    def answers(self) -> Sequence[tuple[str, str]]:
        """Save, copy or go back."""
        return (("dialog.save", "save to a file"), ("dialog.copy", "copy"), ("dialog.cancel", "back"))

    def action_key(self, name: str) -> None:
        """Copy stays in the dialog."""
        if name == "dialog.copy":
            self.app.copy_to_clipboard(self._text)
            self.notify("copied: the handover as Markdown", markup=False)
        else:
            super().action_key(name)

    def accept(self) -> None:
        """Ask where to, then save."""
        begin(self, self._save, name="saving the handover", group="save")

    async def _save(self) -> None:
        path = str(self._path)
        while chosen := await self.app.push_screen_wait(
            AskLine("save the handover to", "a file that does not exist yet", _check, path)
        ):
            try:
                await asyncio.to_thread(_write, chosen, self._text)
            except OSError as error:
                self.notify(f"not saved: {chosen}: {error.strerror}", severity="error", markup=False)
                path = chosen
            else:
                self.dismiss(chosen)
                return


def _check(text: str) -> str:
    path = Path(text).expanduser()
    if path.exists():
        return "that file exists already: choose another name"
    return "" if path.parent.is_dir() else f"no such folder: {path.parent}"


def _write(path: str, text: str) -> None:
    """Write a new file; one that exists is never replaced."""
    with Path(path).expanduser().open("x", encoding="utf-8") as file:
        file.write(text)
