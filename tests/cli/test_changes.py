"""``oncall change`` and ``oncall changes``, on both stores, and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from console.cli import changes
from console.cli.grammar_changes import KINDS
from console.domain.change import ChangeKind
from tests.cli.conftest import Run

CI = ("change", "--service", "payments", "--what", "v42 canary 5 %", "--id", "run-7", "--by", "build")


def of(found: Any, key: str) -> list[Any]:
    return [one[key] for one in found["changes"]]


@pytest.fixture
def sqlite(config: Path) -> Path:
    return config


@pytest.fixture
def postgres(config: Path, pg_database: str) -> str:
    config.write_text(config.read_text().replace("sqlite:///oncall.db", pg_database))
    return pg_database


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_a_pipeline_may_tell_twice(run: Run, kind: str, request: pytest.FixtureRequest) -> None:
    request.getfixturevalue(kind)
    first, again = run(*CI), run(*CI)
    assert (first.code, first.err, again.code, again.err) == (0, "", 0, "")
    assert first.out.startswith("kept: deploy v42 canary 5 % of payments, ")
    assert again.out == "known already: run-7 of payments, kept as it was told first\n"
    other = run("change", "--service", "payments", "--what", "v43", "--id", "run-7")
    assert "v43" not in other.out, "v42 is what is known"
    found = run("changes", "--json").json
    assert of(found, "id") == ["cli:run-7/payments"]
    assert of(found, "kind") == ["deploy"]
    assert of(found, "by") == ["build"]


@pytest.mark.usefixtures("config")
def test_several_services_and_all_of_them(run: Run) -> None:
    told = run("change", "--service", "payments", "--service", "paymants", "--what", "flag x on")
    assert told.code == 0
    assert told.err == ('warning: no [[services]] has the name "paymants" — did you mean "payments"?\n'), (
        "kept all the same"
    )
    run("change", "--what", "network work", "--kind", "config", "--at", "2h ago")
    run("change", "--what", "long ago", "--at", "3d ago")
    found = run("changes", "--json").json
    assert of(found, "service") == [None, "paymants", "payments"]
    assert of(found, "kind") == ["config", "flag", "flag"]
    assert of(found, "by") == ["asha"] * 3
    assert of(run("changes", "--since", "7d", "--service", "payments", "--json").json, "what") == [
        "long ago",
        "network work",
        "flag x on",
    ]
    listed = run("changes").out
    assert "network work (told us " in listed
    assert "long ago" not in listed
    assert run("changes", "--since", "1s", "--service", "x").code == 0


@pytest.mark.usefixtures("config")
def test_nothing_told_is_not_nothing_changed(run: Run) -> None:
    assert run("changes").out == "nobody has told of a change in the last 24h\n"


@pytest.mark.usefixtures("config")
def test_ids_are_told_apart_whatever_is_in_them(run: Run) -> None:
    run("change", "--what", "one", "--id", "shop/payments")
    run("change", "--what", "two", "--id", "shop", "--service", "payments")
    run("change", "--what", "three", "--id", "shop%2Fpayments")
    assert of(run("changes", "--json").json, "what") == ["one", "two", "three"]


@pytest.mark.usefixtures("config")
def test_what_was_not_looked_at_is_said(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    run("change", "--what", "early", "--service", "payments", "--at", "9m ago")
    assert (
        run("changes", "--service", "mailer").out == "nobody has told of a change of mailer in the last 24h\n"
    )
    assert run("changes", "--json").json["complete"] is True
    run("change", "--what", "late", "--service", "mailer")
    monkeypatch.setattr(changes, "MOST", 1)
    listed = run("changes", "--service", "payments")
    assert listed.out == "no change of payments among those that were looked at\n"
    assert "only the latest 1 were looked at" in listed.err
    found = run("changes", "--service", "payments", "--json")
    assert (found.json["complete"], found.json["changes"]) == (False, [])


REFUSED = {
    "two lines": ("--what", "a\nb"),
    "control codes": ("--what", "a\x1b[31mb"),
    "nothing": ("--what", "  "),
    "only what cannot be seen": ("--what", "\u200b"),
    "ten kilobytes": ("--what", "x" * 10_000),
    "a long id": ("--what", "x", "--id", "x" * 201),
    "no service": ("--what", "x", "--service", ""),
    "a service on two lines": ("--what", "x", "--service", "a\nb"),
    "no address": ("--what", "x", "--url", "javascript:alert(1)"),
    "tomorrow": ("--what", "x", "--at", "2999-01-01"),
    "no time": ("--what", "x", "--at", "soon"),
    "no span": ("--what", "x", "--at", "5 ago"),
    "no kind": ("--what", "x", "--kind", "miracle"),
}


@pytest.mark.usefixtures("config")
@pytest.mark.parametrize("args", REFUSED.values(), ids=REFUSED)
def test_refused_in_one_line(run: Run, args: tuple[str, ...]) -> None:
    found = run("change", *args)
    assert found.code == 2
    assert len(found.err.splitlines()) == 1
    assert len(found.err) < 300
    assert "\x1b" not in found.err
    assert run("changes", "--json").json["changes"] == []


@pytest.mark.usefixtures("config")
def test_a_console_that_only_reads_may_look_but_not_tell(run: Run) -> None:
    run(*CI)
    refused = run("--readonly", *CI)
    assert refused.code == 1
    assert "writes to the store" in refused.err
    assert "v42 canary 5 %" in run("--readonly", "changes").out


@pytest.mark.usefixtures("config")
def test_an_incident_is_shown_with_what_was_changed_around_it(run: Run) -> None:
    url = "https://ci.example/7"
    run(*CI, "--at", "5m ago", "--url", url)
    run("change", "--what", "another", "--service", "mailer")
    run("new", "--service", "payments", "--title", "5xx")
    run("change", "--service", "payments", "--what", "*rollback* <b>v41 [x](y)")
    shown = run("show", "1").out
    assert "change: started 5 min after deploy v42 canary 5 % of payments (build)" in shown
    told = [line for line in shown.splitlines() if "change:" in line]
    assert len(told) == 3
    assert url in told[1]
    assert "Asha: change: *rollback* <b>v41 [x](y) of payments, " in told[2]
    assert told[2].endswith((" after it started", ", as it started"))
    assert "another" not in shown
    card = run("show", "1", "--md").out
    assert "**Changes around it**" in card
    assert f"[page]({url})" in card
    assert "<b>" not in card
    assert "\\[x\\](y)" in card
    changes = run("show", "1", "--json").json["changes"]
    assert [one["what"] for one in changes] == ["v42 canary 5 %", "*rollback* <b>v41 [x](y)"]
    assert 300 <= changes[0]["gap_seconds"] < 330
    assert changes[1]["gap_seconds"] < 0
    assert [one["distance"] for one in changes] == [0, 0]
    assert [one["reopened"] for one in changes] == [False, False]


def test_the_help_names_the_kinds_there_are() -> None:
    assert tuple(ChangeKind) == KINDS
