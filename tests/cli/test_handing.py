"""A handover on the command line: written, offered, answered, listed, shown, sent."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest

from console.cli import handing
from tests.cli.conftest import Run

pytestmark = pytest.mark.usefixtures("config")


@pytest.fixture
def people(run: Run) -> tuple[str, str]:
    """Return who has the shift, and who follows. An incident is theirs."""
    (team,) = run("roster", "--json").json["teams"]
    primary = next(one for one in team["roles"] if one["role"] == "primary")
    outgoing, incoming = primary["person"], primary["next"]
    run("new", "--service", "payments", "--title", "cannot [pay]", "--priority", "P2")
    assert run("ack", "1", "--take", "--as", outgoing).code == 0
    return outgoing, incoming


def test_from_a_draft_to_an_acceptance(
    run: Run, people: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    outgoing, incoming = people
    assert run("handover", "list").out == "no handover was offered yet\n"
    assert (
        run("handover", "note", "--section", "do-first", "-m", "renew the cert", "--as", outgoing).code == 0
    )
    monkeypatch.setattr("sys.stdin", io.StringIO("first\nsecond\n"))
    assert run("handover", "note", "--as", outgoing).out == "1 line of the handover written\n"
    draft = run("handover", "--as", outgoing)
    assert "renew the cert" in draft.out
    assert "second" in draft.out

    refused = run("handover", "accept", "--as", incoming)
    assert (refused.code, refused.err.split(" (")[0].split(":")[0]) == (
        2,
        "no handover waits for your answer",
    )
    offered = run("handover", "offer", "-m", "call me", "--as", outgoing)
    assert (offered.code, offered.err) == (0, "")
    assert "with 1 incident of yours: yours until it is accepted" in offered.out
    assert run("show", "1", "--json").json["owner"] == outgoing

    back = run("handover", "return", "-m", "INC-1 has no next step", "--as", incoming)
    assert back.code == 0
    assert "this handover is returned: INC-1 has no next step" in run("handover", "--as", outgoing).err
    assert run("handover", "offer", "--as", outgoing).code == 0
    run("note", "1", "-m", "asked the vendor", "--as", outgoing)
    run("new", "--service", "payments", "--title", "late one", "--priority", "P3")
    accepted = run("handover", "accept", "-m", "thanks", "--as", incoming)
    assert accepted.code == 0
    assert "1 incident yours now: INC-1" in accepted.out
    assert "since it was offered: INC-2 P3 late one: new since it was offered, owner nobody" in accepted.out
    assert run("show", "1", "--json").json["owner"] == incoming

    (one,) = run("handover", "list", "--json").json
    assert (one["outgoing"], one["incoming"], one["stage"], one["moved"]) == (
        outgoing,
        incoming,
        "accepted",
        ["INC-1"],
    )
    assert "accepted" in run("handover", "list").out
    for form in ("md", "html", "json"):
        first, again = (run("handover", "show", one["id"], "--format", form).out for _ in range(2))
        assert first == again != ""
    assert "accepted by" in run("handover", "show", one["id"]).out


def test_who_is_not_the_incoming_person_is_told_whose_it_is(
    run: Run, people: tuple[str, str], config: Path
) -> None:
    outgoing, incoming = people
    third = next(one for one in ("asha", "budi", "dewi") if one not in people)
    assert run("handover", "offer", "--as", outgoing).code == 0
    name = incoming.title()
    for who in (outgoing, third):
        for words in (("accept",), ("return", "-m", "no")):
            refused = run("handover", *words, "--as", who)
            assert (refused.code, refused.out) == (2, "")
            assert f"was offered to {name}" in refused.err
    readonly = run("handover", "accept", "--as", incoming, "--readonly")
    assert (readonly.code, readonly.out, readonly.err.count("\n")) == (1, "", 1)
    assert run("handover", "list", "--json").json[0]["stage"] == "offered"
    text = config.read_text()
    config.write_text(text.replace("sqlite:///oncall.db", "sqlite:///home"))  # a folder: it cannot be opened
    offline = run("handover", "accept", "--as", incoming)
    assert offline.code == 3
    config.write_text(text)
    assert run("show", "1", "--json").json["owner"] == outgoing


def test_what_has_changed_is_said_before_that_it_is_accepted(run: Run, people: tuple[str, str]) -> None:
    outgoing, incoming = people
    assert run("handover", "offer", "--as", outgoing).code == 0
    run("handover", "note", "--section", "watch", "-m", "the queue", "--as", outgoing)
    done = run("handover", "accept", "--as", incoming)
    assert done.code == 0
    since, accepted = done.out.splitlines()
    assert since == "since it was offered: 1 line written for the handover since: the queue"
    assert accepted.startswith("you have taken over")
    (one,) = run("handover", "list", "--json").json
    assert "written after the offer: the queue" in run("handover", "show", one["id"]).out


def test_a_role_can_be_named(run: Run, people: tuple[str, str]) -> None:
    outgoing, _ = people
    assert "(secondary)" in run("handover", "--role", "secondary", "--as", outgoing).out.split("\n", 1)[0]
    wrong = run("handover", "--role", "secundary", "--as", outgoing)
    assert (wrong.code, wrong.out) == (2, "")
    assert 'did you mean "secondary"' in wrong.err


def test_html_is_a_file_of_its_own(run: Run, tmp_path: Path) -> None:
    run("new", "--service", "payments", "--title", "<script>alert(1)</script>", "--priority", "P2")
    target = tmp_path / "handover.html"
    assert run("handover", "--format", "html", "-o", str(target)).code == 0
    page = target.read_text()
    assert page.startswith("<!DOCTYPE html>")
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_it_is_offered_to_somebody_else(run: Run, people: tuple[str, str]) -> None:
    outgoing, _ = people
    other = next(one for one in ("asha", "budi", "dewi") if one not in people)
    assert run("handover", "offer", "--to", other, "--as", outgoing).code == 0
    assert run("handover", "accept", "--as", other).code == 0
    assert run("show", "1", "--json").json["owner"] == other


@pytest.mark.parametrize(
    ("argv", "code", "words"),
    [
        (("note", "--section", "gossip", "-m", "x"), 2, 'there is no section "gossip"'),
        (("show", "nothing"), 2, 'no handover "nothing" was offered'),
        (("send", "--via", "pigeon"), 2, 'no [[channels]] has the name "pigeon"'),
        (("offer", "--to", "zoe"), 1, 'no person is called "zoe"'),
    ],
)
def test_what_cannot_be_done_is_said(
    run: Run, people: tuple[str, str], argv: tuple[str, ...], code: int, words: str
) -> None:
    found = run("handover", *argv, "--as", people[0])
    assert (found.code, found.out) == (code, "")
    assert words in found.err


def test_it_is_sent_by_a_channel(run: Run, people: tuple[str, str], config: Path, tmp_path: Path) -> None:
    sent = tmp_path / "sent.txt"
    text = config.read_text()
    config.write_text(
        f'{text}\n[[channels]]\nname = "pager"\nkind = "command"\ncommand = ["sh", "-c", "cat > {sent}"]\nroom = "all"\n'
    )
    done = run("handover", "send", "--via", "pager", "--as", people[0])
    assert done.code == 0, done
    assert "Open incidents (1)" in sent.read_text()


def test_a_channel_in_trouble_is_tried_again_under_the_same_key(
    run: Run, people: tuple[str, str], config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handing, "WAITS", (0.0, 0.0))
    seen, needed = tmp_path / "seen.txt", tmp_path / "needed.txt"
    script = f'cat >> {seen}; echo >> {seen}; test "$(grep -c handover/ {seen})" -ge "$(cat {needed})"'
    shell = '["sh", "-c", ' + repr(script) + "]"
    config.write_text(
        f'{config.read_text()}\n[[channels]]\nname = "pager"\nkind = "command"\ncommand = {shell}\nroom = "all"\n'
    )
    needed.write_text("3")
    done = run("handover", "send", "--via", "pager", "--as", people[0])
    assert (done.code, done.err.count("not sent yet")) == (0, 2), done
    needed.write_text("9")
    failed = run("handover", "send", "--via", "pager", "--as", people[0])
    assert (failed.code, failed.out) == (1, "")
    assert "pager: not sent: " in failed.err
    keys = re.findall(r'"key": *"([^"]+)"', seen.read_text())
    assert len(keys) == 6
    assert len(set(keys)) == 1, "the same handover as it stands is the same message"
    run("handover", "note", "-m", "one more", "--as", people[0])
    run("handover", "send", "--via", "pager", "--as", people[0])
    assert len(set(re.findall(r'"key": *"([^"]+)"', seen.read_text()))) == 2
