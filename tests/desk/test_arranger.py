"""Team commands against a store: once, by whoever is first, and with an answer that is never a guess."""

from __future__ import annotations

from contextlib import ExitStack, closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from console.clock import Clock
from console.desk.arranger import Arranger
from console.desk.livepolicy import LivePolicy
from console.domain.policy import Policy
from console.domain.roster import Listed, Shift, duty
from console.domain.team import commands as cmd
from console.domain.team.facts import CoverMade, Fact
from console.domain.team.listing import CALENDAR, written
from console.errors import StoreError
from console.ports.desk import Asks, Nothing, NotSaved, Outcome, Refused, Saved, Unknown
from console.ports.store import IncidentStore
from console.ports.team import Kept
from console.store.sqlite.store import SqliteStore
from tests.engine.kits import ASHA, BUDI, policy
from tests.fakes.store import FakeClock, MemoryStore
from tests.fakes.troubled import Trouble, TroubledStore
from tests.store.made import report
from tests.store.racing import race

HOUR = timedelta(hours=1)
TAKE = cmd.TakePager("payments", "primary", HOUR)
RULES = policy()


def arranger(store: IncidentStore, rules: Policy = RULES) -> Arranger:
    return Arranger(store, LivePolicy(store, lambda: rules))


def text(outcome: Outcome, kind: type[Outcome]) -> str:
    assert isinstance(outcome, kind), outcome
    assert not isinstance(outcome, Asks)
    return outcome.text


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


def test_what_is_saved_is_in_the_log_and_in_the_rules(clock: Clock) -> None:
    store = MemoryStore(clock)
    live = LivePolicy(store, lambda: RULES)
    outcome = Arranger(store, live).arrange(TAKE, BUDI, "op-1")
    assert text(outcome, Saved).startswith("you took primary of payments from Asha until ")
    (fact,) = store.facts()
    assert (fact.actor, fact.op, fact.at) == (BUDI, "op-1", clock.now())
    assert isinstance(fact.body, CoverMade)
    assert duty(live.fresh().roster, "payments", "primary", clock.now()).person == "budi"


def test_a_refusal_and_what_is_so_already_write_nothing(clock: Clock) -> None:
    store = MemoryStore(clock)
    assert "you hold" in text(arranger(store).arrange(TAKE, ASHA, "op-1"), Nothing)
    wrong = replace(TAKE, role="primry")
    assert "did you mean" in text(arranger(store).arrange(wrong, ASHA, "op-2"), Refused)
    assert store.facts() == ()


def test_an_op_is_carried_out_once_and_answered_alike(clock: FakeClock) -> None:
    store = MemoryStore(clock)
    first = arranger(store).arrange(TAKE, BUDI, "op-1")
    clock.advance(60)
    assert arranger(store).arrange(TAKE, BUDI, "op-1") == first
    assert arranger(store).outcome_of(TAKE, "op-1") == first
    assert isinstance(arranger(store).outcome_of(TAKE, "op-9"), NotSaved)
    assert len(store.facts()) == 1


class Overtaken(MemoryStore):
    """Somebody else writes first, as often as there are ``others``."""

    def __init__(self, clock: Clock, *others: Fact) -> None:
        super().__init__(clock)
        self.others = list(others)

    def add_facts(self, facts: object, expected: int, lease: object = None) -> int:
        if self.others:
            super().add_facts([self.others.pop(0)], len(self.shelf.facts))
        return super().add_facts(facts, expected, lease)  # type: ignore[arg-type]


def test_who_comes_second_is_decided_anew(clock: Clock) -> None:
    now = clock.now()
    theirs = CoverMade("C1", "payments", "secondary", "dewi", now + HOUR, now + 2 * HOUR)
    store = Overtaken(clock, Fact(1, now, ASHA, theirs))
    told = text(arranger(store).arrange(TAKE, BUDI, "op-1"), Saved)
    assert "(C2)" in told, "the id that was free at first is taken by now"
    assert len(store.facts()) == 2


def test_of_two_takers_at_once_one_wins_and_the_other_is_told(tmp_path: Path) -> None:
    clock = FakeClock()
    with ExitStack() as stack:
        stores = [
            stack.enter_context(closing(SqliteStore(tmp_path / "store.db", clock, busy_timeout=20.0)))
            for _ in range(2)
        ]
        rules = policy()
        takers = [replace(BUDI, name=name) for name in ("budi", "dewi")]
        told = race(2, lambda i: arranger(stores[i], rules).arrange(TAKE, takers[i], f"op-{i}"))
        won = [outcome for outcome in told if isinstance(outcome, Saved)]
        lost = [outcome for outcome in told if isinstance(outcome, Refused)]
        assert (len(won), len(lost)) == (1, 1)
        winner = takers[told.index(won[0])].name
        assert f"{winner.title()} took primary of payments 0s ago" in lost[0].text
        (fact,) = stores[0].facts()
        assert isinstance(fact.body, CoverMade)
        assert fact.body.person == winner


