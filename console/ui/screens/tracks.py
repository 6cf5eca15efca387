"""The form of a track: what it is about, whose it is, how it stands, and when it is to be looked after."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from textual.app import ComposeResult

from console.domain.commands import SetTrack
from console.domain.vocabulary import TrackState
from console.ui.screens.dialog import Dialog
from console.ui.widgets.choice import Choice
from console.ui.widgets.field import Field
from console.ui.widgets.oneline import OneLine

NAMES = ("vendor", "support", "fix", "comms")
"""Suggested names; any may be written."""
WRONG_TIME = "write a time or a span for the check: 10:30, 45m, 2h, 1d"


@dataclass(frozen=True, slots=True)
class Filled:
    """What stands in the fields. ``name`` empty: a new track. ``clock`` is what is to become of the fix clock."""

    name: str = ""
    what: str = ""
    owner: str = ""
    state: TrackState = TrackState.WAITING
    check: str = ""
    note: str = ""
    clock: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """The command, what it was made from, and what is to become of the fix clock (empty: nothing)."""

    command: SetTrack
    filled: Filled
    clock: str


@dataclass(frozen=True, slots=True)
class Offers:
    """Who may own it, and what can be done with the fix clock as value and words: the first, to leave it, is chosen."""

    people: tuple[str, ...] = ()
    clocks: tuple[tuple[str, str], ...] = ()


class TrackDialog(Dialog[Answer]):
    """``before`` is the track as it stands, None for a new one; ``draft`` what was written before a refusal.

    ``when`` reads the check's time.
    """

    def __init__(
        self,
        title: str,
        before: Filled | None,
        draft: Filled | None,
        when: Callable[[str], datetime | None],
        offers: Offers,
    ) -> None:
        super().__init__(title)
        self._before = before
        self._filled = draft or before or Filled()
        self._when = when
        self._people = offers.people
        self._clocks = offers.clocks

    def answers(self) -> Sequence[tuple[str, str]]:
        """Save or go back."""
        return (("dialog.save", "save"), ("dialog.cancel", "back"))

    def body(self) -> ComposeResult:
        """Yield the fields."""
        filled = self._filled
        if self._before is None:
            yield Field("track", filled.name, "vendor, support, fix …", id="track-name", offer=NAMES)
        yield Field("about", filled.what, "maps vendor, ticket 123", id="track-what")
        yield Field("owner", filled.owner, "whoever has the incident", id="track-owner", offer=self._people)
        yield Choice("state    ", tuple((state.value, state.value) for state in TrackState), id="track-state")
        yield Field("check", filled.check, "10:30, 45m, 2h; empty: no reminder", id="track-check")
        yield Field("now", filled.note, "what happened just now (may stay empty)", id="track-note")
        if self._clocks:
            yield Choice("fix clock", self._clocks, id="track-clock")
        yield OneLine(id="dialog-wrong")

    def on_mount(self) -> None:
        """Take up what is known; a new track's name is written first, an old one's news."""
        self.query_one("#track-state", Choice).choose(self._filled.state.value)
        if self._clocks:
            self.query_one("#track-clock", Choice).choose(self._filled.clock)
        first = "#track-name" if self._before is None else "#track-check"
        self.query_one(first, Field).input.focus()

    def on_input_submitted(self) -> None:
        """Enter goes on to the next field, and saves from the last one."""
        last = self.query_one("#track-note", Field).input
        if self.focused is last and not self._clocks:
            self.accept()
        else:
            self.focus_next()

    def on_choice_submitted(self) -> None:
        """Enter goes on to the next field, and saves from the last one."""
        if self.focused is not None and self.focused.id == "track-clock":
            self.accept()
        else:
            self.focus_next()

    def accept(self) -> None:
        """Close with the command, unless the name is missing or the time cannot be read."""
        filled = self._read()
        before = self._before
        same = before is not None and filled.check == before.check
        check = self._when(filled.check) if filled.check and not same else None
        done = filled.state is TrackState.DONE
        if not filled.name:
            self._say_wrong("a name is needed", "#track-name")
        elif filled.check and not same and check is None and not done:
            self._say_wrong(WRONG_TIME, "#track-check")
        else:
            self.dismiss(Answer(self._command(filled, check), filled, filled.clock))

    def _command(self, filled: Filled, check: datetime | None) -> SetTrack:
        """Return what was changed here and no more: what others change while the form is open stays."""
        before = self._before or Filled()
        return SetTrack(
            filled.name,
            filled.state if self._before is None or filled.state is not before.state else None,
            filled.what if filled.what != before.what else None,
            filled.owner if filled.owner != before.owner else None,
            filled.note,
            check,
            no_check=bool(before.check) and not filled.check,
        )

    def _read(self) -> Filled:
        name = self._before.name if self._before else self._value("#track-name")
        return Filled(
            name,
            self._value("#track-what"),
            self._value("#track-owner"),
            TrackState(self.query_one("#track-state", Choice).value),
            self._value("#track-check"),
            self._value("#track-note"),
            self.query_one("#track-clock", Choice).value if self._clocks else "",
        )

    def _value(self, field: str) -> str:
        return self.query_one(field, Field).value

    def _say_wrong(self, words: str, field: str) -> None:
        self.query_one("#dialog-wrong", OneLine).say(((words, "clock-late"),))
        self.query_one(field, Field).input.focus()
