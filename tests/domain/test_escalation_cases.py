"""Other incident tools' own test cases, run through our model where it can express them."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from console.domain.alert import Alert
from console.domain.notify.channels import Channel
from console.domain.notify.moot import moot
from console.domain.notify.notification import Topic
from console.domain.notify.plan import plan
from console.domain.notify.rules import Rule
from console.domain.people import Person
from console.domain.policy import Chain, Grouping, Level, Policy
from console.domain.priority import Priority
from console.domain.team.state import Maintenance
from tests.domain.peercases import Case, Check, NotOurs, load, no, run_or_skip, verdict
from tests.domain.story import Polled
from tests.domain.world import World, alert, at, policy
from tests.paths import SHARED, needs_shared

CASES = load(SHARED / "samples" / "escalation" / "cases.json")

SEVERITIES = {"critical": Priority.P1, "major": Priority.P2, "minor": Priority.P3, "warning": Priority.P4}


def instant(t: float) -> datetime:
    return at("10:00") + timedelta(seconds=t)


def grouped(case: Case) -> Policy:
    return policy(grouping=Grouping(by=tuple(case["given"]["group_by"])))


def firing(world: World) -> set[str]:
    """Return the fingerprints that fire in open incidents and are not held back by their source."""
    members = [one for name in world.logs if world.row(name).is_open for one in world.incident(name).members]
    return {ref.fingerprint for ref, one in members if one.cleared_at is None and not one.alert.muted_until}


def grouping(case: Case) -> None:
    """Alerts come and go in one group; an alert its sender no longer repeats is gone at its timeout."""
    world = World(grouped(case))
    ends: dict[str, float] = {}
    before: set[str] = set()
    timeout = case["given"].get("resolve_timeout", 1e9)
    for step in case["steps"]:
        for name in _named(step):
            ends[name] = step.get("endsAt", step["t"] + timeout)
        if "expect_group" not in step and "expect" not in step:
            continue
        now = instant(step["t"])
        Polled(now, tuple(alert(name) for name in sorted(ends) if ends[name] > step["t"])).play(world)
        wanted = step.get("expect", {"firing": step.get("expect_group")})
        assert firing(world) == set(wanted["firing"])
        assert before - firing(world) == set(wanted.get("resolved", ()))
        assert list(world.logs) == ["INC-1"]
        before = firing(world)


def _named(step: Case) -> list[str]:
    found = [*step.get("alerts", ()), *([step["alert"]] if "alert" in step else [])]
    return [one if isinstance(one, str) else one["labels"]["alertname"] for one in found]


def incident(case: Case) -> None:
    """What a source reports as firing opens incidents; the rest does not."""
    if "rule" in case["given"] or "threshold" in case["given"]:
        raise NotOurs("correlation rules and thresholds before an incident opens")
    world = World()
    for step in case["steps"]:
        alerts = tuple(alert(one["name"]) for one in step["alerts"] if one["status"] == "firing")
        Polled(instant(step["t"]), alerts).play(world)
        assert len(world.logs) == step["incidents"]
        assert sum(world.row(name).total for name in world.logs) == step["alerts_count"]


def state(case: Case) -> None:
    """One resource whose severity goes up and down and ends: one incident all the way."""
    world = World()
    worst: Priority | None = None
    for step in case["steps"]:
        priority = SEVERITIES.get(step["severity"])
        alerts: tuple[Alert, ...] = (alert("resource", priority, name=step["event"]),) if priority else ()
        Polled(instant(step["t"]), alerts).play(world)
        row = world.row()
        assert list(world.logs) == ["INC-1"]
        assert (row.firing > 0) == (step.get("status", "open") == "open")
        worst = min(one for one in (worst, priority) if one is not None)
        assert row.provisional is worst
        if priority:
            assert world.incident().members[0][1].alert.priority is priority


def silence(case: Case) -> None:
    """What the source silences is held back; a silence deleted brings it back."""
    world = World(grouped(case))
    names: list[str] = []
    silenced: tuple[float, float] | None = None
    for step in case["steps"]:
        names += _named(step)
        if "silence" in step:
            silenced = step["silence"]["start"], step["silence"]["end"]
        if step.get("delete_silence"):
            silenced = None
        held = silenced is not None and silenced[0] <= step["t"] < silenced[1]
        until = instant(silenced[1]) if silenced and held else None
        Polled(instant(step["t"]), tuple(alert(name, muted_until=until) for name in names)).play(world)
        if "visible" in step:
            assert firing(world) == set(step["visible"])


def validation(case: Case) -> None:
    for step in case["steps"]:
        if step["valid"]:
            Chain("payments", (), step["policy"]["repeat"])
        else:
            with pytest.raises(ValueError, match="repeats"):
                Chain("payments", (), step["policy"]["repeat"])


def escalation(case: Case) -> None:
    """Pages, by what people's own rules make of them, while maintenance begins or another chain counts."""
    if "bob_rules" in case["given"]:
        raise NotOurs(
            "one channel tells a person the same page twice: here once, the next page tells it again"
        )
    actions = {step.get("action", "") for step in case["steps"]}
    rules = maintained() if "start maintenance" in actions else reassigned()
    world = World(rules)
    for step in case["steps"]:
        world.now = at("10:00") + timedelta(minutes=int(step["t"].removesuffix("m")))
        action = step.get("action", "")
        if action == "start maintenance":
            work = Maintenance(world.now, world.now + timedelta(hours=1), services=("payments",))
            world.policy = replace(rules, maintenance=(work,))
        elif action:
            world.policy = replace(rules, chains=OTHER if action == "use policy 2" else FIRST)
        if "alert" in step or not world.logs:
            name = f"INC-{len(world.logs) + 1}"
            world.open(world.now, alert(name), name=name, title=step.get("alert", "unwell"), key=name)
        for name in world.logs:
            world.advance(world.now, name=name)
        assert told(world) == [TOLD[who] for who in step.get("notified", [])], step


