"""What every part of an engine works with."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, TypeVar

from console.desk.executor import Executor
from console.domain.policy import Policy
from console.engine.news import News
from console.engine.settings import Settings
from console.engine.tally import Tally
from console.ports.store import IncidentStore

Result = TypeVar("Result")


class Runner(Protocol):
    """Runs store functions whole, off the loop (``desk.worker.StoreWorker``)."""

    async def run(self, fn: Callable[..., Result], *args: Any, deadline: float = ...) -> Result:
        """Return what ``fn(*args)`` returns; raises ``StoreError`` after ``deadline`` seconds."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Kit:
    """``now`` is the store's time by local reckoning, ``ticks`` seconds that never jump.

    ``policy_of`` gives the rules with the team's plans in them as they were last read; ``read_plans`` reads what
    is new of them, in the store's thread, and returns whether anything was.
    """

    store: IncidentStore
    worker: Runner
    executor: Executor
    policy_of: Callable[[], Policy]
    settings: Settings
    now: Callable[[], datetime]
    ticks: Callable[[], float]
    rng: random.Random
    news: News = field(default_factory=News)
    tally: Tally = field(default_factory=Tally)
    read_plans: Callable[[], bool] = lambda: False
