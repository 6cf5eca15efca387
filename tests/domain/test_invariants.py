"""Whatever people, bots, sources and time do in whatever order, an incident stays sound."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from console.domain import events as ev
from console.domain.actors import ENGINE, Actor
from console.domain.alert import Alert, AlertRef
from console.domain.commands import (
    Absorb,
    Ack,
    Advance,
    AnswerNudge,
    Assign,
    Close,
    Command,
    Escalate,
    MarkStep,
    MergeInto,
    Mitigate,
    Note,
    ObserveAlerts,
    PauseClock,
    PostUpdate,
    Reopen,
    Resolve,
    ResumeClock,
    SetPriority,
    Snooze,
    Unack,
    Undo,
    Wake,
)
from console.domain.decide import Accepted, AskFirst, NoChange, Rejected
from console.domain.due import next_due
from console.domain.escalation import page_due, preview, standstill
from console.domain.fold import fold
from console.domain.incident import Epoch, Incident, State
from console.domain.priority import Priority
from console.domain.sla import ack_clock, ack_outcome, comms_clock, pressing, resolve_clock
from console.domain.summary import summarise
from console.domain.vocabulary import PauseReason, StepState
from tests.abilities import silencing
from tests.domain.world import ASHA, BOT, BUDI, PROD, RINA, World, alert, at, chain, policy

priorities = st.sampled_from(Priority)
alerts = st.builds(
    alert, st.sampled_from("abc"), priorities, muted_until=st.sampled_from([None, None, at("10:30")])
)
refs = st.builds(AlertRef, st.just("prod"), st.sampled_from("abc"))
moments = st.integers(0, 240).map(lambda n: at("10:00") + timedelta(minutes=n))

by_people = st.one_of(
    st.builds(Ack, take=st.booleans(), made_at=st.one_of(st.none(), moments)),
    st.builds(Assign, st.sampled_from(["asha", "budi", "rina", "eko"])),
    st.builds(
        Escalate,
        level=st.sampled_from([None, 0, 2, 9]),
        person=st.sampled_from(["", "", "rina"]),
        seen_level=st.sampled_from([None, None, 0, 1]),
    ),
    st.builds(SetPriority, priorities),
    st.builds(Snooze, moments),
    st.builds(PauseClock, st.sampled_from(PauseReason)),
    st.builds(Note, st.sampled_from(["seen", "! seen", ""])),
    st.builds(MarkStep, st.integers(0, 2), st.sampled_from(StepState), st.just("look")),
    st.builds(Resolve, despite_firing=st.booleans()),
    st.builds(PostUpdate, st.just("told"), st.sampled_from([(), ("page",)])),
    st.builds(MergeInto, st.sampled_from(["INC-1", "INC-2"])),
    st.builds(Absorb, st.sampled_from(["INC-3", "INC-4"]), moments, st.lists(alerts, max_size=1).map(tuple)),
    st.sampled_from(
        [Unack(), Wake(), ResumeClock(), Mitigate(), Reopen(), Close(), AnswerNudge(), Undo(), Undo(), Ack()]
    ),
)
steps = st.one_of(
    st.tuples(by_people, st.sampled_from([ASHA, ASHA, BUDI, RINA, BOT])),
    st.tuples(
        st.builds(
            ObserveAlerts, st.lists(alerts, max_size=2).map(tuple), st.lists(refs, max_size=3).map(tuple)
        ),
        st.just(PROD),
    ),
)
waits = st.sampled_from([0, 1, 4_000, 61_000, 300_000, 1_200_000, 30_000_000])  # milliseconds

RESTARTS = (ev.SeverityRaised, ev.Unacked, ev.Woke, ev.Reopened, ev.Undone)


@settings(deadline=None, max_examples=80)
@given(
    story=st.lists(st.tuples(waits, steps), max_size=14),
    first=st.lists(alerts, max_size=2),
    repeat=st.integers(-1, 1),
    silences=st.booleans(),
)
def test_an_incident_stays_sound(
    story: list[tuple[int, tuple[Command, Actor]]],
    first: list[Alert],
    repeat: int,
    silences: bool,  # noqa: FBT001 - drawn
) -> None:
    rules = policy(
        abilities=silencing(*(("prod",) if silences else ())),
        chains=chain(*policy().chains[0].levels, repeat=repeat).chains,
    )
    world = World(rules)
    world.open("10:00", *first)
    _pass_time(world, world.now)
    for wait, (command, actor) in story:
        before = world.incident()
        now = world.now + timedelta(milliseconds=wait)
        decision = world.decide(now, command, actor, op=f"op{before.n}")
        if isinstance(decision, Accepted):
            assert decision.bodies
            world.write(decision, actor, op=f"op{before.n}")
        assert getattr(decision, "text", getattr(decision, "question", ""))
        assert isinstance(decision, Accepted | NoChange | Rejected | AskFirst)
        undone = isinstance(command, Undo)
        _check(world, before, undone=undone)
        _pass_time(world, now)
        _check(world, before, undone=undone)
    _check_log(world)


def _pass_time(world: World, now: datetime) -> None:
    """Let what is due happen; asked again at once, nothing more does, and what comes lies ahead."""
    world.advance(now)
    assert isinstance(world.decide(now, Advance(), ENGINE), NoChange)
    due = next_due(world.incident(), world.policy, now)
    assert due is None or due > now


def _check(world: World, before: Incident, *, undone: bool) -> None:
    incident = world.incident()
    row = summarise(incident)
    if incident.is_open:
        assert bool(incident.owner) == incident.is_acked == (incident.acked_at is not None)
        assert (incident.state is State.CLEARED_UNACKED) <= (incident.firing == 0)
    else:
        assert incident.snoozed_until is None
        assert incident.merged_into or incident.state in {State.RESOLVED, State.CLOSED}
        assert all(pause.until is not None for pause in incident.pauses)
    assert sum(pause.until is None for pause in incident.pauses) <= 1
    _check_epochs(incident.epochs, over=incident.state in {State.RESOLVED, State.CLOSED})
    if not undone:
        for was, now in zip(before.epochs, incident.epochs, strict=False):
            assert was.first_human_ack in {None, now.first_human_ack}  # an ack stays measured
            assert was.started_at == now.started_at
    for clock in (ack_clock(row, world.policy), resolve_clock(row, world.policy)):
        assert clock.started_at <= clock.deadline
    assert ack_outcome(row, world.policy)
    assert pressing(row, world.policy).clock.span > timedelta(0)
    assert (comms_clock(row, world.policy) is None) <= (row.public_from is None)
    planned = preview(row, world.policy, world.now)
    assert bool(planned) != bool(standstill(row, world.policy))
    assert standstill(row, world.policy) == standstill(incident, world.policy)
    assert page_due(row, world.policy) == page_due(incident, world.policy)


def _check_epochs(epochs: tuple[Epoch, ...], *, over: bool) -> None:
    for earlier, later in pairwise(epochs):
        assert earlier.resolved_at is not None
        assert earlier.resolved_at <= later.started_at
    assert (epochs[-1].resolved_at is not None) == over


def _check_log(world: World) -> None:
    log = world.logs["INC-1"]
    assert [event.n for event in log] == list(range(1, len(log) + 1))
    assert fold(log).n == len(log)
    asked = [event.body.effect for event in log if isinstance(event.body, ev.EffectAsked)]
    assert len(asked) == len(set(asked))
    paged: set[tuple[int, int]] = set()
    for event in log:
        by_hand = isinstance(event.body, ev.Escalated) and not event.body.auto
        if by_hand or isinstance(event.body, RESTARTS):
            paged.clear()
        elif isinstance(event.body, ev.Escalated):
            assert (event.body.round, event.body.level) not in paged  # no level is paged twice (S12)
            paged.add((event.body.round, event.body.level))