FIRST = (Chain("payments", (Level(("asha",), timedelta(0)),), repeat=0),)
OTHER = (*FIRST, Chain("payments", (Level(("budi",), timedelta(0)),), 0, services=frozenset({"payments"})))
TOLD = {
    "user1": ("asha", "sms"),
    "user1 (second personal rule)": ("asha", "mail"),
    "p1.user": ("asha", "sms"),
    "p2.user": ("budi", "sms"),
}


def reassigned() -> Policy:
    return replace(maintained(), rules=(Rule(frozenset({Topic.PAGED}), ("sms",)),))


def maintained() -> Policy:
    """Return rules by which Asha hears of a page at once and, unless she acks, again after five minutes."""
    return policy(
        chains=FIRST,
        channels=(Channel("sms", "command", contact="phone"), Channel("mail", "smtp", contact="email")),
        people={
            name: Person(name, name.title(), (("phone", "+62"), ("email", f"{name}@shop.example")))
            for name in ("asha", "budi")
        },
        rules=(
            Rule(frozenset({Topic.PAGED}), ("sms",)),
            Rule(frozenset({Topic.PAGED}), ("mail",), after=timedelta(minutes=5)),
        ),
    )


def told(world: World) -> list[tuple[str, str]]:
    """Return who is told at this very minute, and how."""
    found = [
        one
        for name, log in world.logs.items()
        for event in log
        for one in plan(event, world.incident(name), world.policy, event.at)
        if one.due_at == world.now and not moot(one, world.incident(name), world.policy)
    ]
    return [(one.person, one.channel) for one in found]


def dedup(case: Case) -> None:
    """Somebody is paged for several reasons at once, and several rules tell of it: one message."""
    if case["id"] != "goalert-e09":
        raise NotOurs("merging payloads: the business of sources")
    rules = maintained()
    mail = tuple(
        Rule(frozenset({Topic.PAGED}), ("mail",), to=to, after=timedelta(minutes=after))
        for to, after in (((), 0), (("asha",), 0), (("primary",), 1), ((), 2))
    )
    level = Level(("asha", "primary", "payments"), timedelta(0))
    world = World(replace(rules, rules=mail, chains=(Chain("payments", (level,), repeat=0),)))
    world.open("10:00", alert())
    world.advance("10:00")
    incident = world.incident()
    sent = [
        one
        for event in world.logs["INC-1"]
        for one in plan(event, incident, world.policy, event.at)
        if one.person == "asha" and one.due_at <= instant(180)
    ]
    assert len(sent) == case["steps"][0]["messages"]


CHECKS: dict[str, Check] = {
    "grouping": grouping,
    "incident": incident,
    "state": state,
    "silence": silence,
    "validation": validation,
    "dedup": dedup,
    "escalation": escalation,
    "inhibition": no("inhibition rules: the source applies them and says what is held back"),
    "merge": no("merging two guesses about an alert's end: the source says what fires now"),
    "routing": no("routing trees: the team follows from the service"),
}


@needs_shared
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_a_peers_case(case: Case) -> None:
    run_or_skip(case, CHECKS)


@needs_shared
def test_what_is_run_and_what_is_not() -> None:
    run = Counter(case["kind"] for case in CASES if not verdict(case, CHECKS))
    skipped = Counter(case["kind"] for case in CASES if verdict(case, CHECKS))
    assert run == {
        "grouping": 2,
        "incident": 1,
        "state": 1,
        "silence": 1,
        "validation": 1,
        "escalation": 2,
        "dedup": 1,
    }
    assert skipped == {"incident": 3, "inhibition": 3, "routing": 3, "escalation": 1, "dedup": 1, "merge": 2}
