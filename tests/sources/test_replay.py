from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from console.domain.priority import Priority
from console.errors import SourceError
from console.sources.replay import Options, Source, parse
from tests.sources.conftest import NOW, HeldClock

LINES: list[Any] = [
    {"at": 0, "name": "DiskFull", "service": "orders-db", "severity": "critical", "since": 180},
    {"at": 4, "until": 30, "name": "Latency", "service": "cdn", "title": "p99 > 4 s"},
    {"at": 9, "name": "DiskFull", "service": "orders-db", "severity": "info", "title": "better"},
    {"at": 40, "until": 60, "name": "Latency", "service": "cdn"},
    {"at": 50, "until": 55, "fail": "logs.example cannot\nbe reached"},
    {"at": 70, "until": 80, "partial": "one of two regions did not answer"},
]
OPTIONS = Options(file=Path("x"))


def names(at: float, lines: Any = LINES) -> list[str]:
    return [f"{alert.name}/{alert.title}" for alert in parse(lines, "demo", OPTIONS, at=at).alerts]


@pytest.mark.parametrize(
    ("at", "firing"),
    [
        (0, ["DiskFull/DiskFull"]),
        (4, ["DiskFull/DiskFull", "Latency/p99 > 4 s"]),
        (9, ["DiskFull/better", "Latency/p99 > 4 s"]),
        (29.9, ["DiskFull/better", "Latency/p99 > 4 s"]),
        (30, ["DiskFull/better"]),
        (40, ["DiskFull/better", "Latency/Latency"]),
        (60, ["DiskFull/better"]),
        (1e6, ["DiskFull/better"]),
    ],
)
def test_alerts_come_change_and_go(at: float, firing: list[str]) -> None:
    assert names(at) == firing


def test_an_alert_keeps_its_identity_and_says_since_when() -> None:
    first = parse(LINES, "demo", OPTIONS, start=NOW).alerts[0]
    later = parse(LINES, "demo", OPTIONS, at=9, start=NOW).alerts[0]
    assert first.ref == later.ref
    assert (first.priority, later.priority) == (Priority.P1, Priority.P4)
    assert first.started_at == NOW - timedelta(seconds=180)


def test_trouble_comes_and_goes() -> None:
    with pytest.raises(SourceError, match=r"logs\.example cannot ⏎ be reached") as caught:
        parse(LINES, "demo", OPTIONS, at=50)
    assert not caught.value.permanent
    assert parse(LINES, "demo", OPTIONS, at=55).complete
    partial = parse(LINES, "demo", OPTIONS, at=70)
    assert not partial.complete
    assert partial.problems == ("one of two regions did not answer",)


def test_held_back_alerts() -> None:
    lines = [{"at": 10, "name": "X", "muted": 20}]
    held = parse(lines, "demo", OPTIONS, at=10, start=NOW).alerts[0]
    assert held.muted_until == NOW + timedelta(seconds=30)
    assert parse(lines, "demo", OPTIONS, at=30, start=NOW).alerts[0].muted_by == ""


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (None, "the line is wrong"),
        ([], "the line is wrong"),
        ({"at": -1, "name": "X"}, "at is wrong"),
        ({"name": 3}, "name is wrong"),
        ({"nam": "X"}, "nam is wrong"),
        ({"at": 3}, "it needs name, fail or partial"),
    ],
)
def test_a_line_that_cannot_be_read_is_named(bad: Any, said: str) -> None:
    poll = parse([bad, LINES[0]], "demo", OPTIONS)
    assert [alert.name for alert in poll.alerts] == ["DiskFull"]
    assert not poll.complete
    assert poll.problems == (f"entry 1 cannot be read: {said}",)


def written(folder: Path, text: str) -> Path:
    file = folder / "shift.jsonl"
    file.write_text(text, encoding="utf-8")
    return file


async def test_a_file_is_played_against_the_clock(tmp_path: Path, clock: HeldClock) -> None:
    text = "# the shift\n\n" + "\n".join(json.dumps(line) for line in LINES) + "\nnot json\n"
    source = Source("demo", Options(file=written(tmp_path, text), speed=2), clock)
    poll = await source.fetch()
    assert [alert.name for alert in poll.alerts] == ["DiskFull"]
    assert poll.problems == ("entry 7 cannot be read: the line is wrong",)
    clock.pass_(2)
    assert len((await source.fetch()).alerts) == 2
    clock.pass_(23)
    with pytest.raises(SourceError, match=r"logs\.example"):
        await source.fetch()
    await source.close()


async def test_a_given_start_makes_it_repeatable(tmp_path: Path, clock: HeldClock) -> None:
    file = written(tmp_path, json.dumps(LINES[1]))
    start = datetime(2026, 1, 5, 9, 1, 50, tzinfo=UTC)
    polls = [await Source("demo", Options(file=file, start=start), clock).fetch() for _ in range(2)]
    assert polls[0] == polls[1]
    assert polls[0].alerts[0].started_at == start + timedelta(seconds=4)
    early = Source("demo", Options(file=file, start=NOW + timedelta(hours=1)), clock)
    assert (await early.fetch()).alerts == ()


@pytest.mark.parametrize("make", [None, b"\xff\xfe"])
async def test_a_file_that_cannot_be_read(tmp_path: Path, clock: HeldClock, make: bytes | None) -> None:
    file = tmp_path / "gone.jsonl"
    if make:
        file.write_bytes(make)
    with pytest.raises(SourceError, match=r"timeline .*gone\.jsonl cannot be read") as caught:
        await Source("demo", Options(file=file), clock).fetch()
    assert caught.value.permanent


def test_a_file_is_relative_to_the_config(tmp_path: Path) -> None:
    options = Options.model_validate({"file": "a/b.jsonl"}, context={"folder": tmp_path})
    assert options.file == tmp_path / "a" / "b.jsonl"
    absolute = Options.model_validate({"file": "/a/b.jsonl"}, context={"folder": tmp_path})
    assert absolute.file == Path("/a/b.jsonl")
