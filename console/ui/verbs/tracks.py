"""Parallel work: open a track or look after one, and offer what its state means for the fix clock."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from console.domain.commands import Command, PauseClock, ResumeClock
from console.domain.human import until
from console.domain.incident import Incident
from console.domain.pauses import reason_words, running
from console.domain.standing import Standing
from console.domain.tracks import Track, open_tracks
from console.domain.vocabulary import PauseReason
from console.ports.desk import NotSaved, Refused, Unknown
from console.ui.verbs.base import Verbs
from console.ui.verbs.snoozing import when
from console.ui.views.tracks import check_words

if TYPE_CHECKING:
    from console.ui.screens.tracks import Filled

NEW = "a new track"
RESUME = "resume"
OFFERED = (PauseReason.WAITING_VENDOR, PauseReason.WAITING_CLIENT)
"""Reasons to pause the fix clock that a track may have."""


class TrackVerbs(Verbs):
    """``l``: a line of work beside the fix."""

    def verbs(self) -> dict[str, Callable[[], None]]:
        """Return what each action id runs."""
        return {"incident.track": self.track}

    def conditions(self) -> dict[str, Callable[[], bool]]:
        """Return when an action makes sense."""
        return {"incident.track": self.some}

    def track(self) -> None:
        """Choose a track of the painted incident, or open one."""
        target = self.screen.selection.target()
        if target is not None:
            self.screen.open(self._track, target)

    async def _track(self, target: Standing) -> None:
        found = await self.screen.selection.details.fetch(target.row.id, 0)
        if isinstance(found, str):
            self.screen.flash(found)
            return
        tracks = found.incident.tracks
        chosen: Track | str | None = await self._chosen(target.row.id, tracks) if tracks else NEW
        if chosen is not None:
            await self._fill(target, found.incident, chosen if isinstance(chosen, Track) else None)

    async def _chosen(self, incident: str, tracks: tuple[Track, ...]) -> Track | str | None:
        """Ask which one, the next to be looked after first."""
        from console.ui.screens.menu import Menu, Option  # noqa: PLC0415 - dialogs load when they are needed

        frame = self.session.frame
        ordered = (*open_tracks(tracks), *(one for one in tracks if not one.is_open))
        options: list[Option[Track | str]] = [
            Option(one, one.titled[:50], f"{one.state.value}{check_words(one, frame)}") for one in ordered
        ]
        options.append(Option(NEW, NEW, "", "n"))
        return await self.screen.ask(Menu(f"tracks of {incident}", options))

    async def _fill(
        self, target: Standing, incident: Incident, track: Track | None, draft: Filled | None = None
    ) -> None:
        from console.ui.screens.tracks import Offers, TrackDialog  # noqa: PLC0415 - dialogs load when they are needed

        session = self.session
        name = track.name if track else "new track"
        dialog = TrackDialog(
            f"{target.row.id}  {name}",
            self._filled(track) if track else None,
            draft,
            partial(when, now=session.now, zone=session.settings.zone),
            Offers(tuple(sorted(session.policy.people)), self._clocks(incident)),
        )
        answer = await self.screen.ask(dialog)
        if answer is None:
            return
        send, row = self.screen.sender.send, target.row
        outcome = await send(row.id, answer.command, "track", row.n, self.screen.undo_words())
        if isinstance(outcome, NotSaved | Refused):
            await self._fill(target, incident, track, answer.filled)
        elif answer.clock and not isinstance(outcome, Unknown):
            text = answer.filled.what or answer.filled.name
            await send(row.id, _clock_command(answer.clock, text), "clock", row.n, self.screen.undo_words())

    def _filled(self, track: Track) -> Filled:
        from console.ui.screens.tracks import Filled  # noqa: PLC0415 - dialogs load when they are needed

        session = self.session
        check = until(track.check_at, session.now, session.settings.zone) if track.check_at else ""
        return Filled(track.name, track.what, track.owner, track.state, check)

    def _clocks(self, incident: Incident) -> tuple[tuple[str, str], ...]:
        """Return what a person may do with the fix clock here; nothing happens to it by itself."""
        if running(incident) is not None:
            return (("", "stays paused"), (RESUME, "runs again"))
        if not self.session.policy.target(incident.effective_priority).pausable:
            return ()
        return (("", "runs on"), *((one.value, f"pause, {reason_words(one)}") for one in OFFERED))


def _clock_command(clock: str, text: str) -> Command:
    return ResumeClock() if clock == RESUME else PauseClock(PauseReason(clock), text)
