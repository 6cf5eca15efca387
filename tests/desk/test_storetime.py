from __future__ import annotations

from datetime import UTC, datetime, timedelta

from console.desk.storetime import StoreTime, sample
from tests.fakes.store import FakeClock

TEN = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


class Ticks:
    def __init__(self) -> None:
        self.at = 500.0

    def __call__(self) -> float:
        return self.at


def answers(ticks: Ticks, trips: list[float], store_at: datetime) -> list[datetime]:
    """A store far away: each trip's seconds pass half before and half after it reads its clock."""
    began = ticks.at
    taken = iter(trips)

    def read() -> datetime:
        trip = next(taken)
        ticks.at += trip / 2
        at = store_at + timedelta(seconds=ticks.at - began)
        ticks.at += trip / 2
        return at

    best = sample(read, ticks, len(trips))
    return [best.server, store_at + timedelta(seconds=best.reading - began)]


def test_v19_a_skewed_laptop_counts_as_the_store_does() -> None:
    ticks = Ticks()
    laptop = FakeClock(TEN + timedelta(minutes=7))
    time = StoreTime(ticks, laptop)
    assert time.now() == TEN + timedelta(minutes=7)  # nothing better known yet
    time.set(sample(lambda: TEN, ticks, 1))
    assert time.now() == TEN
    ticks.at += 61.5
    laptop.advance(-3600)  # somebody sets the laptop's clock
    assert time.now() == TEN + timedelta(seconds=61, milliseconds=500)


def test_the_shortest_round_trip_is_believed() -> None:
    ticks = Ticks()
    believed, true = answers(ticks, [0.2, 0.05, 0.002, 0.4], TEN)
    assert abs(believed - true) <= timedelta(seconds=0.001)


def test_a_jump_is_noticed_and_network_noise_is_not() -> None:
    ticks = Ticks()
    time = StoreTime(ticks, FakeClock())
    assert not time.agrees(sample(lambda: TEN, ticks, 1))  # nothing to agree with
    time.set(sample(lambda: TEN, ticks, 1))
    ticks.at += 10
    at = TEN + timedelta(seconds=10)
    assert time.agrees(sample(lambda: at + timedelta(seconds=0.9), ticks, 1))
    assert not time.agrees(sample(lambda: at + timedelta(seconds=1.1), ticks, 1))  # we slept, or it was set
