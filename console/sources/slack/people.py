"""Who the users of a workspace are: asked one by one, remembered, and lived without."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from console.clock import Clock
from console.errors import SourceError
from console.sources.base.reading.records import NONE
from console.sources.slack.api import SlackApi, SlackError
from console.sources.slack.reader import person

_MOST_AT_ONCE = 50  # Slack allows about 100 a minute
_MOST_KEPT = 5_000
_NO_SUCH_USER = frozenset({"user_not_found", "user_not_visible"})
_PAUSE = timedelta(minutes=10)


class Directory:
    """Names of users by id. Without the scope for it people are called by their ids."""

    def __init__(self, api: SlackApi, clock: Clock) -> None:
        self._api = api
        self._clock = clock
        self._known: dict[str, dict[str, Any]] = {}
        self._not_before: datetime | None = None

    async def named(self, wanted: Iterable[str]) -> Mapping[str, dict[str, Any]]:
        """Return what is known; a few of those not known yet are asked for. Raises nothing."""
        unknown = [id_ for id_ in dict.fromkeys(wanted) if id_ not in self._known and id_[:1] in {"U", "W"}]
        now = self._clock.now()
        if self._not_before is not None and now < self._not_before:
            return self._known
        if len(self._known) > _MOST_KEPT:
            self._known.clear()
        for id_ in unknown[:_MOST_AT_ONCE]:
            try:
                self._known[id_] = person(await self._api.user(id_))
            except SourceError as error:  # a name is a help, not the matter
                if not (isinstance(error, SlackError) and error.code in _NO_SUCH_USER):
                    self._not_before = now + _PAUSE
                    break
                self._known[id_] = person(NONE)
        return self._known
