"""Chains for services and priorities, rooms, planned work and nights in the config."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from console.config.load import parse
from console.config.policy import policy_of
from console.domain.policy import Chain, Policy
from console.domain.priority import Priority
from console.domain.walltime import Hours
from console.errors import ConfigError
from tests.config.samples import SOURCE, TEAM
from tests.paths import REPO

ROOM = '[[channels]]\nkind = "slack_webhook"\nname = "team"\nurl = { env = "HOOK" }\nroom = "#team"\n'
LEVELS = 'levels = [{ notify = ["dewi"], after = "0m" }]\n'


def chain(*keys: str, levels: str = LEVELS) -> str:
    return "\n".join(["[[escalation]]", 'team = "payments"', *keys, levels])


def policy(*more: str) -> Policy:
    return policy_of(parse(TEAM + SOURCE + "\n".join(more), Path("oncall.toml")))


def complaint(*more: str) -> str:
    with pytest.raises(ConfigError) as raised:
        policy(*more)
    return str(raised.value)


def test_chains_for_priorities_and_services() -> None:
    rules = policy(
        chain('name = "all hands"', 'priorities = ["P1"]'),
        chain('services = ["payments"]', 'priorities = ["P1", "P2"]'),
    )
    assert [(one.name, one.scope) for one in rules.chains] == [
        ("", ""),
        ("all hands", "P1"),
        ("", "payments P1,P2"),
    ]
    assert rules.chain("payments", "payments", Priority.P2) is rules.chains[2]
    assert rules.chain("payments", "other", Priority.P1) is rules.chains[1]


def test_a_team_with_special_chains_only_keeps_the_default_for_the_rest() -> None:
    text = TEAM.split("[[escalation]]", maxsplit=1)[0] + SOURCE + chain('priorities = ["P1"]')
    special, rest = policy_of(parse(text, Path("oncall.toml"))).chains
    assert special.scope == "P1"
    assert [level.notify for level in rest.levels] == [("primary",), ("secondary",)]


def test_rooms_and_levels_that_everyone_acks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOOK", "https://hooks.example/x")
    levels = """levels = [
      { notify = ["primary", "channel:team"], channels = ["team"], after = "0m", everyone = true, again = "3m", most = 2 },
      { channels = ["team"], after = "5m" },
    ]"""
    (_, made) = policy(ROOM, chain('priorities = ["P1"]', levels=levels)).chains
    assert isinstance(made, Chain)
    first, second = made.levels
    assert (first.notify, first.channels) == (("primary",), ("team",))
    assert (first.everyone, first.again, first.most) == (True, timedelta(minutes=3), 2)
    assert (second.notify, second.channels) == ((), ("team",))


def test_planned_work_is_in_the_teams_wall_time() -> None:
    head = '[[maintenance]]\nservices = ["payments"]\nreason = "new disks"\n'
    (work,) = policy(head + "start = 2026-03-01T22:00:00\nend = 2026-03-02T02:00:00\n").maintenance
    assert (work.start, work.end) == (
        datetime(2026, 3, 1, 15, tzinfo=UTC),
        datetime(2026, 3, 1, 19, tzinfo=UTC),
    )
    assert (work.services, work.reason) == (("payments",), "new disks")


def test_nights() -> None:
    rules = policy('[sla.P3]\nasleep = "23:00-06:30"\n[sla.P4]\nasleep = "off"\n')
    assert rules.target(Priority.P3).asleep == Hours(time(23), time(6, 30))
    assert rules.target(Priority.P4).asleep is None
    assert policy().target(Priority.P4).asleep == Hours(time(22), time(7))


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        (chain(), '"payments" is in [[escalation]] already'),
        (
            chain('priorities = ["P1", "P2"]') + chain('priorities = ["P2"]'),
            '"payments P2" is in [[escalation]] already',
        ),
        (chain('priorities = ["P5"]'), '"P5" is not one of P1, P2, P3, P4'),
        (
            chain('services = ["paymens"]'),
            'no [[services]] has the name "paymens" — did you mean "payments"?',
        ),
        (
            chain('services = ["search"]')
            + '[[teams]]\nid = "find"\n[[services]]\nname = "search"\nteam = "find"\n',
            '"search" is a service of find: its incidents never use this chain',
        ),
        (
            chain('priorities = ["P1", "P2"]') + chain('priorities = ["P3", "P4"]'),
            "can never be used: other chains of payments come first for every priority",
        ),
        (
            chain('priorities = ["P1"]', levels='levels = [{ after = "0m" }]'),
            "has neither notify nor channels",
        ),
        (
            chain('priorities = ["P1"]', levels='levels = [{ notify = ["channel:team"], after = "0m" }]'),
            'no [[channels]] has the name "team"',
        ),
        (
            chain(
                'priorities = ["P1"]',
                levels='levels = [{ channels = ["team"], after = "0m", everyone = true }]',
            ),
            "everyone needs people: a room cannot ack",
        ),
        (
            '[[maintenance]]\nservices = ["paymens"]\nreason = "x"\nstart = 2026-03-01T22:00:00Z\nend = 2026-03-02T02:00:00Z\n',
            'no [[services]] has the name "paymens"',
        ),
        (
            '[[maintenance]]\nteams = ["pay"]\nreason = "x"\nstart = 2026-03-01T22:00:00Z\nend = 2026-03-02T02:00:00Z\n',
            'no [[teams]] has the id "pay"',
        ),
        (
            '[[maintenance]]\nreason = "x"\nstart = 2026-03-01T22:00:00Z\nend = 2026-03-02T02:00:00Z\n',
            "has neither services nor teams",
        ),
        (
            '[[maintenance]]\nteams = ["payments"]\nreason = "x"\nstart = 2026-03-01T22:00:00\nend = 2026-03-01T02:00:00\n',
            "end must be later than start",
        ),
        ('[sla.P4]\nasleep = "at night"\n', 'is not hours of a day; write them like "22:00-07:00"'),
        ('[sla.P4]\nasleep = "07:00-07:00"\n', "is a whole day"),
        ('[sla.P4]\nasleep = "22:00-24:30"\n', 'write "00:00" for midnight'),
    ],
)
def test_mistakes_are_told(more: str, expected: str) -> None:
    assert expected in complaint(more)


def test_the_examples_of_the_documentation_load(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOOK", "https://hooks.example/x")
    text = (REPO / "docs" / "escalation.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^ *```toml\n(.*?)^ *```$", text, re.MULTILINE | re.DOTALL)
    assert len(blocks) == 2
    team = TEAM.split("[[escalation]]", maxsplit=1)[0]
    orders = '[[services]]\nname = "orders-db"\nteam = "payments"\n'
    whole = "\n".join([team, orders, ROOM.replace('"team"', '"team-slack"'), SOURCE, *blocks])
    rules = policy_of(parse(whole, Path("oncall.toml")))
    assert [one.scope for one in rules.chains] == ["", "P1"]
    assert len(rules.maintenance) == 1
