"""The bell: what is written, what is run, and that it rings once."""

from __future__ import annotations

import asyncio
import os
import subprocess
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.incident import State
from console.domain.policy import Policy
from console.domain.roster import Duty, Roster, Rotation
from console.domain.snapshot import Snapshot, StoreHealth, StoreState
from console.domain.summary import Summary
from console.ui.attention import sounder
from console.ui.attention.ringer import APART, Ringer
from console.ui.attention.sounder import Sounder
from console.ui.attention.ways import program, sequence
from console.ui.terminal.safe_app import TerminalSafeApp
from tests.ui.rows import row
from tests.waiting import PATIENCE

T0 = datetime(2026, 1, 5, 9, tzinfo=UTC)
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
RULES = Policy(Roster())
HOSTILE = "x\x1b]0;gone\x07\x9b31m #(touch /tmp/gone) #{pane_id} %H ; --help \u202e <b>\n"


def snapshot(*rows: Summary, now: datetime = T0, policy: Policy = RULES) -> Snapshot:
    duty = Duty("payments", "primary", "asha", None, None, None)
    store = StoreHealth("sqlite", StoreState.OK, now)
    return Snapshot(now, "asha", 1, rows, (), None, store, (duty,), policy)


class Heard(list[str]):
    """What rang, and the ringer."""

    def __init__(self) -> None:
        super().__init__()
        self.ringer = Ringer(self.append)


@pytest.fixture
def heard() -> Heard:
    return Heard()


def test_an_incident_rings_once_however_often_it_is_seen(heard: Heard) -> None:
    one = row("pay-1", T0, age=SECOND)
    for _ in range(3):
        heard.ringer.take(snapshot(one))
    heard.ringer.take(snapshot(replace(one, n=2), now=T0 + 10 * SECOND))
    heard.ringer.take(snapshot(one, now=T0 + 20 * SECOND, policy=Policy(Roster())))
    heard.ringer.tick(T0 + 30 * SECOND)
    assert heard == ["open: P? payments is unwell (pay-1)"]


def test_what_waits_at_the_start_rings_once_for_all_of_it(heard: Heard) -> None:
    heard.ringer.take(snapshot(*(row(f"pay-{n}", T0, age=n * SECOND) for n in range(1, 40))))
    assert heard == ["open: P? payments is unwell (pay-1) (and 38 more things waiting for you)"]


def test_the_clock_rings_by_itself_where_it_turns_red_and_where_it_is_missed(heard: Heard) -> None:
    one = row("pay-1", T0, age=timedelta(0))
    heard.ringer.take(snapshot(one))
    for second in range(1, 310):
        heard.ringer.tick(T0 + second * SECOND)
    assert heard[1:] == [
        "ack due in 1m: P? payments is unwell (pay-1)",
        "ack overdue: P? payments is unwell (pay-1)",
    ]


def test_an_ack_of_anybody_stops_it(heard: Heard) -> None:
    one = row("pay-1", T0, age=timedelta(0))
    heard.ringer.take(snapshot(one))
    heard.ringer.take(
        snapshot(replace(one, state=State.ACKNOWLEDGED, owner="budi", human_ack_at=T0), now=T0 + MINUTE)
    )
    heard.ringer.tick(T0 + 60 * MINUTE)
    assert len(heard) == 1


def test_a_storm_is_no_siren(heard: Heard) -> None:
    rows = []
    for second in range(60):
        rows.append(row(f"pay-{second}", T0 + second * SECOND, age=timedelta(0)))
        heard.ringer.take(snapshot(*rows, now=T0 + second * SECOND))
    assert 60 * SECOND / APART / 2 <= len(heard) <= 60 * SECOND / APART + 1
    assert "more things waiting for you" in heard[-1]


def test_a_shift_that_begins_rings(heard: Heard) -> None:
    zone = ZoneInfo("Asia/Jakarta")
    rotation = Rotation(
        "search", "primary", ("budi", "asha"), timedelta(days=7), time(9), zone, date(2026, 1, 5), 0
    )
    start = datetime(2026, 1, 12, 2, tzinfo=UTC)
    rules = Policy(Roster((rotation,)))
    heard.ringer.take(snapshot(now=start - 17 * MINUTE, policy=rules))
    for minute in range(17, 0, -1):
        heard.ringer.tick(start - minute * MINUTE)
    assert heard == ["you are primary of search in 15m"]


def test_a_clock_that_is_set_back_rings_nothing_twice(heard: Heard) -> None:
    one = row("pay-1", T0, age=timedelta(0))
    heard.ringer.take(snapshot(one))
    heard.ringer.tick(T0 + 4 * MINUTE)
    for second in range(0, 300, 5):
        heard.ringer.tick(T0 + second * SECOND)
    assert len(heard) == 2


@given(st.text())
def test_no_text_ends_or_begins_a_sequence(text: str) -> None:
    for said in (text, HOSTILE):
        assert sequence("bell", said) == "\a"
        for way, start in (("osc9", "\x1b]9;oncall: "), ("osc777", "\x1b]777;notify;oncall;")):
            written = sequence(way, said)
            assert written.startswith(start)
            assert written.endswith("\a")
            inner = written[len(start) : -1]
            assert inner.isprintable()
            assert way == "osc9" or ";" not in inner


@pytest.fixture
def path(tmp_path: Path) -> dict[str, str]:
    for name in ("tmux", "notify-send"):
        (tmp_path / name).write_text(
            f'#!/bin/sh\nfor one; do echo "$one" >>"{tmp_path}/$(basename "$0").said"; done\n'
        )
        (tmp_path / name).chmod(0o755)
    return {"PATH": f"{tmp_path}:/usr/bin:/bin", "TMUX": "/tmp/tmux-0/default,1,0"}


@pytest.mark.parametrize("way", ["tmux", "desktop"])
def test_no_text_is_an_option_a_format_or_markup_of_a_program(
    way: str, path: dict[str, str], tmp_path: Path
) -> None:
    command = program(way, HOSTILE, path)
    subprocess.run(command, check=True, timeout=PATIENCE, env=path)
    said = (tmp_path / f"{Path(command[0]).name}.said").read_text()
    assert command[-1].isprintable()
    assert "touch" in said
    assert command.index("--") < len(command) - 1
    forbidden = "#%" if way == "tmux" else "<>"
    assert not set(forbidden) & set(command[-1])


def test_where_there_is_no_such_program_nothing_is_run(tmp_path: Path) -> None:
    empty = {"PATH": str(tmp_path), "TMUX": "x"}
    assert [program(way, "x", empty) for way in ("tmux", "desktop", "bell", "osc9")] == [()] * 4
    assert program("tmux", "x", {"PATH": os.environ["PATH"]}) == ()


class Written(TerminalSafeApp[None]):
    """Notes what is sent to the terminal beside the picture."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[str] = []

    def to_terminal(self, sequence: str) -> None:
        self.sent.append(sequence)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    note = tmp_path / "note"
    monkeypatch.setattr(
        sounder, "program", lambda way, _text: ("touch", str(note)) if way == "desktop" else ("/none",)
    )
    return note


async def test_it_rings_in_all_ways_and_a_program_that_is_not_there_breaks_nothing(told: Path) -> None:
    app: Any = Written()
    async with app.run_test():
        Sounder(app, ("bell", "osc9", "bell", "desktop", "tmux")).sound("page: P1")
        async with asyncio.timeout(PATIENCE):
            await app.workers.wait_for_complete()
    assert app.sent == ["\a\x1b]9;oncall: page: P1\a"]
    assert told.exists()  # noqa: ASYNC240 - one look
