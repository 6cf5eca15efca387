"""Finishing the word of a query while it is written; the right arrow takes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from textual.suggester import Suggester

from console.domain.filterhints import completed

Values = Callable[[], Mapping[str, tuple[str, ...]]]


class QuerySuggester(Suggester):
    """Suggests by what is known now. ``values`` returns what may stand after a colon, by field."""

    def __init__(self, values: Values) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._values = values

    async def get_suggestion(self, value: str) -> str | None:
        """Return the query with its last word finished."""
        return completed(value, self._values())
