"""Random histories of one incident, through the rules; and an incident with something of everything."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import strategies as st

from console.domain.actors import Actor
from console.domain.aftermath import Ticket
from console.domain.alert import Link
from console.domain.change import Change, ChangeKind
from console.domain.changes.correlated import correlate
from console.domain.commands import (
    Absorb,
    Ack,
    Command,
    MergeInto,
    Mitigate,
    Note,
    ObserveAlerts,
    PauseClock,
    Reopen,
    Resolve,
    ResumeClock,
    SetAction,
    SetPriority,
    Snooze,
    Unack,
    Undo,
    WriteSection,
)
from console.domain.decide import Accepted
from console.domain.priority import Priority
from console.domain.records import replace
from console.domain.review.document import ReviewDocument, ReviewInputs, build
from console.domain.similar import Memory, Past
from console.domain.vocabulary import ActionKind, PauseReason
from tests.domain.world import ASHA, BOT, BUDI, PROD, World, alert, at

COMMANDS: st.SearchStrategy[tuple[Command, Actor]] = st.one_of(
    st.tuples(
        st.one_of(
            st.builds(Ack, take=st.just(True), made_at=st.sampled_from([None, None, at("10:03")])),
            st.builds(SetPriority, st.sampled_from(Priority)),
            st.builds(PauseClock, st.sampled_from(PauseReason)),
            st.sampled_from(
                [
                    Resolve(despite_firing=True),
                    Reopen(),
                    ResumeClock(),
                    Mitigate(),
                    Unack(),
                    Undo(),
                    Note("seen"),
                    Snooze(at("10:30")),
                    Absorb("INC-8", at("09:40")),
                    Absorb("INC-9", at("10:02")),
                    MergeInto("INC-7"),
                ]
            ),
        ),
        st.sampled_from([ASHA, BUDI, BOT]),
    ),
    st.tuples(
        st.builds(
            ObserveAlerts,
            st.lists(st.builds(alert, st.sampled_from("ab"), st.sampled_from(Priority)), max_size=2).map(
                tuple
            ),
        ),
        st.just(PROD),
    ),
)
WAITS = st.sampled_from([0, 1, 2_000, 61_000, 300_000, 4_000_000])  # milliseconds
HISTORIES = st.lists(st.tuples(WAITS, COMMANDS), max_size=16)


def played(first: Priority, history: list[tuple[int, tuple[Command, Actor]]]) -> World:
    """Return a world in which all of it was tried; what the rules refuse has not happened."""
    world = World()
    world.open("10:00", alert(priority=first))
    for number, (wait, (command, actor)) in enumerate(history):
        now = world.now + timedelta(milliseconds=wait)
        decision = world.decide(now, command, actor, op=f"op{number}")
        if isinstance(decision, Accepted):
            world.write(decision, actor, op=f"op{number}")
    return world


def document(
    world: World, *, changes: tuple[Change, ...] = (), memory: Memory | None = None
) -> ReviewDocument:
    """Return the review of INC-1 as it stands."""
    incident = world.incident()
    near = correlate(incident, changes, world.policy, world.now)
    return build(ReviewInputs(incident, tuple(world.logs["INC-1"]), world.policy, world.now, near, memory))


def everything(nasty: str = "", *, sections: bool = True) -> ReviewDocument:
    """Return a review with something in every part; ``nasty`` is in each text that comes from outside."""
    world = World()
    world.open(
        "10:00",
        alert(
            "a" + nasty,
            Priority.P1,
            name="Unwell" + nasty,
            links=(Link("board", "https://grafana.example/d/1"),),
        ),
        title="payments is unwell" + nasty,
        alert_name="Unwell" + nasty,
    )
    world.advance("10:00")
    world.ack("10:02")
    world.do("10:03", SetPriority(Priority.P1, "clients cannot pay" + nasty))
    world.do("10:05", Note("looked at the pool" + nasty))
    world.do("10:10", Mitigate("restarted" + nasty))
    world.do("10:40", Resolve("bigger pool" + nasty, "deploy" + nasty, despite_firing=True), BUDI)
    for name in ("impact", "factors", "well") if sections else ():
        world.do("11:00", WriteSection(name, f"first{nasty}\n\n- one{nasty}\n- two"))
    if sections:
        world.do(
            "11:01",
            SetAction(text="limit it" + nasty, owner="asha", kind=ActionKind.DETECT, due=at("17:00", 9)),
        )
    change = Change(
        "ci:1", at("09:57"), "payments", "v42" + nasty, ChangeKind.DEPLOY, "Dewi" + nasty, source="ci"
    )
    past = Past(
        "INC-0",
        "before",
        "payments",
        at("10:00", -9),
        cause="deploy" + nasty,
        resolution="rolled back" + nasty,
    )
    made = document(world, changes=(change,), memory=Memory(2, past))
    ticket = Ticket(
        "ops", "OPS-1" + nasty, "https://jira.example/OPS-1", "pool" + nasty, "", "open" + nasty, at("10:20")
    )
    return replace(made, tickets=(ticket,)) if sections else made
