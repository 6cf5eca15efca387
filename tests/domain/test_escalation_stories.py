"""Whatever people do and however time passes: no level twice, what is previewed happens, what is held back is not paged."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from console.domain import events as ev
from console.domain.actors import ENGINE, Actor
from console.domain.commands import Ack, Advance, Command, Escalate, SetPriority, Snooze, Unack
from console.domain.decide import Accepted, NoChange
from console.domain.due import next_due
from console.domain.escalation import preview, standstill
from console.domain.everyone import again
from console.domain.holds import maintenance
from console.domain.policy import Chain, Level, Policy
from console.domain.priority import Priority
from console.domain.team.state import Maintenance
from tests.domain.world import ASHA, BUDI, P1, World, alert, at, minutes, policy

CHAINS = (
    Chain(
        "payments",
        (
            Level(("primary", "secondary"), minutes(0), everyone=True, again=minutes(3), most=2),
            Level(("nobody",), minutes(5), channels=("team",)),
            Level((), minutes(8), channels=("team",)),
            Level(("dewi",), minutes(12)),
        ),
        repeat=1,
    ),
    Chain("payments", (Level(("dewi",), minutes(1)), Level(("rina",), minutes(4))), -1, frozenset({P1})),
)

works = st.lists(
    st.builds(
        lambda start, length: Maintenance(
            at("10:00") + minutes(start), at("10:00") + minutes(start + length), services=("payments",)
        ),
        st.integers(-20, 60),
        st.integers(1, 40),
    ),
    max_size=2,
).map(tuple)
commands: st.SearchStrategy[Command | tuple[Maintenance, ...]] = st.one_of(
    st.sampled_from(
        [Ack(take=True), Ack(take=True), Unack(), Escalate(), Escalate(level=0), Escalate(person="rina")]
    ),
    st.builds(SetPriority, st.sampled_from(Priority)),
    st.builds(Snooze, st.integers(1, 90).map(lambda n: at("10:00") + minutes(n))),
    works,
)
waits = st.sampled_from([0, 1, 2, 3, 5, 8, 30, 700]).map(minutes)
actors = st.sampled_from([ASHA, BUDI])

NEW_RUN = (ev.SeverityRaised, ev.Unacked, ev.Woke, ev.Reopened, ev.PrioritySet)


@settings(deadline=None, max_examples=70)
@given(
    story=st.lists(st.tuples(waits, commands, actors), max_size=8),
    planned=works,
    first=st.sampled_from(Priority),
)
def test_pages_are_made_once_and_never_where_they_are_held_back(
    story: list[tuple[timedelta, Command | tuple[Maintenance, ...], Actor]],
    planned: tuple[Maintenance, ...],
    first: Priority,
) -> None:
    world = World(policy(chains=CHAINS, maintenance=planned))
    world.open("10:00", alert(priority=first))
    _pass_time(world, world.now)
    for wait, step, actor in story:
        _pass_time(world, world.now + wait)
        if isinstance(step, tuple):
            world.policy = replace(world.policy, maintenance=step)
        else:
            decision = world.decide(world.now, step, actor, op=f"op{world.incident().n}")
            if isinstance(decision, Accepted):
                world.write(decision, actor, op=f"op{world.incident().n}")
        _pass_time(world, world.now)
    _once_in_a_round(world)


def _pass_time(world: World, end: datetime) -> None:
    """Let an engine work that is never late, up to an instant; whatever it pages was previewed and not held back."""
    for _ in range(60):
        before, now = world.row(), world.now
        stands, held = standstill(before, world.policy), maintenance(before, world.policy, now)
        promised = preview(before, world.policy, now, limit=1)
        chased = again(before, world.policy, now)
        n = len(world.logs["INC-1"])
        world.advance(now)
        fresh = [event.body for event in world.logs["INC-1"][n:]]
        pages = [body for body in fresh if isinstance(body, ev.Escalated)]
        repages = [body for body in fresh if isinstance(body, ev.Repaged)]
        if held:
            assert not pages
            assert not repages
        woken = any(isinstance(body, ev.Woke | ev.Unacked) for body in fresh)
        if stands and not woken:
            assert not pages
        if pages and not woken:
            assert (promised[0].at <= now, promised[0].level, promised[0].people, promised[0].channels) == (
                True,
                pages[0].level,
                pages[0].to,
                pages[0].channels,
            )
        if repages and not woken and not pages:
            assert chased is not None
            assert (chased.people, chased.time) == (repages[0].to, repages[0].time)
        assert isinstance(world.decide(now, Advance(), ENGINE), NoChange)
        due = next_due(world.incident(), world.policy, now)
        assert due is None or due > now  # no spinning
        if due is None or due > end:
            break
        world.now = due
    world.now = end
    world.advance(end)


def _once_in_a_round(world: World) -> None:
    """Assert that no level was paged twice within one round, and nobody again more often than the level says."""
    seen: set[tuple[str, int, int]] = set()
    times = 0
    for event in world.logs["INC-1"]:
        body = event.body
        if isinstance(body, NEW_RUN) or (isinstance(body, ev.Escalated) and not body.auto):
            seen.clear()
        if isinstance(body, ev.Escalated):
            times = 0
        elif isinstance(body, ev.Repaged):
            times += 1
            assert body.time == times <= 2
        if isinstance(body, ev.Escalated) and body.auto:
            assert (body.chain, body.round, body.level) not in seen
            seen.add((body.chain, body.round, body.level))


@settings(deadline=None, max_examples=40)
@given(planned=works, priority=st.sampled_from(Priority), opened_at=st.integers(0, 23))
def test_if_nobody_acts_all_of_the_preview_comes_true(
    planned: tuple[Maintenance, ...], priority: Priority, opened_at: int
) -> None:
    rules: Policy = policy(chains=(replace(CHAINS[0], repeat=0),), maintenance=planned)
    world = World(rules)
    start = at(f"{opened_at:02}:00")
    world.open(start, alert(priority=priority))
    promised = [
        (one.at, one.level, one.people, one.channels)
        for one in preview(world.row(), rules, start, limit=9)
        if one.tells
    ]
    _pass_time(world, start + timedelta(days=2))
    happened = [
        (event.at, event.body.level, event.body.to, event.body.channels)
        for event in world.logs["INC-1"]
        if isinstance(event.body, ev.Escalated)
    ]
    assert happened == promised