def test_after_a_restart_all_is_as_it_was(tmp_path: Path) -> None:
    clock = FakeClock()
    with closing(SqliteStore(tmp_path / "store.db", clock)) as store:
        arranger(store).arrange(TAKE, BUDI, "op-1")
        before = LivePolicy(store, lambda: RULES)
        before.refresh()
    with closing(SqliteStore(tmp_path / "store.db", clock)) as store:
        after = LivePolicy(store, lambda: RULES)
        assert duty(after.fresh().roster, "payments", "primary", clock.now()).person == "budi"
        assert after.team == before.team


# trouble


@pytest.mark.parametrize(
    ("trouble", "kind"),
    [
        (Trouble.DOWN, NotSaved),
        (Trouble.REFUSES, NotSaved),
        (Trouble.CUT_BEFORE, Unknown),
        (Trouble.CUT_AFTER, Unknown),
    ],
)
def test_trouble_is_told_and_never_guessed(trouble: Trouble, kind: type[Outcome]) -> None:
    store = TroubledStore()
    it = arranger(store)
    store.have(trouble)
    outcome = it.arrange(TAKE, BUDI, "op-1")
    assert isinstance(outcome, kind), outcome
    store.mend()
    assert isinstance(it.outcome_of(TAKE, "op-1"), Saved if trouble is Trouble.CUT_AFTER else NotSaved)


def test_nothing_is_written_once_nobody_waits() -> None:
    store = MemoryStore()
    outcome = arranger(store).arrange(TAKE, BUDI, "op-1", may_write=lambda: False)
    assert "too late" in text(outcome, NotSaved)
    assert store.facts() == ()


def test_others_who_write_without_end_are_an_answer_too(clock: Clock) -> None:
    now = clock.now()
    other = CoverMade("C1", "payments", "secondary", "dewi", now, now + HOUR)
    store = Overtaken(clock, *[Fact(1, now, ASHA, replace(other, id=f"C{n}")) for n in range(1, 20)])
    assert "try again" in text(arranger(store).arrange(TAKE, BUDI, "op-1"), NotSaved)


# the live policy


class Counted(MemoryStore):
    """Counts what is asked about the team."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def team_mark(self) -> tuple[int, int]:
        self.asked.append("mark")
        return super().team_mark()

    def facts(self, after: int = 0) -> tuple[Fact, ...]:
        self.asked.append(f"facts {after}")
        return super().facts(after)

    def kept(self, prefix: str = "") -> tuple[Kept, ...]:
        self.asked.append("kept")
        return super().kept(prefix)


def keep(store: MemoryStore, value: str, name: str = f"{CALENDAR}vendor") -> None:
    lease = store.acquire(report(), 30)
    assert lease is not None
    store.keep(name, value, lease)


def test_a_log_that_has_not_changed_costs_one_number_and_no_new_policy() -> None:
    store = Counted()
    live = LivePolicy(store, lambda: RULES)
    assert live.refresh() is False
    assert live() is RULES
    arranger(store).arrange(TAKE, BUDI, "")
    store.asked.clear()
    assert live.refresh() is True
    assert store.asked == ["mark", "facts 0"]
    known = live()
    store.asked.clear()
    for _ in range(3):
        assert live.refresh() is False
    assert live() is known
    assert store.asked == ["mark"] * 3
    keep(store, "[]")
    store.asked.clear()
    assert live.refresh() is True
    assert not any(asked.startswith("facts") for asked in store.asked), "the log is not read again for it"


def test_a_new_config_is_taken_up_at_once() -> None:
    store = MemoryStore()
    configs = [RULES]
    live = LivePolicy(store, lambda: configs[-1])
    arranger(store).arrange(TAKE, BUDI, "")
    before = live.fresh()
    configs.append(policy(teams=("payments", "search")))
    assert live().teams == ("payments", "search")
    assert live().roster.overrides == before.roster.overrides


def test_shifts_of_a_calendar_count_and_one_that_is_damaged_is_left_out(
    caplog: pytest.LogCaptureFixture,
) -> None:
    store = MemoryStore()
    now = store.now()
    listed = Listed("ops", "primary", "vendor", (Shift("ops", "primary", "dewi", now, now + HOUR),))
    keep(store, written([listed]))
    keep(store, "{", f"{CALENDAR}broken")
    keep(store, "17", "something/else")
    live = LivePolicy(store, lambda: RULES)
    assert duty(live.fresh().roster, "ops", "primary", now).person == "dewi"
    assert [record.message for record in caplog.records if "cannot be read" in record.message] == [
        record.message for record in caplog.records if "calendar/broken" in record.message
    ]
    assert "calendar/broken" in caplog.text


def test_who_only_looks_goes_on_with_what_is_known() -> None:
    store = MemoryStore()
    arranger(store).arrange(TAKE, BUDI, "")
    live = LivePolicy(store, lambda: RULES)
    live.look()
    known = live()
    store.down = StoreError("an older store")
    live.look()
    assert live() is known
    with pytest.raises(StoreError):
        live.fresh()
    assert live.loaded() is known
