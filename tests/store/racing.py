"""Several threads at the same thing at the same moment."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

from console.errors import OncallError
from tests.waiting import PATIENCE

T = TypeVar("T")


def race(count: int, task: Callable[[int], T]) -> list[T | OncallError]:
    """Run ``task(0)`` … ``task(count - 1)`` at once; return each result, or the product's error it met.

    Any other exception is raised here.
    """
    start = threading.Barrier(count)
    results: list[T | OncallError | None] = [None] * count
    failures: list[BaseException] = []

    def run(number: int) -> None:
        try:
            start.wait(PATIENCE)
            results[number] = task(number)
        except OncallError as error:
            results[number] = error
        except BaseException as error:  # noqa: BLE001 - handed to the test below
            failures.append(error)

    threads = [threading.Thread(target=run, args=(number,), daemon=True) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
        assert not thread.is_alive(), "a racer is stuck"
    if failures:
        raise failures[0]
    return [result for result in results if result is not None]
