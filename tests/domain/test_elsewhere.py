"""What is done where an incident is kept counts here, with its own time and actor."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from console.domain import events as ev
from console.domain.actors import ENGINE, Actor, ActorKind
from console.domain.alert import Alert, AlertRef, Ended, Ending, Poll, Upstream, Who
from console.domain.commands import (
    Ack,
    Advance,
    Assign,
    Escalate,
    Note,
    ObserveAlerts,
    Reopen,
    Resolve,
    SettleEffect,
    Snooze,
    Unack,
    Undo,
    Wake,
)
from console.domain.decide import Accepted, AskFirst, Context, NoChange, decide
from console.domain.elsewhere import actor_of
from console.domain.grouping import group_key
from console.domain.incident import State
from console.domain.metrics import measure
from console.domain.people import Person
from console.domain.policy import Grouping
from console.domain.priority import Priority
from console.domain.reconcile import reconcile
from console.domain.vocabulary import EffectKind, EffectState, ReporterKind
from tests.abilities import keeping
from tests.domain.world import World, at, policy

PD = Actor("pd", ActorKind.SOURCE)
BUDI_THERE = Who("PB1", "Budi Santoso", "Budi@shop.example")
PEOPLE = {
    "asha": Person("asha", "Asha", (("email", "asha@shop.example"),)),
    "budi": Person("budi", "Budi", (("phone", "1"), ("email", "budi@shop.example"))),
}


def kept(fingerprint: str = "Q1", **there: Any) -> Alert:
    """Return an incident as PagerDuty lists it; ``there`` says how it stands."""
    upstream = Upstream(**{"reference": "#7", "reported_at": at("09:58"), **there})
    return Alert(
        AlertRef("pd", fingerprint), "Disk full", "Disk full", "payments", Priority.P2, upstream=upstream
    )


class Shift(World):
    """A world in which the engine polls a product that keeps incidents."""

    def __init__(self) -> None:
        super().__init__(policy(abilities=keeping("pd"), people=PEOPLE))

    def poll(self, when: str, *alerts: Alert, ended: tuple[Ended, ...] = (), complete: bool = True) -> None:
        """Do what the engine does with a poll."""
        self.now = at(when)
        plan = reconcile(Poll("pd", alerts, complete, (), ended), self.book(), self.policy, self.now)
        orders: list[tuple[str, list[tuple[Any, Actor]]]] = []
        for opening in plan.opens:
            name = f"INC-{len(self.logs) + 1 + len(orders)}"
            orders.append((name, [(opening, PD), *plan.told.get(opening.key, ()), (Advance(), ENGINE)]))
        for name, reopening, observed in plan.reopens:
            orders.append((name, [(reopening, PD), (observed, PD), *plan.told.get(name, ())]))
        for name, observed in plan.observe:
            orders.append((name, [(observed, PD), *plan.told.get(name, ())]))
        for name, commands in orders:
            for command, actor in commands:
                decision = self.decide(self.now, command, actor, name=name)
                if isinstance(decision, Accepted):
                    self.write(decision, actor, name)
                else:
                    assert isinstance(decision, NoChange), decision

    def settle(self, kind: EffectKind, when: datetime, state: EffectState = EffectState.DONE) -> None:
        """Do what the engine does when the product has answered."""
        effect = next(one for one in reversed(self.incident("INC-1").effects) if one.kind is kind)
        self.do(f"{when:%H:%M:%S}", SettleEffect(effect.id, "pd", kind, state, "said"), ENGINE, name="INC-1")

    def notes(self, name: str = "INC-1") -> list[str]:
        return [body.text for body in self.bodies(name) if isinstance(body, ev.Noted)]


def asked(decision: object) -> list[tuple[EffectKind, str]]:
    assert isinstance(decision, Accepted)
    return [(wish.kind, wish.text) for wish in decision.effects]


def test_an_upstream_incident_keeps_one_identity() -> None:
    keys = {group_key(kept(name), Grouping()) for name in ("Q1", "Q2")}
    assert keys == {"pd/Q1", "pd/Q2"}
    shift = Shift()
    shift.poll("10:00", kept("Q1"), kept("Q2"))
    assert len(shift.logs) == 2
    shift.poll("10:01", kept("Q1"), kept("Q2"), kept("Q3"))
    assert [shift.incident(name).members[0][0].fingerprint for name in shift.logs] == ["Q1", "Q2", "Q3"]


def test_its_clock_runs_from_when_it_was_reported_there() -> None:
    shift = Shift()
    shift.poll("10:00", kept(reporter=ReporterKind.CLIENT, reported_by="Rina of Shop"))
    incident = shift.incident("INC-1")
    assert incident.reported_at == at("09:58")
    assert (incident.reporter, incident.reported_by) == (ReporterKind.CLIENT, "Rina of Shop")


def test_a_report_from_a_clock_that_is_ahead_counts_from_now() -> None:
    shift = Shift()
    shift.poll("10:00", kept(reported_at=at("11:00")))
    assert shift.incident("INC-1").reported_at == at("10:00")


def test_an_ack_there_stops_our_clock_at_its_own_time_with_its_own_actor() -> None:
    shift = Shift()
    shift.poll("10:00", kept())
    shift.poll("10:04", kept(acked=True, acked_by=BUDI_THERE, acked_at=at("10:02")))
    incident = shift.incident("INC-1")
    assert (incident.state, incident.owner) == (State.ACKNOWLEDGED, "budi")
    assert incident.epoch.first_human_ack == at("10:02")
    assert incident.effects == ()
    shift.do("10:30", Resolve())
    assert measure([shift.incident("INC-1")], at("09:00"), at("12:00"), shift.policy).tta.mean == timedelta(
        minutes=4
    )


def test_one_that_is_acked_when_it_is_first_seen_pages_nobody() -> None:
    shift = Shift()
    shift.poll("10:00", kept(acked=True, acked_by=BUDI_THERE, acked_at=at("09:59")))
    incident = shift.incident("INC-1")
    assert (incident.owner, incident.pages) == ("budi", ())
    assert incident.epoch.first_human_ack == at("09:59")


def test_an_ack_by_a_rule_there_halts_paging_and_no_more() -> None:
    shift = Shift()
    shift.poll("10:00", kept(acked=True, acked_by=Who(name="auto-ack", bot=True)))
    incident = shift.incident("INC-1")
    assert (incident.is_acked, incident.epoch.first_human_ack) == (False, None)
    assert incident.bot_acked_at == at("10:00")


def test_our_own_ack_that_comes_back_is_no_news() -> None:
    shift = Shift()
    shift.poll("10:00", kept())
    assert asked(shift.do("10:01", Ack())) == [(EffectKind.ACK, "")]
    before = shift.incident("INC-1")
    shift.poll("10:02", kept(acked=True, acked_by=Who(name="the token's owner"), acked_at=at("10:01:03")))
    after = shift.incident("INC-1")
    assert (after.owner, after.acked_at, after.state) == ("asha", before.acked_at, State.ACKNOWLEDGED)
    assert len(after.members) == 1
    assert shift.notes() == []


def test_an_ack_that_runs_out_there_gives_it_back_here() -> None:
    shift = Shift()
    shift.poll("10:00", kept())
    shift.poll("10:02", kept(acked=True, acked_by=BUDI_THERE, acked_at=at("10:01")))
    shift.poll("10:40", kept())
    incident = shift.incident("INC-1")
    assert (incident.state, incident.owner) == (State.TRIGGERED, "")
    assert incident.epoch.first_human_ack == at("10:01")  # it counts once and for good


def test_what_we_gave_back_is_not_taken_again_because_the_ack_stands_there() -> None:
    shift = Shift()
    there: dict[str, Any] = {"acked": True, "acked_by": BUDI_THERE, "acked_at": at("10:01")}
    shift.poll("10:02", kept(**there))
    shift.do("10:05", Unack("gone home"))
    shift.poll("10:06", kept(**there))
    shift.poll("10:07", kept(**there, assignees=("Citra",)))
    assert not shift.incident("INC-1").is_acked


@pytest.mark.parametrize(
    ("who", "actor"),
    [
        (BUDI_THERE, Actor("budi")),
        (Who(name="asha"), Actor("asha")),
        (Who("PX", "Citra", "citra@shop.example"), Actor("Citra")),
        (Who("PX"), Actor("PX")),
        (Who(), Actor("somebody at pd")),
        (Who(name="rule", bot=True), Actor("rule", ActorKind.BOT)),
        (Who(bot=True), Actor("pd", ActorKind.BOT)),
    ],
)
def test_somebody_there_is_one_of_the_team_or_who_they_are_there(who: Who, actor: Actor) -> None:
    assert actor_of(who, "pd", policy(people=PEOPLE)) == actor


def test_a_resolution_there_ends_it_here() -> None:
    shift = Shift()
    shift.poll("10:00", kept(), kept("Q2"))
    ended = Ended(AlertRef("pd", "Q1"), Ending.RESOLVED, BUDI_THERE, at("10:20"), "restarted it")
    shift.poll("10:21", kept("Q2"), ended=(ended,))
    incident = shift.incident("INC-1")
    assert (incident.state, incident.resolution) == (State.RESOLVED, "restarted it")
    assert (incident.epoch.resolved_at, incident.resolved_by) == (at("10:20"), Actor("budi"))
    assert not any(effect.kind is EffectKind.RESOLVE for effect in incident.effects)
    assert shift.incident("INC-2").state is State.TRIGGERED


def test_one_that_a_rule_ended_there_waits_to_be_seen() -> None:
    shift = Shift()
    shift.poll("10:00", kept())
    shift.poll("10:21", ended=(Ended(AlertRef("pd", "Q1"), Ending.RESOLVED, Who(name="api", bot=True)),))
    assert shift.incident("INC-1").state is State.CLEARED_UNACKED


def test_one_that_moved_out_of_sight_is_said_to_be_open_there() -> None:
    shift = Shift()
    shift.poll("10:00", kept())
    ended = Ended(AlertRef("pd", "Q1"), Ending.MOVED, text="it is with the network team")
    shift.poll("10:21", ended=(ended,))
    assert shift.incident("INC-1").firing == 0
    assert "still open there" in shift.notes()[-1]


def test_an_incomplete_poll_ends_only_what_it_tells_of() -> None:
    shift = Shift()
    shift.poll("10:00", kept(), kept("Q2"))
    ended = Ended(AlertRef("pd", "Q1"), Ending.RESOLVED, BUDI_THERE, at("10:20"))
    shift.poll("10:21", ended=(ended,), complete=False)
    assert shift.incident("INC-1").state is State.RESOLVED
    assert shift.incident("INC-2").firing == 1


def test_what_is_done_here_is_asked_for_there() -> None:
    shift = Shift()
    shift.poll("10:00", kept())
    assert asked(shift.do("10:01", Ack())) == [(EffectKind.ACK, "")]
    assert asked(shift.do("10:02", Note("!looking"))) == [(EffectKind.NOTE, "looking")]
    assert asked(shift.do("10:03", Snooze(at("10:30")))) == [(EffectKind.SNOOZE, "")]
    person = shift.do("10:04", Escalate(person="budi"))
    assert (EffectKind.ASSIGN, "budi") in asked(person)
    level = shift.do("10:06", Escalate(level=1))
    assert (EffectKind.ESCALATE, "1") in asked(level)
    shift.do("10:07", Ack(take=True))
    assert (EffectKind.RESOLVE, "rebooted") in asked(shift.do("10:08", Resolve("rebooted")))


def test_resolving_what_is_kept_there_needs_no_question_and_takes_no_ack_back() -> None:
    shift = Shift()
    shift.poll("10:00", kept())
    shift.do("10:01", Ack())
    assert asked(shift.do("10:02", Resolve())) == [(EffectKind.RESOLVE, "")]


def test_where_the_product_cannot_resolve_it_asks_as_ever() -> None:
    shift = Shift()
    shift.policy = policy(abilities=keeping("pd", without=EffectKind.RESOLVE), people=PEOPLE)
    shift.poll("10:00", kept())
    assert isinstance(shift.decide("10:02", Resolve()), AskFirst)


def test_a_reopening_by_hand_opens_it_there_one_by_the_product_does_not() -> None:
    shift = Shift()
    shift.poll("10:00", kept())
    shift.do("10:02", Resolve())
    assert asked(shift.do("10:03", Reopen("too early"))) == [(EffectKind.REOPEN, "")]
    shift.do("10:04", Resolve())
    shift.poll("10:05")
    shift.poll("10:06", kept())
    incident = shift.incident("INC-1")
    assert (incident.state, incident.effects[-1].kind) == (State.TRIGGERED, EffectKind.RESOLVE)


def test_what_cannot_be_taken_back_there_is_not_asked_for_but_said() -> None:
    shift = Shift()
    shift.poll("10:00", kept())
    shift.do("10:01", Ack())
    given_back = shift.do("10:02", Unack())
    assert (asked(given_back), given_back.text) == ([], "INC-1 is nobody's again (pd keeps it as it is)")
    shift.do("10:03", Ack())
    shift.do("10:04", Snooze(at("10:30")))
    woken = shift.do("10:05", Wake())
    assert (asked(woken), woken.text) == ([], "INC-1 is awake (pd keeps it as it is)")
    shift.do("10:07", Snooze(at("10:30")), op="snooze")
    undone = shift.do("10:07:02", Undo("snooze"))
    assert (asked(undone), undone.text) == ([], "undone: snooze of INC-1 (it stays at pd)")


def test_a_resolution_undone_is_taken_back_there_and_its_echo_ends_nothing() -> None:
    shift = Shift()
    shift.poll("10:00", kept())
    shift.do("10:01", Ack())
    shift.do("10:02", Resolve(), op="r")
    shift.settle(EffectKind.RESOLVE, at("10:02:01"))
    assert asked(shift.do("10:02:05", Undo("r"))) == [(EffectKind.REOPEN, "")]
    asha_there = Who(name="Asha", email="asha@shop.example")
    shift.poll("10:02:06", ended=(Ended(AlertRef("pd", "Q1"), Ending.RESOLVED, asha_there, at("10:02:01")),))
    assert shift.incident("INC-1").state is State.ACKNOWLEDGED
    shift.settle(EffectKind.REOPEN, at("10:02:07"))
    shift.poll("10:02:20", kept())
    incident = shift.incident("INC-1")
    assert (incident.state, incident.firing, incident.owner) == (State.ACKNOWLEDGED, 1, "asha")


def test_a_note_undone_is_said_to_stay_there() -> None:
    shift = Shift()
    shift.poll("10:00", kept())
    shift.do("10:01", Note("wrong incident"), op="n")
    undone = shift.do("10:01:05", Undo("n"))
    assert asked(undone) == []
    assert isinstance(undone, Accepted)
    assert undone.text == "undone: note of INC-1 (it stays at pd)"
    (said,) = [body.what for body in shift.bodies("INC-1") if isinstance(body, ev.Undone)]
    assert said == "note (it stays at pd)"


def test_a_note_undone_that_never_got_there_is_just_undone() -> None:
    shift = Shift()
    shift.poll("10:00", kept())
    shift.do("10:01", Note("wrong incident"), op="n")
    shift.settle(EffectKind.NOTE, at("10:01:01"), EffectState.FAILED)
    undone = shift.do("10:01:05", Undo("n"))
    assert isinstance(undone, Accepted)
    assert undone.text == "undone: note of INC-1"


def test_an_assignment_undone_goes_back_there_too() -> None:
    shift = Shift()
    shift.poll("10:00", kept())
    shift.do("10:01", Ack())
    assert asked(shift.do("10:02", Assign("budi"), op="a")) == [(EffectKind.ASSIGN, "budi")]
    assert asked(shift.do("10:02:05", Undo("a"))) == [(EffectKind.ASSIGN, "asha")]


def test_over_there_but_others_fire_here() -> None:
    shift = Shift()
    shift.poll("10:00", kept())
    other = replace(kept("Q9"), upstream=None, ref=AlertRef("prod", "x"))
    shift.do("10:01", ObserveAlerts((other,)), PD, name="INC-1")
    decision = decide(
        shift.incident("INC-1"),
        Resolve(made_at=at("10:02"), via="pd"),
        Context(at("10:03"), Actor("budi"), shift.policy, "INC-1"),
    )
    assert isinstance(decision, NoChange)


def test_a_failed_ack_there_is_no_echo() -> None:
    shift = Shift()
    shift.poll("10:00", kept())
    shift.do("10:01", Ack())
    effect = shift.incident("INC-1").effects[0]
    failed = SettleEffect(effect.id, "pd", EffectKind.ACK, EffectState.FAILED, "no such user")
    shift.do("10:02", failed, ENGINE, name="INC-1")
    shift.poll("10:05", kept(acked=True, acked_by=BUDI_THERE, acked_at=at("10:04")))
    assert shift.notes()[-1] == "also acked in pd at 10:04 (delivered 10:05 UTC)"


def test_who_acks_there_takes_it_from_nobody() -> None:
    shift = Shift()
    shift.poll("10:00", kept())
    shift.poll("10:02", kept(acked=True, acked_by=Who(name="Citra"), acked_at=at("10:01")))
    (acked,) = [body for body in shift.bodies("INC-1") if isinstance(body, ev.Acked)]
    assert (acked.took, acked.via) == (False, "pd")
