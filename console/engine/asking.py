"""The engine's questions to the store: counted, and trouble said once instead of by every part each second."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from console.desk.worker import NotBegunError, UnansweredError
from console.engine.kit import Result, Runner
from console.engine.tally import Tally
from console.errors import StoreError

NOT_ASKED_AGAIN = 5.0  # seconds after which a question counts as given up

log = logging.getLogger(__name__)


class Asking:
    """Runs store functions as the runner below it does.

    A question that fails is remembered by its name until it is answered, or was not asked again for
    a while: its trouble is logged where no other has the same, and that all is well again once
    nothing is remembered.
    """

    def __init__(self, runner: Runner, tally: Tally, ticks: Callable[[], float]) -> None:
        self._runner = runner
        self._tally = tally
        self._ticks = ticks
        self._trouble: dict[str, tuple[float, str]] = {}
        self._since = 0.0

    @property
    def trouble(self) -> str:
        """What is wrong with the store in one line; empty where every question was answered."""
        return next((words for _, words in self._trouble.values()), "")

    async def run(self, fn: Callable[..., Result], *args: Any, deadline: float = 2.0) -> Result:
        """Return what ``fn(*args)`` returns; raises ``StoreError`` after ``deadline`` seconds."""
        try:
            result = await self._runner.run(fn, *args, deadline=deadline)
        except StoreError as error:
            self._tally.answered_at = self._ticks()
            self._tally.store_errors += 1
            self._note(_name(fn), error)
            raise
        self._tally.answered_at = self._ticks()
        if self._trouble:
            self._answered(_name(fn))
        return result

    def _note(self, question: str, error: StoreError) -> None:
        silent = isinstance(error, NotBegunError | UnansweredError)  # its words name each deadline
        words = f"the store does not answer: {error.hint}" if silent else str(error)
        if not self._trouble:
            self._since = self._ticks()
        if all(words != said for _, said in self._trouble.values()):
            log.warning("store trouble: %s", words, extra={"event": "store_lost"})
        self._trouble[question] = (self._ticks(), words)

    def _answered(self, question: str) -> None:
        self._trouble.pop(question, None)
        oldest = self._ticks() - NOT_ASKED_AGAIN
        self._trouble = {name: told for name, told in self._trouble.items() if told[0] > oldest}
        if not self._trouble:
            span = self._ticks() - self._since
            log.info("the store answers again after %.1f s", span, extra={"event": "store_back"})


def _name(fn: Callable[..., object]) -> str:
    """Return the name of a function, also of one with arguments bound to it."""
    return str(getattr(getattr(fn, "func", fn), "__name__", "question"))
