"""Who is on call: now, the week as a picture, and what it asks of each person. Stays current while it is open."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from functools import partial
from typing import TypeVar, cast

from textual.app import ComposeResult

from console.domain.human import until
from console.domain.roster import Duty
from console.domain.team.commands import Cover, EndCover, TakePager, TeamCommand
from console.ui.keys.actions import NOTHING_WRITTEN, ROSTER, WRITING
from console.ui.keys.bindings import bindings
from console.ui.screens.dialog import Dialog
from console.ui.screens.menu import Menu, Option
from console.ui.session import Session
from console.ui.text import Spans
from console.ui.views.away import away_lines
from console.ui.views.contacts import contact_words
from console.ui.views.oncall import duty_key, now_lines
from console.ui.views.people import people_lines
from console.ui.views.weekpage import week_page
from console.ui.widgets.lines import LinesView
from console.ui.widgets.oneline import OneLine
from console.ui.work import begin

T = TypeVar("T")

Arrange = Callable[[TeamCommand, str], Awaitable[None]]
"""Sends a command about the team and tells what became of it; the word is what the person did."""

PAGES = ("now", "week", "people")
SPANS = (
    ("30 minutes", 0.5),
    ("1 hour", 1.0),
    ("2 hours", 2.0),
    ("4 hours", 4.0),
    ("8 hours", 8.0),
    ("24 hours", 24.0),
)
"""For how long a cover may be asked for here, in hours; ``oncall roster override`` takes any span."""


class RosterScreen(Dialog[None]):
    """Three pages; the cursor goes from role to role on the first."""

    BINDINGS = bindings(ROSTER, {action.id: f"roster('{action.id}')" for action in ROSTER})

    FULL = True
    OWN = ROSTER

    def __init__(self, session: Session, arrange: Arrange, copy: Callable[[str, str], None]) -> None:
        super().__init__("who is on call")
        self._session = session
        self._arrange = arrange
        self._copy = copy
        self._page = "now"
        self._weeks = 0

    def answers(self) -> Sequence[tuple[str, str]]:
        """Escape goes back; of the screen's own keys those are named beside it that do something on this page."""
        own: list[tuple[str, str]] = []
        if self._page == "now":
            if not self._session.readonly:
                own = [("roster.take", "take"), ("roster.cover", "cover"), ("roster.end", "take back")]
            own.append(("roster.copy", "copy"))
        elif self._page == "week":
            own = [("roster.earlier", "a week back")] if self._weeks else []
            own.append(("roster.later", "a week on"))
        return (*own, ("roster.next-page", "page"), ("dialog.help", "help"), ("dialog.cancel", "back"))

    def body(self) -> ComposeResult:
        """Yield the pages' names and the page."""
        yield OneLine(id="roster-pages")
        yield LinesView(glyphs=self._session.settings.glyphs, id="dialog-lines")

    def on_mount(self) -> None:
        """Follow the time."""
        self.query_one(LinesView).focus()
        self.set_interval(1.0, self.draw_page)

    def on_lines_view_width_changed(self, _message: LinesView.WidthChanged) -> None:
        """Make the lines for the width."""
        self.draw_page()

    def draw_page(self) -> None:
        """Draw the page for the latest snapshot and the present moment."""
        view, snapshot, frame = self.query_one(LinesView), self._session.snapshot, self._session.frame
        if snapshot is None or not view.is_mounted:
            return
        titles: Spans = tuple(
            (f" {page} ", "name bold reverse" if page == self._page else "dim") for page in PAGES
        )
        self.query_one("#roster-pages", OneLine).say(titles)
        above = away_lines(snapshot, frame, view.text_width)
        if self._page == "now":
            keyed = now_lines(snapshot, frame, view.text_width)
            keys = [*(None for _ in above), *(key for _, key in keyed)]
            view.set_lines([*above, *(line for line, _ in keyed)], keys)
        elif self._page == "week":
            view.set_lines([*above, *week_page(snapshot, frame, view.text_width, self._weeks)])
        else:
            view.set_lines([*above, *people_lines(snapshot, frame, view.text_width)])

    @property
    def here(self) -> Duty | None:
        """The role under the cursor as it was painted; None on the other pages."""
        key = self.query_one(LinesView).painted_key_at_cursor()
        snapshot = self._session.snapshot
        return (
            next((one for one in snapshot.duties if duty_key(one) == key), None) if snapshot and key else None
        )

    def action_roster(self, name: str) -> None:
        """Answer one of the screen's keys."""
        if name in {"roster.next-page", "roster.previous-page"}:
            step = 1 if name == "roster.next-page" else -1
            self._page = PAGES[(PAGES.index(self._page) + step) % len(PAGES)]
            self.query_one(LinesView).set_lines([], top=True)
            self.draw_page()
            self._fit()
            return
        if name in {"roster.later", "roster.earlier"}:
            self._weeks = (
                max(0, self._weeks + (1 if name == "roster.later" else -1)) if self._page == "week" else 0
            )
            self.draw_page()
            self._fit()
            return
        if self._session.readonly and name in WRITING:
            self.notify(NOTHING_WRITTEN, severity="warning", markup=False)
            return
        duty = self.here
        if duty is None:
            self.notify("go to a role on the page “now” first", markup=False)
            return
        if name == "roster.copy":
            begin(self, partial(self._contacts, duty), name="copying a contact", group="roster")
        else:
            work = {
                "roster.take": self._take_pager,
                "roster.cover": self._let_cover,
                "roster.end": self._end_cover,
            }[name]
            begin(self, partial(work, duty), name="a change of the roster", group="roster")

    async def _contacts(self, duty: Duty) -> None:
        person = self._session.policy.people.get(duty.person or "")
        if person is None or not person.contacts:
            self.notify("no contact is known", severity="warning", markup=False)
            return
        chosen: str | None = person.contacts[0][1]
        if len(person.contacts) > 1:
            options = [Option(value, kind, value) for kind, value in person.contacts]
            chosen = await self._chosen(f"copy a contact of {person.name}", options)
        if chosen is not None:
            self._copy(chosen, chosen)

    async def _chosen(self, title: str, options: Sequence[Option[T]]) -> T | None:
        """Show a menu over this screen."""
        return cast("T | None", await self.app.push_screen_wait(Menu(title, options)))

    async def _span(self, title: str, duty: Duty) -> timedelta | None:
        frame = self._session.frame
        spans = [(words, timedelta(hours=hours)) for words, hours in SPANS]
        left = duty.until - frame.now if duty.until is not None else None
        if left is not None and timedelta(0) < left <= timedelta(days=14):
            spans.append(("until this shift ends" if duty.person else "until the gap ends", left))
        options = [
            Option(span, words, f"until {until(frame.now + span, frame.now, frame.zone)}")
            for words, span in spans
        ]
        return await self._chosen(title, options)

    async def _take_pager(self, duty: Duty) -> None:
        mine = duty.person == self._session.frame.me
        whose = ", yours already," if mine else ""
        if duty.person and not mine:
            whose = f" from {self._session.policy.name_of(duty.person)}"
        span = await self._span(f"take {duty.role} of {duty.team}{whose} for …", duty)
        if span is not None:
            await self._arrange(TakePager(duty.team, duty.role, span), "take the pager")

    async def _let_cover(self, duty: Duty) -> None:
        policy = self._session.policy
        people = [
            Option(one.id, one.name, "  ".join(contact_words(policy, one.id)) or "no contact known")
            for one in policy.people.values()
            if one.id != duty.person
        ]
        who = await self._chosen(f"who covers {duty.role} of {duty.team}?", people)
        if who is None:
            return
        span = await self._span(f"{policy.name_of(who)} covers {duty.role} of {duty.team} for …", duty)
        if span is not None:
            now = self._session.now
            await self._arrange(Cover(duty.team, duty.role, who, now, now + span), "cover")

    async def _end_cover(self, duty: Duty) -> None:
        now = self._session.now
        covers = [
            one
            for one in self._session.policy.roster.overrides
            if one.id and (one.team, one.role) == (duty.team, duty.role) and one.end > now
        ]
        if not covers:
            self.notify("nobody covers this role: there is nothing to take back", markup=False)
            return
        names = self._session.policy.name_of
        options = [
            Option(one.id, f"{names(one.person) if one.person else 'nobody'}", f"{one.id}  {one.reason}")
            for one in covers
        ]
        chosen = await self._chosen(f"take back which cover of {duty.role}?", options)
        if chosen is not None:
            await self._arrange(EndCover(chosen), "end the cover")
