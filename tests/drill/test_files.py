"""Files of drills that people bring: read or refused in one line."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from console.drill.files import BIGGEST, find, parse
from console.errors import UsageError
from tests.paths import REPO

LEAST: dict[str, Any] = {
    "oncall_drill": 1,
    "name": "x",
    "title": "x",
    "alarms": [{"at": 0, "id": "a", "name": "Unwell", "service": "payments"}],
}


def test_the_least_that_is_a_drill() -> None:
    drill = parse(json.dumps(LEAST), "x.json")
    assert (drill.lasts, drill.alarms[0].severity, drill.responded.acked) == (0, "warning", None)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"oncall_drill": 2}, "oncall_drill is wrong"),
        ({"alarms": []}, "alarms is wrong"),
        ({"alarms": [{"at": -1, "id": "a", "name": "x", "service": "x"}]}, "alarms.0.at is wrong"),
        ({"responded": {"steps": [[0, "done"]]}}, "responded.steps.0.0 is wrong"),
        ({"command": "rm"}, "command is wrong"),
    ],
)
def test_what_is_wrong_is_named(change: dict[str, Any], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        parse(json.dumps({**LEAST, **change}), "x.json")


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text() | st.recursive(st.none() | st.integers() | st.text(), st.lists).map(json.dumps))
def test_whatever_a_file_says_it_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(UsageError) as refused:
        parse(text, "x.json")
    assert "\n" not in str(refused.value)


def test_control_codes_never_come_through() -> None:
    alarms = [{**LEAST["alarms"][0], "title": "\x1b]52;c;x\x07red", "labels": {"a": "\x1b[2J"}}]
    (alarm,) = parse(json.dumps({**LEAST, "alarms": alarms}), "x").alarms
    assert "\x1b" not in alarm.title + alarm.labels[0][1]


def test_a_name_or_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no drill"):
        find("nothing")
    big = tmp_path / "big.json"
    big.write_bytes(b" " * (BIGGEST + 1))
    with pytest.raises(UsageError, match="too big"):
        find(str(big))
    big.write_bytes(b"\xff")
    with pytest.raises(UsageError, match="not UTF-8"):
        find(str(big))


def test_the_page_for_the_first_shift_names_drills_that_are_there() -> None:
    page = (REPO / "docs/first-shift.md").read_text(encoding="utf-8")
    named = re.findall(r"^oncall drill run ([\w-]+)(?: |$)", page, re.MULTILINE)
    assert len(named) == 2
    assert [find(name).name for name in named] == named
