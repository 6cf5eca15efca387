"""Changing incidents from the command line, on a real store."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from console.domain.vocabulary import ReporterKind
from console.errors import StoreError
from console.store.sqlite.store import SqliteStore
from tests.cli.conftest import Run

pytestmark = pytest.mark.usefixtures("config")

NOBODY = "saved, but nobody runs the engine"


@pytest.fixture
def incident(run: Run) -> str:
    found = run("new", "--service", "payments", "--title", "cannot pay", "--json")
    assert found.json == {"id": "INC-1"}
    return "INC-1"


def shown(run: Run, incident: str) -> dict[str, object]:
    found: dict[str, object] = run("show", incident, "--json").json
    return found


@pytest.mark.parametrize("name", ["1", "INC-1", "inc-1"])
def test_ack_is_saved_and_says_that_nobody_runs_the_engine(run: Run, incident: str, name: str) -> None:
    found = run("ack", name)
    assert (found.code, found.out) == (0, f"acked {incident}\n")
    assert found.err.startswith(NOBODY)
    assert shown(run, incident)["acked_by"] == "asha"
    again = run("ack", name)
    assert (again.code, again.err) == (0, "")
    assert "acked" in again.out


def test_somebody_else_acts_with_as(run: Run, incident: str) -> None:
    run("ack", incident, "--as", "budi")
    assert shown(run, incident)["acked_by"] == "budi"


def test_an_ack_by_somebody_who_was_not_paged_asks_first(run: Run, incident: str) -> None:
    found = run("ack", incident, "--as", "dewi")
    assert (found.code, found.out) == (1, "")
    assert found.err == "INC-1: you were not paged — take it? (then add --take)\n"
    assert run("ack", incident, "--as", "dewi", "--take").code == 0


def test_several_at_once_report_each_and_end_with_the_worst(run: Run, incident: str) -> None:
    run("new", "--service", "payments", "--title", "slow")
    found = run("ack", incident, "9", "INC-2", "-m", "on it")
    assert found.code == 1
    assert [line for line in found.out.splitlines() if line.startswith("acked")] == [
        "acked INC-1",
        "acked INC-2",
    ]
    assert "there is no incident INC-9" in found.err
    assert [line["text"] for line in shown(run, "2")["timeline"]][-1] == "note: on it"  # type: ignore[attr-defined]


def test_a_wrong_id_stops_before_anything_is_done(run: Run, incident: str) -> None:
    found = run("ack", incident, "INC-x")
    assert (found.code, found.out) == (2, "")
    assert shown(run, incident)["state"] == "triggered"


def test_undo_takes_back_the_own_last_action(run: Run, incident: str) -> None:
    run("ack", incident)
    found = run("undo", incident)
    assert found.code == 0
    assert shown(run, incident)["state"] == "triggered"
    other = run("undo", incident, "--as", "budi")
    assert other.code == 1
    assert other.out == ""


def test_priority_stands_last(run: Run, incident: str) -> None:
    assert run("priority", incident, "p3").code == 0
    assert shown(run, incident)["priority"] == "P3"
    for wrong in (["priority", incident], ["priority", "P3"], ["priority", incident, "P5"]):
        found = run(*wrong)
        assert (found.code, found.out) == (2, "")
        assert "oncall priority INC-42 P2" in found.err


def test_notes_from_the_command_line_and_from_stdin(
    run: Run, incident: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("note", incident, "-m", "! rack lost\x1b[2J power").code == 0
    monkeypatch.setattr("sys.stdin", io.StringIO("first\nsecond\n"))
    assert run("note", incident).code == 0
    texts = [line["text"] for line in shown(run, incident)["timeline"]]  # type: ignore[attr-defined]
    assert texts[-2:] == ["note for the handover: rack lost^[[2J power", "note: first ⏎ second"]
    monkeypatch.setattr("sys.stdin", io.StringIO(" \n"))
    found = run("note", incident)
    assert (found.code, found.err) == (2, "an empty note says nothing: give -m TEXT, or the text on stdin\n")


def test_snooze_for_a_span_or_until_a_time(run: Run, incident: str) -> None:
    run("ack", incident)
    assert run("priority", incident, "P4").code == 0
    assert run("snooze", incident, "--for", "2h").out == "INC-1 snoozed for 2h\n"
    assert shown(run, incident)["snoozed_until"]
    assert run("snooze", incident, "--until", "2001-01-01 09:00").code == 2
    assert run("snooze", incident, "--until", "9999-01-01").code in {0, 1}
    assert run("snooze", incident, "--until", "shift-end").code == 0
    assert run("snooze", incident, "--for", "1h", "--until", "09:00").code == 2


def test_what_an_escalation_would_do_is_said_and_not_done(run: Run, incident: str) -> None:
    dry = run("escalate", incident, "--dry-run")
    assert dry.code == 0
    assert dry.out.startswith("INC-1: would page ")
    assert "is told in the room only\n  room all · hook now\n" in dry.out
    assert "  then " in dry.out
    assert run("escalate", incident, "--to", "nobody", "--dry-run").code == 1
    assert run("escalate", incident, "--level", "7", "--dry-run").code == 1
    assert "escalated" not in run("show", incident).out


def test_escalate_to_a_team_pages_its_primary(run: Run, incident: str) -> None:
    assert "(on call for payments)" in run("escalate", incident, "--to", "payments", "--dry-run").out


def test_escalate_assign_resolve(run: Run, incident: str) -> None:
    assert (
        run("escalate", incident, "--to", "dewi", "-m", "needs a manager").out
        == "escalated INC-1 to dewi (dewi)\n"
    )
    assert run("escalate", incident, "--level", "7").code == 1
    assert run("assign", incident, "--to", "budi").code == 0
    assert run("assign", incident, "--to", "nobody").code == 1
    found = run("resolve", incident, "--cause", "deploy", "--runbook", "none", "-m", "rolled back")
    assert (found.code, found.out) == (0, "resolved INC-1\n")
    assert shown(run, incident)["state"] == "resolved"
    assert run("show", incident).out.endswith("Asha: resolved (deploy), no runbook: rolled back\n")


@pytest.mark.parametrize("kind", [kind for kind in ReporterKind if kind is not ReporterKind.MONITORING])
def test_who_reported_it_is_kept_and_shown(run: Run, kind: ReporterKind) -> None:
    report = ("new", "--service", "payments", "--title", "no orders", "-m", "since nine\nin all shops")
    assert run(*report, "--reporter", kind.value, "--reported-by", "Citra of Shop 7").code == 0
    told = shown(run, "1")
    assert (told["reporter"], told["reported_by"]) == (kind.value, "Citra of Shop 7")
    assert told["body"] == "since nine\nin all shops"
    card = run("show", "1").out
    assert f"reported by Citra of Shop 7 ({kind.value}) " in card
    assert "  since nine\n  in all shops\n" in card
    assert (
        f"ago, by Citra of Shop 7 ({kind.value})\n- in their words: since nine"
        in run("show", "1", "--md").out
    )
    assert f"by Citra of Shop 7 ({kind.value})" in run("handover").out
    (handed,) = run("handover", "--json").json["open"]
    assert (handed["reporter"], handed["reported_by"]) == (kind.value, "Citra of Shop 7")


def test_a_report_may_leave_out_who(run: Run) -> None:
    assert run("new", "--service", "payments", "--title", "x", "--reporter", "anonymous").code == 0
    assert shown(run, "1")["reported_by"] is None
    assert "reported anonymously " in run("show", "1").out
    refused = run("new", "--service", "payments", "--title", "x", "--reporter", "monitoring")
    assert refused.code == 2


def test_a_report_can_be_back_dated_with_a_reason(run: Run) -> None:
    base = ("new", "--service", "payments", "--title", "late", "--at", "2026-01-05 09:00")
    found = run(*base)
    assert (found.code, found.out) == (2, "")
    assert "needs a reason" in found.err
    assert run(*base, "-m", "was told by phone", "--reporter", "client", "--reported-by", "Shop 7").code == 0
    told = shown(run, "1")
    assert told["reported_at"] == "2026-01-05T02:00:00Z"
    assert "reported by Shop 7 (client)" in str(told["timeline"])
    ahead = run("new", "--service", "payments", "--title", "x", "--at", "2100-01-01", "-m", "x")
    assert ahead.code == 1
    assert "in the future" in ahead.err


def test_a_service_that_nobody_owns_is_said(run: Run, config: Path) -> None:
    config.write_text(config.read_text() + '\n[[teams]]\nid = "search"\n')
    found = run("new", "--service", "payment", "--title", "x", "--priority", "P2")
    assert found.code == 0
    assert (
        'no [[services]] has the name "payment" — did you mean "payments"?: nobody is paged for it'
        in found.err
    )
    assert run("new", "--service", "payments", "--title", "x", "--priority", "P9").code == 2


def test_who_acts_must_be_known(run: Run, config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config.write_text(config.read_text().replace('[me]\nid = "asha"', ""))
    monkeypatch.setattr("getpass.getuser", lambda: "root")
    found = run("ack", "1")
    assert (found.code, found.out) == (2, "")
    assert found.err == "who are you?: set [me] id in oncall.toml or give --as WHO\n"
    monkeypatch.setattr("getpass.getuser", lambda: "budi")
    assert run("new", "--service", "payments", "--title", "x").code == 0


def test_a_store_that_cannot_be_written_is_exit_3_and_never_a_success(
    run: Run, incident: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: object) -> int:
        raise StoreError("the disk is full", hint="make room")

    with monkeypatch.context() as patched:
        patched.setattr(SqliteStore, "append", full)
        found = run("ack", incident)
    assert (found.code, found.out) == (3, "")
    assert found.err == "NOT saved: INC-1: the disk is full: make room\n"
    assert shown(run, incident)["state"] == "triggered"
