"""Who was first: the thread that begins to write, or the person who stopped waiting for it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial

from console.desk.worker import StoreWorker, UnansweredError
from console.errors import StoreError
from console.ports.desk import NotSaved, Outcome, Unknown


class Attempt:
    """One try at saving something. Either it begins to write or it is given up, never both."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._begun = False
        self._given_up = False

    def begin(self) -> bool:
        """Return whether writing may begin: not any more once the attempt was given up."""
        with self._lock:
            self._begun = not self._given_up
            return self._begun

    def give_up(self) -> bool:
        """Return whether that came in time, so that definitely nothing is written."""
        with self._lock:
            self._given_up = not self._begun
            return self._given_up


async def saved_within(
    seconds: float, worker: StoreWorker, call: Callable[..., Outcome], incident: str, op: str
) -> tuple[Outcome, Future[Outcome] | None]:
    """Return how saving ended within that time, and the call that has not ended yet.

    ``call`` takes ``may_write``, to be asked just before it writes. ``NotSaved`` is certain: it never came
    to writing, or the store says so.
    """
    attempt = Attempt()
    job: Future[Outcome] | None = None
    try:
        job = worker.submit(partial(call, may_write=attempt.begin))
        return await worker.wait(job, seconds), None
    except UnansweredError as error:
        if attempt.give_up():
            return NotSaved(incident, str(error)), None
        return Unknown(incident, op, f"{error.message}: asking again whether it was saved"), job
    except StoreError as error:  # taken back before it began, or closed
        return NotSaved(incident, str(error)), None
    except asyncio.CancelledError:
        attempt.give_up()  # nobody is there to be told of what would be written later
        raise
