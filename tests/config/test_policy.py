from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from console.config.policy import policy_digest, policy_of
from console.domain import commands as cmd
from console.domain.actors import Actor
from console.domain.alert import Alert, AlertRef
from console.domain.decide import Accepted, Context, as_events, decide
from console.domain.fold import apply
from console.domain.incident import Incident
from console.domain.policy import DEFAULT_TARGETS, Policy
from console.domain.priority import Priority
from console.domain.roster import duty
from tests.config.samples import SOURCE, TEAM, loaded


def policy(text: str = TEAM + SOURCE) -> Policy:
    return policy_of(loaded(text))


def test_targets_keep_their_defaults_where_nothing_is_said() -> None:
    assert policy().targets == DEFAULT_TARGETS
    text = (
        TEAM
        + SOURCE
        + '[sla.P1]\nack = "3m"\nnudge_after = "off"\n[sla.P4]\nescalates = true\nmax_level = 0\n'
    )
    targets = policy(text).targets
    assert targets[Priority.P1].ack == timedelta(minutes=3)
    assert targets[Priority.P1].nudge_after is None
    assert targets[Priority.P1].resolve == timedelta(minutes=90)
    assert targets[Priority.P4].escalates
    assert targets[Priority.P4].max_level == 0
    assert targets[Priority.P2] == DEFAULT_TARGETS[Priority.P2]


def test_rotations() -> None:
    primary, secondary = policy().roster.rotations
    assert (primary.role, primary.members, primary.every) == ("primary", ("asha", "budi"), timedelta(days=7))
    assert (primary.weekday, primary.handoff) == (0, time(9))
    assert (primary.start, primary.timezone) == (date(2026, 1, 5), ZoneInfo("Asia/Jakarta"))
    assert secondary.every == timedelta(days=7)


@pytest.mark.parametrize(
    ("every", "handoff", "span", "weekday"),
    [
        ("weekly", "18:30", timedelta(days=7), 0),  # the weekday of the start
        ("14d", "fri 18:30", timedelta(days=14), 4),
        ("daily", "18:30", timedelta(days=1), None),
        ("12h", "18:30", timedelta(hours=12), None),
    ],
)
def test_lengths_of_shifts(every: str, handoff: str, span: timedelta, weekday: int | None) -> None:
    text = TEAM.replace(
        'every = "weekly"\nhandoff = "Mon 09:00"', f'every = "{every}"\nhandoff = "{handoff}"'
    )
    rotation = policy(text + SOURCE).roster.rotations[0]
    assert (rotation.every, rotation.weekday, rotation.handoff) == (span, weekday, time(18, 30))


def test_overrides_without_an_offset_are_wall_time_of_the_rotation() -> None:
    text = """
[[overrides]]
team = "payments"
role = "primary"
person = "dewi"
start = 2026-01-07T09:00:00
end = 2026-01-07T12:00:00
[[overrides]]
team = "payments"
role = "primary"
person = "budi"
start = 2026-01-08T00:00:00+00:00
end = 2026-01-08 10:00:00+02:00
"""
    roster = policy(TEAM + SOURCE + text).roster
    first, second = roster.overrides
    assert (first.start, first.end) == (
        datetime(2026, 1, 7, 2, tzinfo=UTC),
        datetime(2026, 1, 7, 5, tzinfo=UTC),
    )
    assert second.end == datetime(2026, 1, 8, 8, tzinfo=UTC)
    assert duty(roster, "payments", "primary", datetime(2026, 1, 7, 4, tzinfo=UTC)).person == "dewi"


def test_contacts_keep_the_order_of_the_file() -> None:
    person = 'phone = "+1"\ncontacts = { pager = "7", matrix = "@b" }\nemail = "b@shop.example"\n'
    text = TEAM.replace('phone = "+62 811-555-0102"\n', person) + SOURCE
    people = policy(text).people
    assert people["budi"].contacts == (
        ("phone", "+1"),
        ("pager", "7"),
        ("matrix", "@b"),
        ("email", "b@shop.example"),
    )
    assert people["dewi"].name == "dewi"
    assert people["dewi"].contacts == ()


