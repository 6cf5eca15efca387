"""Numbers worked out by hand over random histories are those of the tables, the report and the SQL views."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from random import Random
from statistics import mean
from zoneinfo import ZoneInfo

import pytest

from console.desk.executor import Executor
from console.desk.measuring import catch_up, read_report
from console.domain.actors import ENGINE, Actor
from console.domain.commands import (
    Ack,
    Advance,
    Command,
    MarkNoise,
    MergeInto,
    ObserveAlerts,
    Open,
    PauseClock,
    Reopen,
    Resolve,
    ResumeClock,
    SetPriority,
    Undo,
)
from console.domain.policy import Policy
from console.domain.priority import Priority
from console.domain.reports.report import Report, Scope
from console.domain.reports.rules import ReportRules
from console.domain.roster import Roster
from console.domain.vocabulary import PauseReason
from console.ports.desk import Saved
from console.ports.store import IncidentStore
from console.store.migrate import migrate
from console.store.moving import copy
from console.store.schema import POSTGRES, SQLITE
from console.store.sqlite.store import SqliteStore
from tests.engine.kits import policy, rotation
from tests.fakes.sources import alert
from tests.fakes.store import FakeClock
from tests.store.places import KINDS, NewStore, Store, new_store

__all__ = ["new_store"]

ZONE = ZoneInfo("Europe/Berlin")
BEGIN = datetime(2026, 3, 9, 22, 30, tzinfo=UTC)  # the clocks change three weeks later
WEEKS = 8
INCIDENTS = 24
RULES = policy(
    roster=Roster((replace(rotation("primary", "asha"), timezone=ZONE), rotation("secondary", "budi"))),
    reports=ReportRules(tech_ops=frozenset({"deploy"})),
)


@dataclass
class Hand:
    """What one incident comes to, added up while its history is made up; spans in seconds."""

    id: str
    rule: str
    reported: datetime
    pages: int = 0
    night: int = 0
    tta: float | None = None
    first: float | None = None
    total: float | None = None
    cleared: bool = False
    noise: bool = False
    merged: bool = False
    cause: str = ""

    @property
    def strict(self) -> float | None:
        return self.tta if self.tta is not None else self.first


class Shift:
    """Plays histories against a store and keeps the sums by hand."""

    def __init__(self, store: IncidentStore, clock: FakeClock, seed: int) -> None:
        self.clock, self.random, self.hands = clock, Random(seed), list[Hand]()  # noqa: S311 - nothing is secret
        self._ops = count()
        self._executor = Executor(store, lambda: RULES)

    def play(self, incidents: int) -> list[Hand]:
        """Play so many histories, one after the other."""
        for number in range(len(self.hands), len(self.hands) + incidents):
            self.clock.advance(self.random.randint(3600, 100_000) + self.random.random())
            self._history(number)
        return self.hands

    def _history(self, number: int) -> None:
        rule = self.random.choice(["Slow", "Down", "Full"])
        name = f"{rule}-{number}"
        opened = Open(name, "payments", key=name, alert_name=rule, alerts=(alert(name),))
        hand = Hand(self._do("", opened, ENGINE), rule, self.clock.now())
        self.hands.append(hand)
        self._answer(hand, name)
        if hand.total is not None:
            return
        if self.random.random() < 0.15 and len(self.hands) > 1:
            self._merge(hand)
        elif self.random.random() < 0.9:
            self._end(hand)

    def _answer(self, hand: Hand, name: str) -> None:
        waited = 0.0
        for due in (0.0, 300.0, 600.0):
            self.clock.advance(due - waited)
            waited = due
            self._do(hand.id, Advance(), ENGINE)
            hand.pages += 1
            hand.night += not 7 <= self.clock.now().astimezone(ZONE).hour < 22
            if due < 600 and self.random.random() < 0.5:
                break
        if self.random.random() < 0.2:
            waited += self._wait(1, 100)
            self._do(hand.id, ObserveAlerts(cleared=(alert(name).ref,)), ENGINE)
            hand.cleared = True
        if self.random.random() < 0.2:
            return
        waited += self._wait(1, 150)
        self._do(hand.id, Ack(take=True))
        if hand.cleared:
            hand.first = hand.total = waited  # that closes it
        elif self.random.random() < 0.2:  # by mistake: it does not count
            waited += self._wait(1, 3)
            self._do(hand.id, Undo())
            waited += self._wait(1, 20)
            self._do(hand.id, Ack(take=True))
        hand.tta = waited

    def _end(self, hand: Hand) -> None:
        paused = 0.0
        if hand.tta is not None:
            self._do(hand.id, SetPriority(self.random.choice([Priority.P3, Priority.P4])))
            if self.random.random() < 0.4:
                self._wait(60, 4000)
                self._do(hand.id, PauseClock(PauseReason.SCHEDULED))
                paused = self._wait(60, 90_000)
                self._do(hand.id, ResumeClock())
        self._wait(60, 20_000)
        hand.cause = self.random.choice(["deploy", "vendor", ""])
        self._do(hand.id, Resolve(cause=hand.cause, despite_firing=True))
        hand.first = hand.total = (self.clock.now() - hand.reported).total_seconds() - paused
        if self.random.random() < 0.3:
            self._wait(60, 20_000)
            self._do(hand.id, Reopen())
            hand.total = None
            if self.random.random() < 0.8:
                again = self._wait(60, 20_000)
                self._do(hand.id, Resolve(cause=hand.cause, despite_firing=True))
                hand.total = hand.first + again
        if self.random.random() < 0.2:
            self._do(hand.id, MarkNoise("never again"))
            hand.noise = True

    def _merge(self, hand: Hand) -> None:
        parents = [one for one in self.hands[:-1] if one.first is None and not one.merged]
        if parents:
            self._do(hand.id, MergeInto(parents[-1].id))
            hand.merged, hand.pages, hand.night = True, 0, 0

    def _wait(self, least: int, most: int) -> float:
        seconds = self.random.randint(least * 1000, most * 1000) / 1000
        self.clock.advance(seconds)
        return seconds

    def _do(self, incident: str, command: Command, actor: Actor = Actor("asha")) -> str:  # noqa: B008 - a value
        outcome = self._executor.carry_out(incident, command, actor, f"op-{next(self._ops)}")
        assert isinstance(outcome, Saved), outcome
        return outcome.incident


def compare(found: Report, hands: list[Hand]) -> None:
    """Compare every number of every week with the sums by hand."""
    assert found.merged == sum(one.merged for one in hands)
    alone = [one for one in hands if not one.merged]
    assert found.total.metrics.incidents == len(alone)
    for week in found.weeks:
        some = [one for one in alone if week.week.start <= one.reported < week.week.end]
        if not some:
            assert week.numbers is None or week.numbers.metrics.incidents == 0
            continue
        assert week.numbers is not None
        of = week.numbers.metrics
        for stats, spans in (
            (of.tta, [one.tta for one in some]),
            (of.strict, [one.strict for one in some]),
            (of.ttr_first, [one.first for one in some]),
            (of.ttr_total, [one.total for one in some]),
        ):
            known = sorted(span for span in spans if span is not None)
            assert stats.n == len(known)
            if stats.mean is None or stats.p50 is None:
                assert not known
                continue
            assert stats.mean.total_seconds() == pytest.approx(mean(known), abs=0.002)
            assert stats.p50.total_seconds() == pytest.approx(known[(len(known) + 1) // 2 - 1], abs=0.002)
        assert of.auto_cleared == sum(one.cleared for one in some)
        assert week.numbers.noise == sum(one.noise for one in some)
        causes = [one.cause for one in some if one.cause]
        assert week.numbers.caused == len(causes)
        assert week.numbers.tech_ops == (causes.count("deploy") / len(causes) if causes else None)
        assert of.recurrence == mean(_recurs(one, alone) for one in some)
    assert found.total.metrics.pages == sum(one.pages for one in hands)
    assert found.total.metrics.night_pages == sum(one.night for one in hands)


def _recurs(one: Hand, every: list[Hand]) -> bool:
    month = timedelta(days=30)
    return any(
        other.rule == one.rule and timedelta() < one.reported - other.reported <= month for other in every
    )


def compare_views(store: Store, hands: list[Hand]) -> None:
    """Compare what the views answer with the sums by hand."""
    with store.database.read() as tx:
        rows = tx.all(
            "SELECT incident, merged, tta_seconds, ttr_first_seconds, ttr_seconds, auto_cleared, noise, measured"
            " FROM v_incidents"
        )
        weeks = tx.all("SELECT sum(incidents), sum(acked), sum(resolved), sum(noise) FROM v_weekly")
        mondays = tx.all("SELECT week FROM v_weekly")
        pages = tx.all("SELECT incident, night FROM v_pages")
    told = {row[0]: row[1:] for row in rows}
    assert set(told) == {one.id for one in hands}
    for one in hands:
        merged, tta, first, total, cleared, noise, measured = told[one.id]
        assert (bool(merged), bool(cleared), bool(noise)) == (one.merged, one.cleared, one.noise)
        assert measured
        if not one.merged:
            spans = [None if span is None else float(span) for span in (tta, first, total)]
            assert spans == [
                None if span is None else pytest.approx(span, abs=0.002)
                for span in (one.tta, one.first, one.total)
            ]
    alone = [one for one in hands if not one.merged]
    counts = (
        len(alone),
        sum(one.tta is not None for one in alone),
        sum(one.total is not None for one in alone),
        sum(one.noise for one in alone),
    )
    assert tuple(map(int, weeks[0])) == counts
    stamps = [datetime.fromisoformat(week) if isinstance(week, str) else week for (week,) in mondays]
    assert {(at.astimezone(UTC).weekday(), at.astimezone(UTC).hour) for at in stamps} == {(0, 0)}
    assert len(pages) == sum(one.pages for one in hands)
    assert sum(bool(night) for _, night in pages) == sum(one.night for one in hands)


def told(store: IncidentStore, rules: Policy = RULES) -> Report:
    """Return a report over the weeks of the histories, whenever the store is asked."""
    return read_report(store, rules, Scope(WEEKS + 3, until=BEGIN + timedelta(weeks=WEEKS)))


@pytest.mark.parametrize("seed", range(3))
def test_random_histories_come_to_what_they_do_by_hand(tmp_path: Path, seed: int) -> None:
    clock = FakeClock(BEGIN)
    with closing(SqliteStore(tmp_path / "oncall.db", clock)) as store:
        shift = Shift(store, clock, seed)
        hands = shift.play(INCIDENTS // 2)
        compare(told(store), hands)
        catch_up(store, RULES)  # as the engine does, in between
        hands = shift.play(INCIDENTS // 2)
        compare(told(store), hands)
        compare_views(store, hands)


@pytest.mark.parametrize("kind", KINDS)
def test_a_copied_store_says_the_same(new_store: NewStore, tmp_path: Path, kind: str) -> None:
    clock = FakeClock(BEGIN)
    with closing(SqliteStore(tmp_path / "old.db", clock)) as old:
        shift = Shift(old, clock, 7)
        shift.play(INCIDENTS // 2)
        catch_up(old, RULES)  # so that some have measures, and some have older ones
        hands = shift.play(INCIDENTS // 2)
        target = new_store(kind)
        copy(old.database, target.database)
        found = told(target)
        compare(found, hands)
        compare_views(target, hands)
        assert [one.numbers for one in told(old).weeks] == [one.numbers for one in found.weeks]


UNDO = """
DROP VIEW v_incidents; DROP VIEW v_pages; DROP VIEW v_weekly; DROP VIEW v_changes;
DROP TABLE measures; DROP TABLE pages;
DROP INDEX incidents_followed; ALTER TABLE incidents DROP COLUMN followed
"""
BEFORE = 7  # the last format without measures


@pytest.mark.parametrize("kind", KINDS)
def test_a_store_of_before_has_them_after_the_upgrade(new_store: NewStore, tmp_path: Path, kind: str) -> None:
    clock = FakeClock(BEGIN)
    with closing(SqliteStore(tmp_path / "old.db", clock)) as old:
        hands = Shift(old, clock, 11).play(INCIDENTS // 2)
        target = new_store(kind)
        copy(old.database, target.database)
    with target.database.write() as tx:
        tx.script(UNDO)
        tx.run("UPDATE meta SET value = ? WHERE name = 'version'", BEFORE)
    migrate(target.database.write, SQLITE if kind == "sqlite" else POSTGRES)
    compare(told(target), hands)
    compare_views(target, hands)
