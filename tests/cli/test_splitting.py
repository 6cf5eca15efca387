"""Merging and splitting from the command line, and what an incident is made of in ``oncall show``."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from console.cli.grammar import build
from console.config.kept import load_setup
from console.desk.executor import Executor
from console.domain import commands as cmd
from console.domain.actors import ENGINE
from console.domain.events import CauseNamed, Event
from console.domain.fold import fold
from console.domain.summary import summarise
from console.ports.desk import Saved
from console.ports.store import Write
from console.store.sqlite.store import SqliteStore
from tests.cli.conftest import Run
from tests.fakes.sources import alert
from tests.paths import REPO

SERVICES = """
[[services]]
name = "orders-db"
team = "payments"
[[services]]
name = "cart"
team = "payments"
depends_on = ["orders-db"]
[[services]]
name = "search"
team = "payments"
depends_on = ["cart"]
"""


@pytest.fixture(autouse=True)
def store(config: Path) -> Iterator[SqliteStore]:
    """Open INC-1 of three services and INC-2 of one."""
    config.write_text(config.read_text() + SERVICES)
    with closing(SqliteStore(config.parent / "oncall.db")) as store:
        executor = Executor(store, lambda: load_setup(config).policy)
        db = alert("Lag", service="orders-db")
        for n, alerts in enumerate(
            (
                (alert("Slow", service="search"), alert("Errors", service="cart"), db),
                (alert("Down", service="payments"),),
            )
        ):
            command = cmd.Open("it burns", alerts[0].service, key=f"k{n}", alert_name="x", alerts=alerts)
            assert isinstance(executor.carry_out("", command, ENGINE, f"o{n}"), Saved)
        yield store


def test_a_merge_and_a_split_back(run: Run) -> None:
    merged = run("merge", "2", "--into", "INC-1", "-m", "same fault")
    assert (merged.code, merged.out) == (0, "merged INC-2 into INC-1\nnote saved on INC-1\n")
    shown = run("show", "INC-1").out
    assert "merged into it: INC-2" in shown
    assert re.search(r"payments   1/1 firing, P2, for \d+s, from INC-2", shown)
    assert "part of INC-1 now: go on there" in run("show", "INC-2").out
    again = run("merge", "INC-2", "--into", "1")
    assert (again.code, again.out) == (0, "INC-2 is part of INC-1 already\n")
    apart = run("split", "INC-1", "--child", "INC-2", "INC-9")
    assert (apart.code, apart.out) == (1, "split INC-2 off INC-1: it stands alone again\n")
    assert apart.err.startswith("INC-1: there is no incident INC-9\n")
    assert "split off INC-1" in run("show", "INC-2", "--md").out


def test_a_service_gets_an_incident_of_its_own(run: Run) -> None:
    found = run("split", "1", "--service", "cart", "orders-db", "--json")
    assert (found.code, found.json) == (0, {"id": "INC-1", "split_off": ["INC-3"]})
    assert run("show", "INC-3", "--json").json["split_from"] == "INC-1"
    refused = run("split", "1", "--service", "search")
    assert (refused.code, refused.out) == (1, "")
    assert refused.err == "nothing would be left of INC-1: all its alerts are of search\n"


@pytest.mark.parametrize(
    "argv",
    ["merge 2", "split 1", "split 1 --service cart --child INC-2", "merge x --into 1", "split 1 --child x"],
)
def test_what_is_asked_wrongly_is_bad_usage(run: Run, argv: str) -> None:
    assert run(*argv.split()).code == 2


def test_the_parts_stand_root_first(run: Run, store: SqliteStore) -> None:
    log = store.log("INC-1")
    why = "2 of the 2 other failing services depend on it"
    named = Event("INC-1", len(log) + 1, log[-1].at, ENGINE, CauseNamed("orders-db", why))
    store.append([Write("INC-1", len(log), (named,), summarise(fold((*log, named))))])
    told = run("show", "1").out
    assert f"probably begins at orders-db: {why} (a guess)" in told
    places = [told.index(f"\n  {name} ") for name in ("orders-db", "cart", "search")]
    assert places == sorted(places)
    assert "probable root" in told
    card = run("show", "1", "--md").out
    assert re.search(
        r"\*\*Parts\*\*\n\n- orders-db: 1/1 firing, P2, for \d+s \(probable root\)\n- cart:", card
    )
    parts = run("show", "1", "--json").json["parts"]
    assert [(one["service"], one["root"], one["firing"]) for one in parts] == [
        ("orders-db", True, 1), ("cart", False, 1), ("search", False, 1),
    ]  # fmt: skip


def test_the_page_on_merging_gives_commands_that_are_understood() -> None:
    page = (REPO / "docs/merge.md").read_text(encoding="utf-8")
    found = [line.split(maxsplit=1)[1] for line in page.splitlines() if line.startswith("oncall ")]
    assert len(found) == 5
    for line in found:
        args = build().parse_args(shlex.split(line))
        assert args.run in {"acting:merge", "splitting:split"}