def test_chains() -> None:
    (chain,) = policy().chains
    assert [(level.notify, level.after, level.name) for level in chain.levels] == [
        (("primary",), timedelta(0), ""),
        (("secondary",), timedelta(minutes=5), ""),
        (("dewi",), timedelta(minutes=10), "L1 manager"),
    ]
    assert chain.repeat == 1


def test_a_team_without_a_chain_pages_the_roles_it_fills() -> None:
    text = TEAM.split("[[escalation]]", maxsplit=1)[0] + '[[teams]]\nid = "search"\n'
    (chain,) = policy(text + SOURCE).chains
    assert chain.team == "payments"
    assert [level.notify for level in chain.levels] == [("primary",), ("secondary",)]


def test_services_and_grouping() -> None:
    text = """
[[services]]
name = "orders db"
team = "payments"
depends_on = ["payments"]
runbooks = ["db.md"]
links = [{ title = "Logs", url = "https://logs.shop.example/?q=a b" }]
[grouping]
by = ["service", "cluster"]
reopen_window = "2h"
change_window = "90m"
"""
    made = policy(TEAM + SOURCE + text.replace("a b", "a"))
    service = made.services["orders db"]
    assert (service.team, service.depends_on, service.runbooks) == ("payments", ("payments",), ("db.md",))
    assert [(link.title, link.url) for link in service.links] == [("Logs", "https://logs.shop.example/?q=a")]
    assert (made.grouping.by, made.grouping.reopen_window) == (("service", "cluster"), timedelta(hours=2))
    assert made.grouping.change_window == timedelta(minutes=90)


@pytest.mark.parametrize(
    ("keys", "does"),
    [
        ("", set()),
        ('ack = "silence"\nsnooze = "silence"\n', {"ack", "unack", "snooze", "wake"}),
        ('ack = "silence"\n', {"ack", "unack"}),
        ('snooze = "silence"\n', {"snooze", "wake"}),
    ],
)
def test_what_sources_do_upstream_is_known(keys: str, does: set[str]) -> None:
    ability = policy(TEAM + SOURCE + keys).ability("prod")
    assert {kind.value for kind, _ in ability.does} == does
    assert {"ack", "snooze", "resolve", "note"} <= {kind.value for kind, _ in (*ability.does, *ability.lacks)}
    assert ability.holds


@pytest.mark.parametrize(
    ("keys", "asked"), [('ack = "silence"', ["ack"]), ('snooze = "silence"', ["snooze"])]
)
def test_a_source_is_only_asked_for_what_it_is_meant_to_do(keys: str, asked: list[str]) -> None:
    rules = policy(TEAM + SOURCE + f"{keys}\n")
    alert = Alert(AlertRef("prod", "f"), "HighErrorRate", "5xx", "payments", Priority.P3)
    context = Context(datetime(2026, 1, 6, 4, tzinfo=UTC), Actor("asha"), rules, "INC-1")
    incident: Incident | None = None
    effects: list[str] = []
    commands = (
        cmd.Open("5xx", "payments", alerts=(alert,)),
        cmd.Ack(),
        cmd.Snooze(context.now + timedelta(hours=1)),
    )
    for command in commands:
        decision = decide(incident, command, context)
        assert isinstance(decision, Accepted)
        for event in as_events(incident, decision.bodies, context):
            incident = apply(incident, event)
        effects += [effect.kind.value for effect in decision.effects]
    assert effects == asked


def test_the_digest_changes_with_the_rules_and_only_with_them() -> None:
    digest = policy_digest(loaded())
    assert digest == policy_digest(
        loaded(TEAM.replace('id = "asha"', 'id = "budi"', 1) + SOURCE + "[ui]\nmouse = false\n")
    )
    assert digest != policy_digest(loaded(TEAM + SOURCE + '[sla.P1]\nack = "4m"\n'))
    assert digest != policy_digest(loaded(TEAM + SOURCE + 'interval = "16s"\n'))
    assert digest != policy_digest(loaded(TEAM.replace('["asha", "budi"]', '["budi", "asha"]') + SOURCE))
