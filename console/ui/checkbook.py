"""Filling in checklists: answering items, running their commands where somebody asks for it."""

from __future__ import annotations

import asyncio
import os
import threading
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from console.clock import ticks
from console.domain.team.access import answer, op_of, report, with_incident
from console.domain.team.checklist import ItemKind
from console.domain.team.commands import AnswerItem
from console.domain.team.facts import ItemState
from console.domain.team.readiness import ItemStatus, ListStatus, due
from console.errors import OncallError
from console.ports.desk import Nothing, Outcome, Saved, Unknown
from console.ui.keys.actions import NOTHING_WRITTEN
from console.ui.opening import open_address, opener
from console.ui.sender import Told, told
from console.ui.views.away import away_lines
from console.ui.views.checklists import Lines, Mark, checklist_lines, key_of, team_lines
from console.ui.writes import STAGES, Stage

if TYPE_CHECKING:
    from console.ui.screens.checklists import Checklists
    from console.ui.screens.main import MainScreen
    from console.ui.session import Session

_STATES = {
    "checklist.done": ItemState.DONE,
    "checklist.skip": ItemState.SKIPPED,
    "checklist.undo": ItemState.TODO,
}
_MARKS = {
    Stage.SAVING: ("saving…", "note italic"),
    Stage.SAVED: ("saved", "note italic"),
    Stage.REFUSED: ("refused", "clock-warn bold"),
    Stage.NOT_SAVED: ("NOT saved", "clock-late bold"),
    Stage.UNKNOWN: ("unknown, asking again", "clock-late bold"),
}


@dataclass(frozen=True, slots=True)
class Sent:
    """An answer on its way. ``before`` is when the item had been answered last as the key was pressed."""

    stage: Stage
    before: datetime | None


@dataclass(frozen=True, slots=True)
class Run:
    """A command that runs: since when (seconds of ``clock.ticks``), and what stops it."""

    begun: float
    stop: threading.Event


