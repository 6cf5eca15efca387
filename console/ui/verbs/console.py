"""The console itself: refresh, help, palette, leaving."""

from __future__ import annotations

from collections.abc import Callable

from console.domain.hints.handing import reasons_to_stay
from console.domain.human import count
from console.domain.priority import Priority
from console.domain.snapshot import Snapshot
from console.errors import OncallError
from console.ui.keys.actions import ACTIONS
from console.ui.sender import Told
from console.ui.text import Spans
from console.ui.verbs.base import Verbs
from console.ui.views.away import away_lines
from console.ui.views.frame import Frame


class ConsoleVerbs(Verbs):
    """What concerns no incident."""

    def verbs(self) -> dict[str, Callable[[], None]]:
        """Return what each action id runs."""
        return {
            "console.refresh": self.refresh,
            "console.help": self.help,
            "console.sources": self.sources,
            "console.about": self.about,
            "console.palette": self.palette,
            "console.quit": self.quit,
        }

    def refresh(self) -> None:
        """Ask the engine to poll now."""
        self.screen.run(self._refresh)

    async def _refresh(self) -> None:
        try:
            await self.screen.desk().refresh()
        except OncallError as error:
            self.screen.tell(Told(f"not asked: {error}", "error"))
            return
        self.screen.tell(Told("asked the engine to poll its sources now"))

    def help(self) -> None:
        """Show the keys that are valid now."""
        from console.ui.screens.help import help_lines  # noqa: PLC0415 - dialogs load when they are needed
        from console.ui.screens.reader import Reader  # noqa: PLC0415 - same

        keymap, focus, possible = (
            self.screen.console.keys,
            self.session.shape.focus,
            self.screen.verbs.possible,
        )
        valid = frozenset(action.id for action in ACTIONS if possible(action.id))
        reader = Reader("keys valid now", lambda width: help_lines(keymap, focus, valid.__contains__, width))
        self.screen.app.push_screen(reader)

    def sources(self) -> None:
        """Show every source, those in trouble first."""
        if self.session.snapshot is not None:
            self.screen.open(self._sources)

    async def _sources(self) -> None:
        from console.ui.views.held import held_lines  # noqa: PLC0415 - dialogs load when they are needed
        from console.ui.views.sources import source_lines  # noqa: PLC0415 - dialogs load when they are needed

        await self._read(
            "sources, calendars, channels, and what is held back",
            lambda snapshot, frame, width: [
                *source_lines(snapshot, frame, width),
                (),
                *held_lines(snapshot, frame, width),
            ],
        )

    def about(self) -> None:
        """Show who is here, who runs the engine, store, team config and version."""
        if self.session.snapshot is not None:
            self.screen.open(self._about)

    async def _about(self) -> None:
        from console.ui.views.about import about_lines  # noqa: PLC0415 - dialogs load when they are needed

        session = self.session
        await self._read(
            "about this console",
            lambda snapshot, frame, width: about_lines(
                snapshot, session.settings, frame, session.readonly, width
            ),
        )

    async def _read(self, title: str, make: Callable[[Snapshot, Frame, int], list[Spans]]) -> None:
        """Show lines of the latest snapshot for as long as somebody reads: what is old must not look current."""
        from console.ui.screens.reader import Reader  # noqa: PLC0415 - dialogs load when they are needed

        session = self.session

        def lines(width: int) -> list[Spans]:
            snapshot, frame = session.snapshot, session.frame
            if snapshot is None:
                return []
            return [*away_lines(snapshot, frame, width), *make(snapshot, frame, width)]

        await self.screen.ask(Reader(title, lines, live=True))

    def palette(self) -> None:
        """Show every action and incident by name."""
        self.screen.console.key_queue.hold()
        self.screen.app.action_command_palette()

    def quit(self) -> None:
        """Leave, after a question where leaving may hurt somebody."""
        reasons = self._reasons()
        if reasons:
            self.screen.open(self._quit, reasons)
        else:
            self.screen.app.exit()

    def _reasons(self) -> list[Spans]:
        """Return why leaving deserves a second thought: on duty with P1/P2 open, or something not saved yet.

        Notes that wait outlive the console: of them it only tells.
        """
        session = self.session
        lines: list[Spans] = []
        under_way = session.writes.under_way
        if under_way:
            lines.append(((f"{count(under_way, 'action')} not known to be saved yet", "clock-late bold"),))
        if session.bulk is not None and session.bulk.running:
            lines.append(((f"{session.bulk.words} sent; the rest would not be", "clock-late bold"),))
        if session.writes.waiting:
            notes = session.writes.waiting
            it = "it is" if notes == 1 else "they are"
            words = f"{count(notes, 'note')} {'waits' if notes == 1 else 'wait'} on this machine"
            lines.append(((f"{words}; {it} sent at the next start", ""),))
        if session.drafts:
            kept = f"; kept {session.drafts.how_long}"
            lines.append(((f"begun and not saved: {session.drafts.names()}{kept}", "clock-warn"),))
        if session.snapshot is not None:
            lines += [
                ((line, "bold"),) for line in reasons_to_stay(session.snapshot, session.frame.me, session.now)
            ]
        who = session.board.viewer
        if who.on_duty:
            severe = [
                item
                for item in (
                    session.standing(row.id) for row in (session.snapshot.rows if session.snapshot else ())
                )
                if item is not None
                and item.row.team in who.on_duty
                and item.row.effective_priority in {Priority.P1, Priority.P2}
            ]
            if severe:
                lines.append(((f"you are on duty, and {count(len(severe), 'P1 or P2')} open:", "bold"),))
                lines += [((f"  {one.row.id}  ", "bold"), (one.row.title, "")) for one in severe[:5]]
                if len(severe) > 5:
                    lines.append(((f"  and {len(severe) - 5} more", "dim"),))
        return lines

    async def _quit(self, reasons: list[Spans]) -> None:
        from console.ui.screens.confirm import Confirm  # noqa: PLC0415 - dialogs load when they are needed

        if await self.screen.ask(Confirm("leave the console?", reasons, "leave")):
            self.screen.app.exit()
