"""Reports: how it went over the weeks."""

from __future__ import annotations

from collections.abc import Callable

from console.ui.verbs.base import Verbs


class ReportVerbs(Verbs):
    """``#``."""

    def verbs(self) -> dict[str, Callable[[], None]]:
        """Return what each action id runs."""
        return {"console.report": self.show}

    def show(self) -> None:
        """Show the report of the last quarter."""
        self.screen.open(self._show)

    async def _show(self) -> None:
        from console.ui.screens.report import ReportScreen  # noqa: PLC0415 - dialogs load when they are needed

        await self.screen.ask(ReportScreen(self.session, self.screen.desk().report))
