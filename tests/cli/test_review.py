"""``oncall postmortem``: print, write, edit, close, and the board."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from console.cli import grammar_review
from console.domain.review.sections import SECTIONS
from console.domain.vocabulary import ActionKind
from tests.cli.conftest import Run

pytestmark = pytest.mark.usefixtures("over")


@pytest.fixture
def over(run: Run, config: Path) -> None:
    """Make a P1 that Asha took and resolved."""
    assert config.exists()
    assert run("new", "--service", "payments", "--title", "5xx", "--priority", "P1").code == 0
    assert run("ack", "1", "--take").code == 0
    assert run("resolve", "1", "-m", "restarted the pool", "--cause", "deploy").code == 0


def test_the_help_names_the_sections_and_kinds_that_there_are() -> None:
    assert ", ".join(one.name for one in SECTIONS) == grammar_review.SECTIONS
    assert tuple(one.value for one in ActionKind) == grammar_review.KINDS


def editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    """Let $EDITOR be a program that changes the text of its file."""
    script = tmp_path / "editor.py"
    script.write_text(
        "import pathlib, sys\nfile = pathlib.Path(sys.argv[1])\ntext = file.read_text()\n" + code
    )
    monkeypatch.setenv("EDITOR", f"{sys.executable} {script}")
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))


def test_a_review_is_printed_before_anybody_began_it(run: Run, tmp_path: Path) -> None:
    made = run("postmortem", "1")
    assert made.code == 0
    assert made.out.startswith("# Review of INC-1: 5xx\n")
    assert "- Status: no review yet: this is a draft from the log\n" in made.out
    assert run("review", "inc-1").out == made.out
    assert run("postmortem", "1", "--format", "jira").out.startswith("h1. Review of INC-1: 5xx\n")
    assert run("postmortem", "1", "--json").json["incident"] == "INC-1"
    assert run("postmortem", "1", "-o", "rca.md").code == 0
    assert (tmp_path / "rca.md").read_text() == made.out
    assert (tmp_path / "rca.md").stat().st_mode & 0o077 == 0


def test_the_way_of_a_review_from_draft_to_closed(run: Run) -> None:
    assert run("postmortem", "1", "--draft").out.startswith("review of INC-1 begun, ")
    assert run("postmortem", "1", "--section", "impact", "--text", "two clients").code == 0
    added = run("postmortem", "1", "--action", "limit the pool", "--owner", "budi", "--due", "2099-12-01",
                "--kind", "prevent", "--link", "https://jira.example/OPS-1")  # fmt: skip
    assert added.out == "action item A1 of INC-1 added\n"
    assert run("postmortem", "1", "--item", "A1", "--text", "limit its pool").code == 0
    assert run("postmortem", "1", "--review", "-m", "on Thursday").out.startswith(
        "review of INC-1: in review"
    )
    asked = run("postmortem", "1", "--close")
    assert asked.code == 1
    assert "contributing factors is not written" in asked.err
    assert asked.err.endswith("(then add --despite-gaps)\n")
    assert run("postmortem", "1", "--close", "--despite-gaps").code == 0
    assert run("postmortem", "1", "--done", "A1").out == "action item A1 of INC-1: done\n"
    made = run("postmortem", "1").out
    assert (
        "| A1 | limit its pool | prevent | Budi | 2099-12-01 | done | [link](https://jira.example/OPS-1) |"
        in made
    )
    assert run("postmortem", "1", "--draft", "--owner", "budi").out.startswith("review of INC-1: draft, Budi")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((), "say which incident"),
        (("9",), "INC-9: no such incident"),
        (("9", "--edit"), "INC-9: no such incident"),
        (("9", "--draft"), "there is no incident INC-9"),
        (("1", "--section", "impact"), "say what to write"),
        (("1", "--section", "blame", "--text", "x"), 'no section "blame"'),
        (("1", "--review"), "has no review yet"),
        (("1", "--action", "x", "--due", "soon"), '"soon" is not a day'),
        (("1", "--action", "x", "--due", "2020-01-01"), "that day is over"),
        (("1", "--action", "x", "--owner", "eve"), 'nobody is called "eve"'),
        (("1", "--done", "A7"), 'no action item "A7"'),
        (("--readonly", "1", "--draft"), "this command writes to the store"),
        (("--board", "1"), "--board is about all incidents"),
        (("--board", "--close"), "--board is about all incidents"),
        (("1", "--close", "--section", "impact", "--text", "x"), "--close and --section at once"),
        (("1", "--draft", "-o", "rca.md"), "-o writes the document"),
        (("1", "--text", "x"), "--text needs --section NAME or --item ID"),
        (("1", "--done", "A1", "--text", "x"), "--text needs --section NAME or --item ID"),
        (("1", "--kind", "prevent"), "--kind needs --action"),
        (("1", "--link", "https://jira.example/OPS-1"), "--link needs --action"),
        (("1", "-m", "on Thursday"), "-m needs --draft, --review or --close"),
        (("1", "--review", "--despite-gaps"), "--despite-gaps needs --close"),
        (("1", "--edit", "--owner", "budi"), "--owner and --due are of a review or an item"),
    ],
)
def test_what_cannot_be_done_is_one_line(run: Run, words: tuple[str, ...], says: str) -> None:
    made = run("postmortem", *words)
    assert made.code != 0
    assert says in made.err


def test_the_text_of_an_action_item_may_come_from_stdin(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    run("postmortem", "1", "--action", "limit the pool")
    monkeypatch.setattr("sys.stdin", io.StringIO("limit its pool\n"))
    assert run("postmortem", "1", "--item", "A1", "--text", "-").code == 0
    (item,) = run("postmortem", "1", "--json").json["items"]
    assert item["action"]["text"] == "limit its pool"


def test_the_word_about_a_review_that_begins_is_kept(run: Run) -> None:
    run("postmortem", "1", "--draft", "-m", "meeting on Thursday")
    assert "meeting on Thursday" in run("show", "1").out


def test_what_was_changed_in_the_editor_is_saved(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("postmortem", "1", "--section", "well", "--text", "the alert").code == 0
    editor(
        tmp_path,
        monkeypatch,
        'file.write_text(text.replace("== impact ==", "== impact ==\\nTwo clients.\\n\\n- one"))',
    )
    assert run("postmortem", "1", "--edit").out == "review of INC-1: impact written\n"
    assert dict(run("postmortem", "1", "--json").json["sections"]) == {
        "impact": "Two clients.\n\n- one",
        "well": "the alert",
    }
    editor(tmp_path, monkeypatch, "")
    assert run("postmortem", "1", "--edit").out == "nothing was changed in the review of INC-1\n"
    assert not list(tmp_path.glob("oncall-INC-1-*"))


def test_an_editor_that_marks_its_utf8_or_ends_lines_by_two_characters_changes_nothing(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = (
        'text = text.replace("== impact ==", "== impact ==\\nclients: été").replace("\\n", "\\r\\n")\n'
        'file.write_bytes(text.encode("utf-8-sig"))'
    )
    editor(tmp_path, monkeypatch, code)
    assert run("postmortem", "1", "--edit").out == "review of INC-1: impact written\n"
    assert dict(run("postmortem", "1", "--json").json["sections"]) == {"impact": "clients: été"}


def test_no_editor_opens_for_what_cannot_be_written(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    editor(tmp_path, monkeypatch, 'raise SystemExit("opened")')
    run("postmortem", "1", "--draft")
    run("postmortem", "1", "--close", "--despite-gaps")
    made = run("postmortem", "1", "--edit")
    assert made.code != 0
    assert "the review of INC-1 is closed: move it back into review first" in made.err
    run("new", "--service", "payments", "--title", "again", "--priority", "P3")
    assert "INC-2 is still open" in run("postmortem", "2", "--edit").err
    assert not list(tmp_path.glob("oncall-INC-*"))


@pytest.mark.parametrize(
    ("code", "says"),
    [
        (
            'file.write_text(text.replace("== impact ==", "== imapct ==\\nlost?"))',
            'there is no section "imapct"',
        ),
        ('file.write_text("lost?")', "a text without a section above it"),
        ('file.write_text(text + "lost?"); sys.exit(3)', "ended with code 3"),
        ('file.write_bytes(b"lost?\\xff")', "did not leave UTF-8 text"),
        ('file.write_text(text + "lost?"); import os; os.kill(os.getpid(), 9)', "was ended by signal 9"),
    ],
)
def test_nothing_is_lost_where_the_form_makes_no_sense(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str, says: str
) -> None:
    editor(tmp_path, monkeypatch, code)
    made = run("postmortem", "1", "--edit")
    assert made.code != 0
    assert says in made.err
    (kept,) = tmp_path.glob("oncall-INC-1-*")
    assert b"lost?" in kept.read_bytes()
    assert str(kept) in made.err
    assert kept.stat().st_mode & 0o077 == 0


def test_what_somebody_else_wrote_meanwhile_is_not_overwritten(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    editor(tmp_path, monkeypatch, "")

    def both(argv: list[str]) -> int:
        assert run("--as", "budi", "postmortem", "1", "--section", "impact", "--text", "theirs").code == 0
        file = Path(argv[-1])
        file.write_text(file.read_text().replace("== impact ==", "== impact ==\nmine"))
        return 0

    monkeypatch.setattr("console.ui.editor.subprocess.call", both)
    made = run("postmortem", "1", "--edit")
    assert "somebody else wrote impact meanwhile" in made.err
    (kept,) = tmp_path.glob("oncall-INC-1-*")
    assert "mine" in kept.read_text()
    assert dict(run("postmortem", "1", "--json").json["sections"]) == {"impact": "theirs"}


def test_the_board_says_what_is_owed(run: Run) -> None:
    made = run("postmortem", "--board").out
    assert made.startswith("1 review owed, 0 overdue\nINCIDENT  P ")
    assert "INC-1     P1  due 20" in made
    assert "not begun  nobody (Asha had it)" in made
    run("postmortem", "1", "--action", "limit the pool", "--due", "2099-12-01")
    made = run("postmortem", "--board").out
    assert "1 action item open, 0 overdue" in made
    assert "INC-1     A1    due 2099-12-01  nobody  prevent  limit the pool" in made
    found = run("postmortem", "--board", "--json").json
    assert [one["incident"] for one in found["reviews"]] == ["INC-1"]
    assert found["actions"][0]["action"]["id"] == "A1"
    run("postmortem", "1", "--done", "A1")
    run("postmortem", "1", "--close", "--despite-gaps")
    assert run("postmortem", "--board").out == "0 reviews owed, 0 overdue\n\n0 action items open, 0 overdue\n"
