"""The fingerprint of a team's rules: the same for the same rules, however they are written."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
import tomli_w
from hypothesis import given, settings
from hypothesis import strategies as st

from console.config.digest import _pieces, digest_of
from console.config.load import load
from console.config.policy import policy_digest, policy_of
from console.domain.roster import Override, Roster, duty
from tests.config.samples import SOURCE, TEAM, loaded

MORE = """
[[services]]
name = "orders-db"
team = "payments"
depends_on = ["payments"]
runbooks = ["db.md"]
[[overrides]]
team = "payments"
role = "primary"
person = "dewi"
start = 2026-01-07T09:00:00
end = 2026-01-08T09:00:00
[[overrides]]
team = "payments"
role = "secondary"
person = "dewi"
start = 2026-01-09T09:00:00
end = 2026-01-10T09:00:00
[sla]
wake_before = "20m"
[sla.P1]
ack = "4m"
nudge_after = "off"
[grouping]
by = ["service", "alertname"]
"""
ALL = TEAM + SOURCE + MORE
URL = 'url = "http://127.0.0.1:9093"'
COVER = """[[overrides]]
team = "payments"
role = "primary"
person = "budi"
start = 2026-02-01T00:00:00
end = 2026-02-02T00:00:00
"""
DIGEST = policy_digest(loaded(ALL))


def changed(before: str, after: str, text: str = ALL) -> str:
    assert before in text
    return policy_digest(loaded(text.replace(before, after, 1)))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('[me]\nid = "asha"', '[me]\nid = "budi"'),
        ('[me]\nid = "asha"', ""),
        ("[grouping]", "# a remark\n[grouping]"),
        ("[grouping]", "[ui]\nmouse = false\n[grouping]"),
        ("[grouping]", '[store]\nurl = "postgresql://db/oncall"\npassword = { env = "X" }\n[grouping]'),
        ("[grouping]", '[runbooks]\npaths = ["books"]\n[grouping]'),
        ("[grouping]", '[engine]\nautostart = false\nmetrics = ":9464"\nlease = "5s"\n[grouping]'),
        (URL, URL + '\ntoken = { env = "X" }\nca_file = "ca.pem"\n'),
        (URL, URL + '\nusername = "asha"\npassword = { env = "X" }\n'),
        (URL, URL + '\ninterval = "15s"\ntimeout = "10s"\nack = "none"\n'),
        ('[sla.P1]\nack = "4m"', '[sla]\nP1.ack = "240s"\nP1.resolve = "90m"'),
        ('by = ["service", "alertname"]', 'reopen_window = "1d"'),
        ('id = "dewi"', 'id = "dewi"\nname = "dewi"'),
        ("start = 2026-01-07T09:00:00", "start = 2026-01-07T09:00:00.000"),
        ('handoff = "Mon 09:00"', 'handoff = "monday 9:00"'),
        ('name = "Asha"\nslack = "@asha"', 'slack = "@asha"\nname = "Asha"'),
    ],
)
def test_what_is_no_rule_of_the_team_makes_no_difference(before: str, after: str) -> None:
    # The tables of [sla] may be said once only.
    text = ALL.replace('[sla]\nwake_before = "20m"\n', "") if "P1.ack" in after else ALL
    assert changed(before, after, text.replace('nudge_after = "off"\n', "")) == policy_digest(
        loaded(text.replace('nudge_after = "off"\n', ""))
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('ack = "4m"', 'ack = "3m"'),
        ('nudge_after = "off"', ""),  # not said is not off
        ('wake_before = "20m"', 'wake_before = "21m"'),
        ('members = ["asha", "budi"]', 'members = ["budi", "asha"]'),
        ('timezone = "Asia/Jakarta"', 'timezone = "Asia/Jayapura"'),
        ("start = 2026-01-05", "start = 2026-01-12"),
        ('person = "dewi"', 'person = "budi"'),
        ("end = 2026-01-08T09:00:00", "end = 2026-01-08T10:00:00"),
        ("[sla]", COVER + "[sla]"),
        ('after = "5m"', 'after = "6m"'),
        ('notify = ["dewi"]', 'notify = ["budi"]'),
        ('depends_on = ["payments"]', "depends_on = []"),
        ('runbooks = ["db.md"]', 'runbooks = ["database.md"]'),
        ('slack = "@asha"', 'slack = "@asha2"'),
        ('name = "Budi"', 'name = "Budi S."'),
        ("[[teams]]", '[[people]]\nid = "eko"\n[[teams]]'),
        ("[[rotations]]", '[[teams]]\nid = "search"\n[[rotations]]'),
        ('by = ["service", "alertname"]', 'by = ["service"]'),
        ('name = "prod"', 'name = "production"'),
        (URL, 'url = "http://127.0.0.1:9094"'),
        (URL, URL + '\nack = "silence"'),
        (URL, URL + '\nseverity = { sev0 = "P1" }'),
        (SOURCE, '[[sources]]\nkind = "replay"\nname = "prod"\nfile = "alerts.jsonl"\n'),
    ],
)
def test_every_rule_of_the_team_makes_a_difference(before: str, after: str) -> None:
    assert changed(before, after) != DIGEST


def test_a_default_chain_is_the_same_as_that_chain_written_down() -> None:
    without = TEAM.split("[[escalation]]", maxsplit=1)[0] + SOURCE
    written = '[[escalation]]\nteam = "payments"\nlevels = [{notify = ["primary"], after = "0m"}, {notify = ["secondary"], after = "5m"}]\n'
    assert policy_digest(loaded(without)) == policy_digest(loaded(without + written))


def test_it_is_the_same_in_every_process() -> None:
    assert len(DIGEST) == 12
    config = loaded(ALL)
    pairs = list(zip(config.config.sources, config.options, strict=True))
    assert digest_of(policy_of(config), pairs) == DIGEST


LISTS = {"channels", "people", "teams", "services", "rotations", "overrides", "escalation", "sources"}


@settings(max_examples=20, deadline=None)  # reads and writes up to five files each time
@given(chance=st.randoms(use_true_random=False), files=st.integers(1, 5))
def test_neither_order_nor_layout_of_files_makes_a_difference(
    tmp_path_factory: pytest.TempPathFactory, chance: Random, files: int
) -> None:
    parts: list[dict[str, Any]] = [{} for _ in range(files)]
    data = tomllib.loads(ALL)
    for section, value in data.items():
        if section in LISTS:
            for table in chance.sample(value, len(value)):
                chance.choice(parts).setdefault(section, []).append(table)
        else:
            for key, inner in value.items():
                chance.choice(parts).setdefault(section, {})[key] = inner
    folder = tmp_path_factory.mktemp("team")
    for number, part in enumerate(parts):
        mine = {"include": [f"{number + 1}.toml"]} if number + 1 < files else {}
        (folder / f"{number}.toml").write_text(tomli_w.dumps(mine | part))
    assert policy_digest(load(folder / "0.toml")) == DIGEST


def hour(number: int) -> datetime:
    return datetime(2026, 1, 5, tzinfo=UTC) + timedelta(hours=number)


covers = st.lists(
    st.builds(
        lambda person, start, length: Override("t", "r", person, hour(start), hour(start + length)),
        st.sampled_from(["asha", "budi", "dewi"]),
        st.integers(0, 12),
        st.integers(1, 6),
    ),
    max_size=7,
)


@settings(deadline=None)
@given(covers)
def test_overrides_come_to_who_covers_when(listed: list[Override]) -> None:
    pieces = _pieces(listed)
    roster = Roster(overrides=tuple(listed))
    for number in range(20):
        covering = [person for person, start, end in pieces if start <= hour(number) < end]
        assert covering == [person for person in [duty(roster, "t", "r", hour(number)).person] if person]
    edges = [(end, person) for person, _, end in pieces]
    assert all((start, person) not in edges for person, start, _ in pieces)  # what belongs together is one


def test_many_overrides_take_no_time() -> None:
    listed = [Override("t", "r", f"p{n % 7}", hour(n), hour(n + 1 + n % 50)) for n in range(5_000)]
    assert len(_pieces(listed)) <= 10_000


def test_a_path_is_not_in_it(tmp_path: Path) -> None:
    for name in ("a", "b"):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "oncall.toml").write_text(
            '[[sources]]\nkind = "replay"\nname = "x"\nfile = "alerts.jsonl"\n'
        )
    assert policy_digest(load(tmp_path / "a" / "oncall.toml")) == policy_digest(
        load(tmp_path / "b" / "oncall.toml")
    )
