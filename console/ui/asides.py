"""What NEXT says where nothing presses: what comes back soon, a due checklist, a break; and the load of the shift."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from console.domain.hints import Hint
from console.domain.human import until
from console.domain.snapshot import Snapshot
from console.errors import OncallError
from console.ui.work import begin

if TYPE_CHECKING:
    from console.domain.loadmeter import Reminder
    from console.ui.screens.main import MainScreen

LISTS_EVERY, LOAD_EVERY, REVIEWS_EVERY, REVIEWS_AT = 15, 60, 600, 20
"""Ticks (seconds) between two looks at what is due, the load, and the reviews that are owed. The first ones come after the first picture."""


class Asides:
    """Keeps them for one screen; the session's ``asides`` and ``load`` are what it found."""

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen
        self._ticks = 0
        self._due: tuple[Hint, ...] = ()
        self._back: tuple[Hint, ...] = ()
        self._late: tuple[Hint, ...] = ()
        self._soon: tuple[Hint, ...] = ()
        self._reminder: Reminder | None = None

    def tick(self) -> None:
        """Let a second pass."""
        session = self._screen.session
        if session.snapshot is None:
            return
        if self._ticks % LISTS_EVERY == 0:
            self.look()
            self._back = self._coming_back(session.snapshot)
        if self._ticks % LOAD_EVERY == 0 and not session.away:
            begin(self._screen, self._read_load, name="the load of the shift", group="load", exclusive=True)
        if self._ticks % REVIEWS_EVERY == REVIEWS_AT and not session.away:
            self.look_at_reviews()
        self._ticks += 1
        session.asides = (*self._kept(), *self._break(session.snapshot))

    def look(self) -> None:
        """Find out which checklist is due; what presses most first."""
        from console.domain.team.readiness import pressing  # noqa: PLC0415 - not needed for the first screen

        lists = self._screen.verbs.checklists.book.lists()
        found = list(pressing(lists, self._screen.session.now))
        self._due = tuple(Hint(words, "console.checklists") for words in found[:1])

    def _coming_back(self, snapshot: Snapshot) -> tuple[Hint, ...]:
        """Return what a maintenance, a silence or a snooze holds back no longer in a few minutes; the next one."""
        from console.domain.returning import coming_back  # noqa: PLC0415 - see above
        from console.ui.views.held import known_of  # noqa: PLC0415 - see above

        session = self._screen.session
        now, frame = session.now, session.frame

        def clock(at: datetime) -> str:
            return until(at, now, frame.zone)

        found = coming_back(known_of(snapshot), now, clock, session.board.viewer)
        more = f", and {len(found) - 1} more" if len(found) > 1 else ""
        return tuple(Hint(one.words(now, clock) + more, "console.sources") for one in found[:1])

    def _break(self, snapshot: Snapshot) -> tuple[Hint, ...]:
        load = self._screen.session.load
        if load is None:
            return ()
        from console.domain.loadmeter import Reminder, break_hint  # noqa: PLC0415 - see above

        now, who = self._screen.session.now, self._screen.session.board.viewer
        reminder = self._reminder = self._reminder or Reminder()
        hint = break_hint(load, snapshot.policy, who.id, min(who.on_duty, default=""), now)
        return (hint,) if reminder.show(wanted=hint is not None, now=now) and hint else ()

    def put_away(self) -> bool:
        """Put the suggestion of a break away until the next time; False where there is none to be seen."""
        if self._reminder is None or not self._reminder.put_away(self._screen.session.now):
            return False
        self._screen.session.asides = self._kept()
        return True

    def _kept(self) -> tuple[Hint, ...]:
        """Return all but the break: what is overdue, what comes back, what is due, what is due tomorrow."""
        return (*self._late, *self._back, *self._due, *self._soon)

    def look_at_reviews(self) -> None:
        """Find out which of the person's reviews and action items are overdue or due soon."""
        begin(self._screen, self._read_reviews, name="reviews that are owed", group="owed", exclusive=True)

    async def _read_reviews(self) -> None:
        from console.domain.review.pressing import overdue, soon  # noqa: PLC0415 - not needed for the first screen

        try:
            board = await self._screen.desk().reviews()
        except OncallError:
            return  # as it was; the top line says what is wrong with the store
        session = self._screen.session
        me, policy, now = session.board.viewer.id, session.policy, session.now
        self._late = _told(overdue(board, me, policy, now))
        self._soon = _told(soon(board, me, policy, now))

    async def _read_load(self) -> None:
        try:
            self._screen.session.load = await self._screen.desk().shift_load()
        except OncallError:
            self._screen.session.load = None  # not known; the top line says what is wrong with the store


def _told(words: tuple[str, ...]) -> tuple[Hint, ...]:
    """Return one hint for them all, which names the first."""
    more = f", and {len(words) - 1} more" if len(words) > 1 else ""
    return tuple(Hint(one + more, "console.reviews") for one in words[:1])
