"""Snooze: a menu of one key, or a time of one's own."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, tzinfo
from typing import TYPE_CHECKING

from console.domain.commands import Snooze
from console.domain.hints import my_duty
from console.domain.human import count, until
from console.domain.standing import Standing
from console.domain.vocabulary import EffectKind
from console.ui.text import Spans
from console.ui.verbs.base import Verbs
from console.ui.views.there import there_lines

if TYPE_CHECKING:
    from console.ui.screens.main import MainScreen
    from console.ui.verbs.incident import IncidentVerbs

MORNING = (9, 0)
_SPAN = re.compile(r"(\d+)\s*([mhd])")
_TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


def when(text: str, now: datetime, zone: tzinfo) -> datetime | None:
    """Return the instant that ``45m``, ``+2h``, ``1d`` or ``21:30`` (the next one, local) stands for, else None."""
    span = _SPAN.fullmatch(text.strip().lower().removeprefix("+"))
    if span and int(span.group(1)):
        return now + timedelta(**{_UNITS[span.group(2)]: int(span.group(1))})
    time = _TIME.fullmatch(text.strip())
    return next_time(now, zone, int(time.group(1)), int(time.group(2))) if time else None


def next_time(now: datetime, zone: tzinfo, hour: int, minute: int) -> datetime:
    """Return the next local wall time, as an instant."""
    local = now.astimezone(zone)
    at = local.replace(hour=hour, minute=minute, second=0, microsecond=0)
    if at <= local:
        at = (local + timedelta(days=1)).replace(hour=hour, minute=minute, second=0, microsecond=0)
    return at.astimezone(now.tzinfo)


class Snoozing(Verbs):
    """``s``."""

    def __init__(self, screen: MainScreen, acting: IncidentVerbs) -> None:
        super().__init__(screen)
        self._acting = acting

    def snooze(self) -> None:
        """Ask until when, for the painted incident or the marked ones."""
        marks = self._acting.marks
        target = None if marks else self.screen.selection.target()
        if marks or target is not None:
            self.screen.open(self._snooze, marks, target)

    async def _snooze(self, marks: tuple[str, ...], target: Standing | None) -> None:
        from console.ui.screens.menu import Menu, Option  # noqa: PLC0415 - dialogs load when they are needed

        now, zone = self.session.now, self.session.settings.zone
        name = target.row.id if target else count(len(marks), "incident")
        times = {"1": ("15 minutes", now + timedelta(minutes=15)), "2": ("1 hour", now + timedelta(hours=1))}
        duty = my_duty(self.session.snapshot.duties, self.session.me) if self.session.snapshot else None
        if duty is not None and duty.until is not None:
            times["3"] = ("until the shift ends", duty.until)
        times["4"] = ("until the morning", next_time(now, zone, *MORNING))
        options: list[Option[datetime | str]] = [
            Option(at, words, until(at, now, zone), key) for key, (words, at) in times.items()
        ]
        options.append(Option("ask", "another time", "45m, 2h, 21:30", "5"))
        sources = target.row.sources.split() if target else ()
        ask: list[Spans] = [
            (("its clocks keep running; a new alert wakes it", "dim"),),
            *there_lines(sources, EffectKind.SNOOZE, self.session.policy),
        ]
        chosen = await self.screen.ask(Menu(f"snooze {name}", options, ask))
        if chosen == "ask":
            chosen = await self._ask(name, now, zone)
        if isinstance(chosen, datetime):
            await self._acting.act_on(marks, target, Snooze(chosen), "snooze")

    async def _ask(self, name: str, now: datetime, zone: tzinfo) -> datetime | None:
        from console.ui.screens.writing import AskLine  # noqa: PLC0415 - dialogs load when they are needed

        def check(text: str) -> str:
            return "" if when(text, now, zone) else "write a span or a time: 45m, 2h, 1d, 21:30"

        text = await self.screen.ask(AskLine(f"snooze {name} until", "45m, 2h, 1d, 21:30", check))
        return when(text, now, zone) if text else None
