"""What every incident store has to keep, whichever database it is.

A test module for a store inherits ``StoreContract`` and gives the fixture ``connect``; nothing
else. ``clock`` may be overridden where a store's time cannot be set: then ``advance`` has to
wait. Spans in the contract are therefore short.
"""

from __future__ import annotations

import pytest

from console.ports.store import IncidentStore
from tests.fakes.store import FakeClock
from tests.store.contract_append import AppendContract
from tests.store.contract_consoles import ConsolesContract
from tests.store.contract_engine import EngineContract
from tests.store.contract_measures import MeasuresContract
from tests.store.contract_notify import NotifyContract
from tests.store.contract_reading import ReadingContract
from tests.store.contract_team import TeamContract
from tests.store.made import T0
from tests.store.seams import AdjustableClock, Connect


class StoreContract(
    AppendContract,
    ReadingContract,
    EngineContract,
    ConsolesContract,
    TeamContract,
    NotifyContract,
    MeasuresContract,
):
    """All promises of ``console.ports.store.IncidentStore``."""

    @pytest.fixture
    def clock(self) -> AdjustableClock:
        return FakeClock(T0)

    @pytest.fixture
    def connect(self, clock: AdjustableClock) -> Connect:
        """Return a function that opens one more connection to the same, at first empty, store."""
        raise NotImplementedError

    @pytest.fixture
    def store(self, connect: Connect) -> IncidentStore:
        return connect()

    @pytest.fixture
    def second(self, connect: Connect, store: IncidentStore) -> IncidentStore:
        return connect()