class Checkbook:
    """Answers items by the key of their row, for one screen. It outlives the dialog, and so do running commands."""

    def __init__(self, screen: MainScreen) -> None:
        self.screen = screen
        self._sent: dict[str, Sent] = {}
        self._runs: dict[str, Run] = {}
        self._dialog: Checklists | None = None

    @property
    def session(self) -> Session:
        """The state of the screen."""
        return self.screen.session

    async def show(self) -> None:
        """Show what is due until the person goes away."""
        from console.ui.screens.checklists import Checklists  # noqa: PLC0415 - dialogs load when they are needed

        self._dialog = Checklists(self)
        try:
            await self.screen.ask(self._dialog)
        finally:
            self._dialog = None

    def lists(self) -> tuple[ListStatus, ...]:
        """Return the lists that are due for the person at this console."""
        snapshot = self.session.snapshot
        return due(snapshot.policy, snapshot.team, snapshot.me, self.session.now) if snapshot else ()

    def page(self, width: int) -> Lines:
        """Return what the dialog shows."""
        snapshot, frame = self.session.snapshot, self.session.frame
        page = checklist_lines(self.lists(), self._marks(), frame, width)
        if snapshot is not None:
            page.put_above(away_lines(snapshot, frame, width))
            page.add(team_lines(snapshot, self.session.board.viewer.teams, frame, width))
        return page

    def again(self) -> None:
        """Show the lists as they stand now; what the store shows by now need no longer be told."""
        shown = {key_of(status, one): one.at for status in self.lists() for one in status.items}
        for key, sent in list(self._sent.items()):
            if sent.stage in {Stage.SAVED, Stage.UNKNOWN} and shown.get(key) != sent.before:
                del self._sent[key]
        if self._dialog is not None:
            self._dialog.again()
            self.screen.incoming.asides.look()

    def say(self, text: str) -> None:
        """Say why a key did nothing."""
        self.screen.tell(Told(text, "warning"))

    def _marks(self) -> dict[str, Mark]:
        marks = {key: _MARKS[sent.stage] for key, sent in self._sent.items()}
        for key, run in self._runs.items():
            words = "stopping" if run.stop.is_set() else "running"
            marks[key] = (f"{words} {ticks() - run.begun:.0f} s", "clock-warn bold")
        return marks

    # Keys

    def key(self, name: str, key: str) -> None:
        """Do what a key of the dialog asks for an item."""
        found = next(
            ((status, one) for status in self.lists() for one in status.items if key_of(status, one) == key),
            None,
        )
        if found is None:
            self.say("that list is not due any more")
            return
        status, one = found
        if name == "checklist.open" or (name == "enter" and one.item.kind is ItemKind.LINK):
            self._open(one)
        elif self.session.readonly:
            self.say(NOTHING_WRITTEN)
        elif name == "checklist.run":
            self._start(status, one)
        elif name == "checklist.value" and one.item.kind is not ItemKind.VALUE:
            self.say("this item asks for no value")
        elif name == "checklist.value" or (name == "enter" and one.item.kind is ItemKind.VALUE):
            self.screen.open(self._value, status, one)
        elif name == "checklist.fail":
            self.screen.open(self._fail, status, one)
        elif name == "checklist.done" and one.item.kind is ItemKind.VALUE and not one.value:
            self.screen.open(self._value, status, one)
        elif name in _STATES:
            self._send(status, one, answer(status, one, _STATES[name]))
        else:
            done, run = self.screen.key_of("checklist.done"), self.screen.key_of("checklist.run")
            self.say(f"{done} when it is done" + (f", {run} runs its command" if one.item.command else ""))

    def _open(self, one: ItemStatus) -> None:
        url = one.item.url
        if not url:
            self.say("this item has no link")
        elif open_address(url, opener(os.environ)):
            self.screen.tell(Told(f"opening {url}"))
        else:
            self.screen.app.copy_to_clipboard(url)
            self.screen.tell(Told(f"no browser can be reached from here; copied: {url}"))

    async def _fail(self, status: ListStatus, one: ItemStatus) -> None:
        text = await self._line(one, "what went wrong, in one line")
        if text:
            self._send(status, one, answer(status, one, ItemState.FAILED, text=text))

    async def _value(self, status: ListStatus, one: ItemStatus) -> None:
        value = await self._line(one, "what to write down", one.value)
        if value:
            self._send(status, one, answer(status, one, ItemState.DONE, value=value))

    async def _line(self, one: ItemStatus, asked: str, value: str = "") -> str | None:
        from console.ui.screens.writing import AskLine  # noqa: PLC0415 - dialogs load when they are needed

        return await self.screen.ask(AskLine(one.item.text, asked, lambda _text: "", value))

    # Saving

    def _send(self, status: ListStatus, one: ItemStatus, command: AnswerItem) -> None:
        key = key_of(status, one)
        self._sent[key] = Sent(Stage.SAVING, one.at)
        if self._dialog is not None:
            self._dialog.again()
            if command.state in {ItemState.DONE, ItemState.SKIPPED}:
                self._dialog.go_on(key)
        self.screen.run(self._save, status, one, command)

    async def _save(self, status: ListStatus, one: ItemStatus, command: AnswerItem) -> None:
        """Save an answer; where somebody cannot get in, the incident comes first, so that the answer names it."""
        opened = report(status, one, command, self.session.policy)
        if opened is not None:
            op = op_of(command, status.person)
            outcome = await _certain(partial(self.screen.desk().carry_out, "", opened, op), op)
            self.screen.tell(told(outcome, "P4 for it"))
            if isinstance(outcome, Saved | Nothing):
                command = with_incident(command, outcome.incident)
        op = uuid.uuid4().hex
        outcome = await _certain(partial(self.screen.desk().arrange, command, op), op)
        stage = STAGES.get(type(outcome), Stage.SAVED)
        self._sent[key_of(status, one)] = Sent(stage, one.at)
        if stage is not Stage.SAVED:
            self.screen.tell(told(outcome, f"answer to {one.item.text}"))
        self.again()

    # Commands

    def _start(self, status: ListStatus, one: ItemStatus) -> None:
        """Run an item's command; the same key stops it."""
        key, run = key_of(status, one), self.session.settings.run_command
        running = self._runs.get(key)
        if running is not None:
            running.stop.set()
        elif not one.item.command:
            self.say("this item has no command")
        elif run is None:
            self.say("no command can be run from here")
        else:
            self._runs[key] = Run(ticks(), threading.Event())
            self.screen.run(self._run, status, one)
        self.again()

    async def _run(self, status: ListStatus, one: ItemStatus) -> None:
        key, item = key_of(status, one), one.item
        run, stop = self.session.settings.run_command, self._runs[key].stop
        assert run is not None  # noqa: S101 - asked before it was started
        try:
            ran = await asyncio.to_thread(run, item.command, item.timeout.total_seconds(), stop.is_set)
        finally:
            stop.set()  # also where the console is being left: then its thread must not stay
            del self._runs[key]
        if ran.line.startswith("stopped"):
            self.say(f"{item.text}: {ran.line}; nothing is written down")
            self.again()
            return
        state = ItemState.DONE if ran.ok else ItemState.FAILED
        self._send(status, one, answer(status, one, state, text=ran.line))


async def _certain(call: Callable[[], Awaitable[Outcome]], op: str) -> Outcome:
    """Return the desk's outcome; where it fails otherwise, that is not known."""
    try:
        return await call()
    except OncallError as error:
        return Unknown("", op, str(error))
