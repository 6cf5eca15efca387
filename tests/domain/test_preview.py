"""What the preview promises is what happens, whatever the chain."""

from __future__ import annotations

from datetime import datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from console.domain import events as ev
from console.domain.actors import ENGINE
from console.domain.commands import Advance
from console.domain.decide import Accepted, NoChange
from console.domain.due import next_due
from console.domain.escalation import preview
from console.domain.incident import State
from console.domain.policy import Level
from console.domain.priority import Priority
from tests.domain.world import (
    World,
    alert,
    at,
    chain,
    minutes,
)

levels = st.lists(
    st.tuples(
        st.lists(st.sampled_from(["primary", "secondary", "asha", "dewi", "payments", "nobody"]), max_size=2),
        st.integers(0, 12),
    ),
    min_size=1,
    max_size=5,
)


@settings(deadline=None, max_examples=60)
@given(
    levels=levels,
    repeat=st.integers(-1, 2),
    priority=st.sampled_from(Priority),
    held=st.one_of(st.none(), st.integers(1, 40)),
    late=st.integers(0, 20),
)
def test_what_is_previewed_is_what_happens(
    levels: list[tuple[list[str], int]], repeat: int, priority: Priority, held: int | None, late: int
) -> None:
    steps = sorted(levels, key=lambda level: level[1])
    rules = chain(*(Level(tuple(who), minutes(after)) for who, after in steps), repeat=repeat)
    world = World(rules)
    muted = at("10:00") + minutes(held) if held else None
    world.open("10:00", alert(priority=priority, muted_until=muted))
    start = at("10:00") + minutes(late)
    promised = [
        (step.at, step.level, step.people)
        for step in preview(world.row(), rules, start, limit=8)
        if step.people
    ]
    now: datetime | None = start
    for _ in range(14):
        if now is None:
            break
        decision = world.advance(max(now, start))
        following = next_due(world.incident(), rules)
        assert isinstance(world.decide(world.now, Advance(), ENGINE), NoChange)  # once is enough
        if following is not None:
            assert following > world.now  # no spinning
        assert isinstance(decision, Accepted | NoChange)
        now = following
    happened = [
        (event.at, event.body.level, event.body.to)
        for event in world.logs["INC-1"]
        if isinstance(event.body, ev.Escalated)
    ]
    assert happened[: len(promised)] == promised
    assert world.incident().state is State.TRIGGERED
