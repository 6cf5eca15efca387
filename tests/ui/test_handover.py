"""``H``: writing for the handover, offering it, accepting and returning it, reading, saving and copying it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from console.domain.handover import build
from console.domain.team.commands import AcceptHandover, NoteHandover, ReturnHandover, Writing
from console.domain.team.handoverfacts import Section
from console.domain.team.handovers import Entry, Handing, Stage
from console.errors import UsageError
from console.outputs.handover import to_markdown
from console.ports.desk import NotSaved
from console.ui import handoverbook
from console.ui.screens.handover import Handover
from tests.fakes.handovers import FakeHandovers, draft
from tests.outputs.shift import NOW, everything
from tests.ui.driving import Driver, console

DOCUMENT = build(everything())
ENTRY = Entry("E1", Section.WATCH, "queue depth", "asha", NOW)


@asynccontextmanager
async def opened(
    handing: Handing | None = None, me: str = "asha", **more: Any
) -> AsyncIterator[tuple[Driver, FakeHandovers]]:
    """Open the handover of a person on a console of 120 columns."""
    known = {key: more.pop(key) for key in ("since", "earlier", "incoming") if key in more}
    async with console(size=(120, 40), **more) as it:
        handovers = FakeHandovers(DOCUMENT, handing or draft(DOCUMENT), **known)
        it.desk.handovers = handovers
        await it.push(me=me)
        await it.press("H")
        yield it, handovers


async def test_it_is_shown_copied_saved_and_never_overwrites(tmp_path: Path) -> None:
    taken = tmp_path / "taken.md"
    taken.write_text("mine", encoding="utf-8")
    async with opened(export_folder=tmp_path) as (it, _):
        assert "DRAFT by you" in it.screen_text
        assert "Handover payments: Asha to Budi (primary)" in it.screen_text
        await it.press("y")
        assert it.app.copied == [to_markdown(DOCUMENT)]
        await it.press("f2", "end", "ctrl+u")
        await it.write(str(taken))
        await it.press("enter")
        assert "exists already" in it.screen_text
        await it.press(*["backspace"] * 8)
        await it.write("new.md")
        await it.press("enter")
        await it.settle(lambda: any("saved:" in message for message in it.app.messages))
        assert (tmp_path / "new.md").read_text(encoding="utf-8") == to_markdown(DOCUMENT)
        assert taken.read_text(encoding="utf-8") == "mine"


async def test_a_line_is_written_into_its_section() -> None:
    async with opened() as (it, _):
        await it.press("w", "2")
        await it.write("queue [depth]")
        await it.press("f2")
        ((command, _op),) = it.desk.arranged
        assert command == NoteHandover("payments/primary/x", (Writing(Section.WATCH, "queue [depth]"),))
        assert isinstance(it.app.screen, Handover), "it is shown again"


async def test_what_could_not_be_saved_is_there_the_next_time() -> None:
    async with opened() as (it, _):
        it.desk.team_answers.append(NotSaved("", "disk full"))
        await it.press("w", "1")
        await it.write("call Rina")
        await it.press("f2")
        assert "write NOT saved: disk full" in it.app.messages
        await it.press("w", "1")
        assert "call Rina" in it.screen_text


async def test_a_line_is_changed_and_taken_out() -> None:
    async with opened(draft(DOCUMENT, entries=(ENTRY,))) as (it, _):
        await it.press("c", "1", "c")
        await it.write("!")
        await it.press("f2")
        await it.press("c", "1", "x")
        changed = Writing(Section.WATCH, "queue depth!", "E1", "queue depth")
        out = Writing(Section.WATCH, "", "E1", "queue depth")
        assert [command for command, _ in it.desk.arranged] == [
            NoteHandover("payments/primary/x", (changed,)),
            NoteHandover("payments/primary/x", (out,)),
        ]


async def test_all_of_it_is_edited_with_the_editor(monkeypatch: pytest.MonkeyPatch) -> None:
    files: list[Path] = []

    def edit(_app: object, file: Path) -> str:
        files.append(file)
        file.write_text(file.read_text(encoding="utf-8") + "- and also\n", encoding="utf-8")
        return ""

    monkeypatch.setattr(handoverbook, "edit", edit)
    async with opened(draft(DOCUMENT, entries=(ENTRY,))) as (it, _):
        await it.press("ctrl+e")
        assert it.desk.arranged[0][0] == NoteHandover(
            "payments/primary/x", (Writing(Section.GENERAL, "and also"),)
        )
        assert not files[0].exists()
        it.desk.team_answers.append(NotSaved("", "disk full"))
        await it.press("ctrl+e")
        assert "- and also" in files[1].read_text(encoding="utf-8")
        assert any(str(files[1]) in message for message in it.app.messages)
        files[1].unlink()


@pytest.mark.parametrize("more", ["", "- and also\n"])
async def test_an_editor_that_fails_keeps_only_what_was_written(
    monkeypatch: pytest.MonkeyPatch, more: str
) -> None:
    files: list[Path] = []

    def edit(_app: object, file: Path) -> str:
        files.append(file)
        file.write_text(file.read_text(encoding="utf-8") + more, encoding="utf-8")
        return "vi ended with code 1"

    monkeypatch.setattr(handoverbook, "edit", edit)
    async with opened(draft(DOCUMENT, entries=(ENTRY,))) as (it, _):
        await it.press("ctrl+e")
        assert not it.desk.arranged
        assert any("not changed: vi ended with code 1" in message for message in it.app.messages)
        assert files[0].exists() == bool(more)
        assert any(str(files[0]) in message for message in it.app.messages) == bool(more)
        files[0].unlink(missing_ok=True)


async def test_without_a_file_for_the_editor_nothing_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    def form_file(_form: str, _name: str) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(handoverbook, "form_file", form_file)
    async with opened(draft(DOCUMENT, entries=(ENTRY,))) as (it, _):
        await it.press("ctrl+e")
        assert any("no file for the editor: No space left" in message for message in it.app.messages)


async def test_an_offer_says_to_whom_and_with_what_first() -> None:
    async with opened() as (it, handovers):
        await it.press("O")
        assert "next on the roster" in it.screen_text
        await it.press("1")
        await it.write("call me")
        await it.press("enter")
        assert "until it is accepted everything stays yours" in it.screen_text
        assert handovers.offers == []
        await it.press("enter")
        assert handovers.offers == [("budi", "call me")]
        assert "offered to budi" in it.app.messages


async def test_with_nobody_next_it_says_so_and_what_to_do() -> None:
    async with opened(draft(DOCUMENT, incoming=""), incoming="") as (it, _):
        assert "NOBODY follows on the roster: let somebody cover it (w)" in it.screen_text
        await it.press("O")
        assert "nobody follows on the roster" in it.screen_text


async def test_the_incoming_person_first_reads_what_has_changed_and_accepts() -> None:
    since = ("INC-2 P1 Latency: +2 alerts",)
    async with opened(
        draft(DOCUMENT, Stage.OFFERED, incidents=(("INC-2", "asha"),)), "budi", since=since
    ) as (it, _):
        assert "OFFERED by Asha to you" in it.screen_text
        assert "INC-2 P1 Latency: +2 alerts" in it.screen_text
        await it.press("A")
        assert "yours then, where they are open and still theirs: INC-2" in it.screen_text
        await it.press("enter")
        assert [command for command, _ in it.desk.arranged] == [
            AcceptHandover("payments/primary/x", DOCUMENT.generated_at)
        ]


async def test_what_was_taken_over_is_the_first_thing_shown_and_back_closes_it() -> None:
    handing = draft(DOCUMENT, Stage.OFFERED, incidents=(("INC-2", "asha"),))
    async with opened(handing, "budi", since=("INC-2 P1 Latency: +2 alerts",)) as (it, handovers):
        await it.press("A")
        handovers.handing = draft(
            DOCUMENT, Stage.ACCEPTED, moved=("INC-2",), settled_at=DOCUMENT.generated_at
        )
        await it.press("enter")
        assert handovers.looked == ["", handing.id]
        assert "ACCEPTED by you" in it.screen_text
        assert "INC-2 P1 Latency: +2 alerts" in it.screen_text
        await it.press("escape")
        assert handovers.looked == ["", handing.id]
        assert "ACCEPTED by you" not in it.screen_text


async def test_it_is_returned_with_a_reason() -> None:
    async with opened(draft(DOCUMENT, Stage.OFFERED), "budi") as (it, _):
        await it.press("R")
        await it.write("no next step")
        await it.press("enter")
        assert [command for command, _ in it.desk.arranged] == [
            ReturnHandover("payments/primary/x", "no next step")
        ]


@pytest.mark.parametrize(
    ("stage", "me", "keys"), [(Stage.OFFERED, "asha", "AR"), (Stage.ACCEPTED, "asha", "OwcA")]
)
async def test_what_cannot_be_done_now_does_nothing_but_say_so(stage: Stage, me: str, keys: str) -> None:
    async with opened(draft(DOCUMENT, stage), me) as (it, handovers):
        for key in keys:
            await it.press(key)
            assert isinstance(it.app.screen, Handover)
        assert (it.desk.arranged, handovers.offers) == ([], [])
        assert any("cannot be done" in message for message in it.app.messages)


async def test_a_returned_one_says_why() -> None:
    async with opened(draft(DOCUMENT, Stage.RETURNED, answer="INC-1 has no owner", settled_at=NOW)) as (
        it,
        _,
    ):
        assert "RETURNED by Budi" in it.screen_text
        assert "INC-1 has no owner" in it.screen_text


async def test_earlier_ones_are_read_and_left_again() -> None:
    earlier = replace(draft(DOCUMENT, Stage.ACCEPTED), id="payments/primary/before")
    async with opened(earlier=(earlier,)) as (it, handovers):
        await it.press("p")
        assert "Asha to Budi, accepted" in it.screen_text
        await it.press("1")
        assert handovers.looked[-1] == "payments/primary/before"
        await it.press("escape")
        assert handovers.looked[-1] == ""
        await it.press("escape")
        assert not isinstance(it.app.screen, Handover)


async def test_where_there_is_none_it_says_why() -> None:
    async with console() as it:
        handovers = FakeHandovers(DOCUMENT, draft(DOCUMENT))
        handovers.breaks = UsageError("nobody is primary now", hint="let somebody cover it")
        it.desk.handovers = handovers
        await it.press("H")
        assert it.app.messages == ["no handover: nobody is primary now: let somebody cover it"]
