"""What became of incidents that a system of record no longer lists: each is looked up, none is guessed.

An id leaves a list when the incident is resolved, when it moves to a team we do not ask for, when it is
deleted, and also when the pages of the list shift while they are read.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace

from console.domain.alert import Alert, AlertRef, Ended, Poll
from console.errors import SourceError
from console.sources.base.reading.records import UnreadableError

Look = Callable[[Alert], Awaitable[Alert | Ended]]
"""Asks for one incident by its id: the alert where it is still ours and open, else what became of it.

Raises ``SourceError``, or ``UnreadableError`` where the answer cannot be read.
"""

_MOST = 20


class Vanished:
    """Remembers what was listed last. ``most`` is how many are looked up in one poll, one after the other."""

    def __init__(self, look: Look, most: int = _MOST) -> None:
        self._look = look
        self._most = most
        self._listed: dict[AlertRef, Alert] = {}

    def remember(self, alerts: Iterable[Alert]) -> None:
        """Take these for what was listed last."""
        self._listed = {alert.ref: alert for alert in alerts}

    async def settle(self, poll: Poll) -> Poll:
        """Return the poll with what became of those that left the list since the last one.

        Where that is not known yet they are reported as they were, and the poll is incomplete: the
        next one looks again. The first look-up that fails is the last of its poll.
        """
        listed = {alert.ref: alert for alert in poll.alerts}
        gone = set(self._listed).difference(listed)
        if not gone:
            self._listed = listed
            return poll
        left = [alert for ref, alert in self._listed.items() if ref in gone]
        open_still: list[Alert] = []
        ended: list[Ended] = []
        unknown: list[Alert] = []
        problem = ""
        for number, alert in enumerate(left):
            if number >= self._most or problem:
                unknown.append(alert)
                continue
            try:
                found = await self._look(alert)
            except (SourceError, UnreadableError) as error:
                problem = error.message if isinstance(error, SourceError) else str(error)
                unknown.append(alert)
                continue
            if isinstance(found, Ended):
                ended.append(found)
            else:
                open_still.append(found)
        alerts = (*poll.alerts, *open_still, *unknown)
        # Those not asked for come first next time, so that each has its turn.
        self._listed = {alert.ref: alert for alert in (*unknown, *poll.alerts, *open_still)}
        return replace(
            poll,
            alerts=alerts,
            ended=(*poll.ended, *ended),
            complete=poll.complete and not unknown,
            problems=(*poll.problems, *_said(unknown, problem)),
        )


class Keeping:
    """A part of sources whose product keeps incidents; it has them as ``_vanished``."""

    _vanished: Vanished

    def remember(self, alerts: Iterable[Alert]) -> None:
        """Take these for what was listed last: what has ended since is looked up at the next poll."""
        self._vanished.remember(alerts)


def _said(unknown: list[Alert], problem: str) -> tuple[str, ...]:
    if not unknown:
        return ()
    what = "1 incident that left" if len(unknown) == 1 else f"{len(unknown)} incidents that left"
    why = f" ({problem})" if problem else ""
    return (f"what became of {what} the list is not known yet{why}: shown as before",)
