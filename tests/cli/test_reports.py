"""``oncall report`` in its forms, and ``oncall incidents --as-of``."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest

from console.clock import SystemClock
from console.domain.commands import Ack, Advance, ObserveAlerts, Resolve
from console.outputs.reports.rows import TABLES
from console.outputs.reports.words import definitions
from tests.cli.conftest import Run
from tests.cli.test_reading import ALERT, Shift

HOSTILE = '=1+1|<script>alert(1)</script>`\x1b[31m"'


@pytest.fixture
def shift(config: Path) -> Iterator[Shift]:
    """Return a store with an incident acked late, three weeks ago, and one acked in time, two weeks ago."""
    shift = Shift(config)
    now = SystemClock().now()

    def ago(days: float) -> None:
        shift.clock.advance((now - timedelta(days=days) - shift.clock.now()).total_seconds())

    alert = replace(ALERT, name=HOSTILE)
    for days, minutes in ((21, 20), (14, 2)):
        ago(days)
        incident = shift.fired(alert)
        shift.does("engine", incident, Advance())
        shift.clock.advance(60 * minutes)
        shift.does("asha", incident, Ack(take=True))
        shift.clock.advance(600)
        shift.does("engine", incident, ObserveAlerts(cleared=(alert.ref,)))
        shift.does("asha", incident, Resolve(cause="deploy"))
    yield shift
    shift.store.close()


def told(run: Run, config: Path, *argv: str) -> str:
    found = run("--config", str(config), "report", *argv)
    assert found.code == 0, found.err
    return found.out


@pytest.mark.usefixtures("shift")
def test_the_terminal_gets_charts_and_definitions(run: Run, config: Path) -> None:
    out = told(run, config, "--weeks", "6")
    assert "time to acknowledge (MTTA)" in out
    assert "20m  n 1, P50 20m, P90 20m, 0% within target (5m)" in out
    assert "no incidents" in out
    assert "not known: 2 weeks before the first incident" in out
    assert "cause: deploy" not in out, "the resolution was in time"
    assert all(words in out for words in definitions().values())
    assert "\x1b" not in out
    assert "█" in out


@pytest.mark.usefixtures("shift")
@pytest.mark.parametrize("form", ["text", "md", "html", "json", "csv"])
def test_each_form_is_the_same_bytes_again(run: Run, config: Path, tmp_path: Path, form: str) -> None:
    first = told(run, config, "--format", form)
    assert told(run, config, "--format", form) == first
    told(run, config, "--format", form, "-o", str(tmp_path / "file"))
    assert (tmp_path / "file").read_bytes().decode() == first
    assert "\x1b" not in first
    assert "<script" not in first or form in {"text", "json"}


@pytest.mark.usefixtures("shift")
def test_as_json_it_has_every_number(run: Run, config: Path) -> None:
    found = run("--config", str(config), "report", "--weeks", "4", "--json").json["report"]
    total = found["total"]["metrics"]
    assert (total["incidents"], total["tta"]["n"], total["tta"]["mean"]) == (2, 2, 11 * 60)
    assert total["causes"] == [["deploy", 2]]
    assert [one["clock"] for one in found["breaches"]] == ["ack"]
    assert len(found["weeks"]) == 4


@pytest.mark.usefixtures("shift")
def test_as_csv_a_week_is_a_row_and_nothing_a_formula(run: Run, config: Path) -> None:
    rows = list(csv.DictReader(StringIO(told(run, config, "--weeks", "5", "--format", "csv"))))
    assert len(rows) == 5
    assert [row["tta_mean_s"] for row in rows if row["tta_mean_s"]] == ["1200", "120"]
    assert [row["incidents"] for row in rows if row["known"] == "no"] == [""], "unknown is not zero"
    assert not [cell for row in rows for cell in row.values() if cell.startswith(("=", "+", "-", "@"))]


@pytest.mark.usefixtures("shift")
def test_each_table_comes_alone_or_all_as_files(run: Run, config: Path, tmp_path: Path) -> None:
    (row,) = csv.DictReader(StringIO(told(run, config, "--table", "breaches")))
    assert (row["incident"], row["clock"], row["late_s"]) == ("INC-1", "ack", "900")
    assert row["title"].startswith("'") or not row["title"].startswith("=")
    folder = tmp_path / "new" / "tables"
    told(run, config, "--table", "all", "-o", str(folder))
    assert {one.stem for one in folder.iterdir()} == set(TABLES)
    assert (folder / "breaches.csv").read_bytes().decode() == told(run, config, "--table", "breaches")


def test_the_grammar_knows_every_table(run: Run) -> None:
    out = " ".join(run("report", "--help").out.split())
    assert f"--table {{{','.join([*TABLES, 'all'])}}}" in out


@pytest.mark.parametrize("command", ["incidents", "report"])
def test_a_slip_of_the_hand_is_no_time(run: Run, config: Path, command: str) -> None:
    option = "--as-of" if command == "incidents" else "--until"
    for slip in ("", "0001-01-01T12:00Z", "0026-03-02"):
        found = run("--config", str(config), command, option, slip)
        assert (found.code, found.out) == (2, "")
        assert len(found.err.splitlines()) == 1


@pytest.mark.usefixtures("shift")
def test_an_end_in_the_past(run: Run, config: Path) -> None:
    until = (SystemClock().now() - timedelta(days=16)).strftime("%Y-%m-%d %H:%M")
    found = run("--config", str(config), "report", "--until", until, "--json").json["report"]
    assert found["total"]["metrics"]["incidents"] == 1


@pytest.mark.parametrize(
    "argv",
    [
        ("--weeks", "0"),
        ("--weeks", "9999"),
        ("--team", "nobody"),
        ("--service", "no"),
        ("--until", "2999-01-01"),
        ("--until", "0002-01-01"),
        ("--until", ""),
        ("--until", "99999d ago"),
        ("--table", "rules", "--json"),
        ("--table", "all"),
    ],
)
def test_what_cannot_be_is_refused_in_a_line(run: Run, config: Path, argv: tuple[str, ...]) -> None:
    found = run("--config", str(config), "report", *argv)
    assert (found.code, found.out) == (2, "")
    assert len(found.err.splitlines()) <= 2


def test_an_empty_store_says_that_nothing_is_known(run: Run, config: Path) -> None:
    out = told(run, config)
    assert "not known: 13 weeks before the first incident" in out
    assert "0 incidents" not in out, "unknown is not quiet"


def test_a_list_as_it_stood_then(run: Run, config: Path, shift: Shift) -> None:
    at = (SystemClock().now() - timedelta(days=21) + timedelta(minutes=5)).isoformat()
    found = run("--config", str(config), "incidents", "--as-of", at, "--json").json
    (one,) = found["incidents"]
    assert (one["id"], one["state"], one["owner"]) == ("INC-1", "triggered", None)
    later = (SystemClock().now() - timedelta(days=21) + timedelta(minutes=25)).isoformat()
    found = run("--config", str(config), "incidents", "--as-of", later, "--json").json
    assert [(one["state"], one["owner"]) for one in found["incidents"]] == [("acknowledged", "asha")]
    out = run("--config", str(config), "incidents", "--as-of", later).out
    assert "1 incident, as of" in out
    assert "INC-1" in out
    before = (SystemClock().now() - timedelta(days=30)).isoformat()
    unknown = run("--config", str(config), "incidents", "--as-of", before, "--state", "all")
    assert unknown.out.startswith("not known: the first incident of this store was reported after")
    assert run("--config", str(config), "incidents", "--as-of", before, "--json").json["known"] is False
    between = (SystemClock().now() - timedelta(days=17)).isoformat()
    assert run("--config", str(config), "incidents", "--as-of", between).out.startswith("0 incidents, as of")
    ago = run("--config", str(config), "incidents", "--as-of", "17d ago", "--state", "all")
    assert ago.out.splitlines()[-2].startswith("1 incident, as of")
    now = run(
        "--config", str(config), "incidents", "--as-of", shift.clock.now().isoformat(), "--state", "all"
    ).out
    assert "2 incidents" in now
