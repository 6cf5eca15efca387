"""What the panes say, as lines: words, not colours, carry the meaning, and whole words at every width."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from console.domain.hints import Hint, Tone, digest
from console.domain.incident import State
from console.domain.look import Look, Scope
from console.domain.pages import Fetched
from console.domain.priority import Priority
from console.domain.roster import Duty
from console.domain.runbook import Reference
from console.domain.snapshot import Snapshot, StoreHealth, StoreState
from console.domain.standing import standing, viewer
from console.domain.summary import Summary
from console.domain.vocabulary import EffectState, ReporterKind, StepState
from console.ui.glyphs import ASCII, UNICODE
from console.ui.text import Spans
from console.ui.views.clocks import clock_lines, priority_badge, tone
from console.ui.views.footer import footer_line
from console.ui.views.frame import Frame, between, cells
from console.ui.views.incidents import Around, columns, remark_on
from console.ui.views.nextline import next_line
from console.ui.views.roster import roster_lines
from console.ui.views.runbook import RunbookKeys, first_to_do, runbook_view
from console.ui.views.timeline import alert_lines, all_links, link_lines, timeline_lines
from console.ui.views.titles import list_words, lower_title, timeline_title
from console.ui.views.topline import top_line
from console.ui.widgets.columns import place
from tests.ui import scenes
from tests.ui.rows import row
from tests.ui.scenes import NOW, POLICY

FRAME = Frame(UNICODE, scenes.UTC_ZONE, NOW, "asha")
AROUND = Around(FRAME, POLICY)
MINUTE = timedelta(minutes=1)


def text(line: Spans) -> str:
    return "".join(part for part, _ in line)


def texts(lines: Any) -> str:
    return "\n".join(text(line) for line in lines)


def top(snapshot: Snapshot, width: int) -> str:
    who = viewer(snapshot.me, snapshot.duties, snapshot.policy)
    summed = digest([standing(one, snapshot.policy) for one in snapshot.rows], who)
    return text(top_line(snapshot, summed, FRAME, width))


@pytest.mark.parametrize("width", [200, 165, 120, 100, 80, 60, 40])
def test_the_top_line_fits_and_keeps_what_matters(width: int) -> None:
    line = top(scenes.scene(), width)
    assert len(line) <= width
    assert "Asha" in line
    assert "◌" in line
    assert "2 unacked" in line or "2u 1b" in line


def test_the_top_line_says_everything_where_there_is_room() -> None:
    line = top(scenes.scene(), 200)
    for part in ("oncall", "payments · Asha primary until Mon 09:00", "(2d 11h)", "2 unacked · 1 breached · 7 open",
                 "● prod", "◌ edge stale 2m", "engine host-1", "store sqlite ●", "21:14:07"):  # fmt: skip
        assert part in line


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"engine": None}, "auto-escalation NOT running"),
        ({"store": StoreHealth("sqlite", StoreState.READ_ONLY, NOW)}, "READ-ONLY"),
        (
            {"store": StoreHealth("sqlite", StoreState.UNREACHABLE, NOW - 3 * MINUTE, "x")},
            "store not answering 3m",
        ),
        ({"rehearsal": "demo"}, "DEMO"),
        ({"duties": ()}, "not on call"),
        ({"sources": ()}, "no sources"),
        ({"sources": (scenes.source("prod", complete=False),)}, "prod incomplete"),
        ({"sources": (replace(scenes.source("prod"), last_success=None),)}, "prod no answer yet"),
        ({"sources": (replace(scenes.source("prod"), last_success=None, error="refused"),)}, "prod failed"),
        ({"sources": (scenes.source("prod", permanent=True, parked=True, error="401"),)}, "prod parked"),
    ],
)
def test_what_is_wrong_is_said_in_words(facts: dict[str, Any], words: str) -> None:
    assert words in top(scenes.scene(**facts), 165)


def test_alarms_are_the_last_words_to_go() -> None:
    down = scenes.scene(engine=None, store=StoreHealth("sqlite", StoreState.UNREACHABLE, NOW, "x"))
    assert "auto-escalation NOT running" in top(down, 120)
    assert "NO ESCALATION" in top(down, 60) or "NO ESC" in top(down, 60)
    assert "NO STORE" in top(down, 60)


def key_of(action: str) -> str:
    return {"incident.ack": "a", "next.go": "."}.get(action, "")


HINT = Hint("ack INC-1 within 01:48", "incident.ack", "INC-1", Tone.WARN, Hint("set the priority of INC-2"))


@pytest.mark.parametrize(
    ("painted", "width", "line"),
    [
        ("INC-1", 90, " NEXT   ack INC-1 within 01:48  a    then: set the priority of INC-2"),
        ("INC-1", 40, " NEXT   ack INC-1 within 01:48  a"),
        ("INC-1", 31, " NEXT   ack INC-1 within 01:48"),
        ("INC-9", 50, " NEXT   ack INC-1 within 01:48  . go there"),
        ("INC-9", 35, " NEXT   ack INC-1 within 01:48  ."),
        (None, 50, " NEXT   ack INC-1 within 01:48  . go there"),
    ],
)
def test_next_says_the_key_only_where_it_would_do_that(painted: str | None, width: int, line: str) -> None:
    assert text(next_line(HINT, painted, key_of, width)) == line


def test_the_footer_names_whole_keys_only() -> None:
    keys = [("a", "ack"), ("e", "escalate"), ("R", "resolve")]
    assert text(footer_line(keys, [("?", "help")], 80)) == " a ack   e escalate   R resolve   ? help"
    assert text(footer_line(keys, [("?", "help")], 30)) == " a ack   e escalate   ? help"
    assert text(footer_line(keys, [("?", "help")], 7)) == " ? help"
    assert text(footer_line(keys, [("?", "help")], 3)) == ""


def cell(name: str, item: Summary) -> str:
    from console.ui.views.incidents import Item  # noqa: PLC0415 - beside its only use

    column = next(column for column in columns() if column.id == name)
    return text(column.render(Item(standing(item, POLICY)), AROUND))


def test_cells_of_a_row() -> None:
    by_id = {one.id: one for one in scenes.incident_rows()}
    assert cell("priority", by_id["INC-1042"]) == " P?1"
    assert cell("priority", by_id["INC-1039"]) == " P1 "
    assert cell("priority", row("INC-1", NOW)) == " P? "
    assert cell("clock", by_id["INC-1042"]) == "ack   01:48"
    assert cell("clock", by_id["INC-1039"]) == "ack  -00:41"
    assert cell("state", by_id["INC-1008"]) == "snoozed"
    assert cell("state", by_id["INC-1036"]) == "cleared"
    assert cell("alerts", by_id["INC-1036"]) == "0/3"
    assert cell("alerts", by_id["INC-1042"]) == "14"
    assert cell("owner", by_id["INC-1030"]) == "you"
    assert cell("owner", by_id["INC-998"]) == "Budi"
    assert cell("owner", by_id["INC-1042"]) == "—"
    recovered = replace(by_id["INC-1030"], firing=0)
    assert cell("state", recovered) == "over?"
    paused = replace(by_id["INC-1030"], paused_since=NOW - MINUTE)
    assert "paused" in cell("clock", paused)


@pytest.mark.parametrize(
    ("name", "facts", "remark"),
    [
        ("INC-1042", {}, "↑ secondary in 1m"),
        ("INC-1021", {}, "quiet 34m"),
        ("INC-1008", {}, "wakes 21:30"),
        ("INC-1036", {}, "ack to close"),
        ("INC-998", {}, "prod: silencing…"),
        (
            "INC-998",
            {"effect": EffectState.FAILED, "effect_text": "silence was removed at prod"},
            "FAILED: silence was removed at prod",
        ),
        ("INC-998", {"effect_text": ""}, "prod: asked …"),
        (
            "INC-998",
            {"effect": EffectState.FAILED, "effect_text": "silence FAILED: 403"},
            "silence FAILED: 403",
        ),
        (
            "INC-998",
            {"effect": EffectState.DONE, "effect_text": "silenced until 21:30"},
            "silenced until 21:30",
        ),
        ("INC-1030", {"held_until": NOW + 16 * MINUTE}, "silenced until 21:30"),
        ("INC-1030", {}, ""),
    ],
)
def test_remarks(name: str, facts: dict[str, Any], remark: str) -> None:
    one = replace(next(one for one in scenes.incident_rows() if one.id == name), **facts)
    assert text(remark_on(standing(one, POLICY), AROUND)) == remark


def test_a_failed_effect_has_a_sign_that_needs_no_room() -> None:
    failed = replace(scenes.incident_rows()[6], effect=EffectState.FAILED)
    assert cell("incident", failed) == "! CertExpiry 13 d"


def test_narrow_lists_keep_priority_clock_and_title() -> None:
    for width, kept in ((160, 10), (75, 8), (37, 4)):
        names = [placed.column.id for placed in place(columns(), width)]
        assert len(names) == kept, names
        assert {"priority", "clock", "incident"} <= set(names)


def test_clocks_and_what_happens_if_you_do_nothing() -> None:
    lines = texts(clock_lines(scenes.incident_rows()[0], POLICY, FRAME, 40))
    assert "INC-1042   P?1  payments" in lines
    assert "ACK      01:48  of 5m" in lines
    assert "RESOLVE  86:48  of 1h 30m" in lines
    assert "if you do nothing" in lines
    assert "  01:48 → Budi  secondary" in lines
    acked = texts(clock_lines(scenes.incident_rows()[2], POLICY, FRAME, 40))
    assert "ACK      ✓ 01:00  of 5m" in acked
    assert "nobody is paged by itself" in acked
    late = texts(clock_lines(scenes.incident_rows()[1], POLICY, FRAME, 40))
    assert "-00:41  of 5m  breached" in late
    missed = replace(scenes.incident_rows()[2], human_ack_at=NOW)
    assert "✕ 18:20" in texts(clock_lines(missed, POLICY, FRAME, 40))


def test_tones_of_a_clock() -> None:
    one = standing(row("INC-1", NOW, age=timedelta(), priority=Priority.P1), POLICY)
    tones = [tone(one.clock, NOW + share * 5 * MINUTE, POLICY.warn_ack) for share in (0.1, 0.5, 0.8, 1.2)]
    assert tones == ["clock-ok", "clock-warn", "clock-late", "clock-late"]


def test_priorities_are_words_too() -> None:
    labels = {text(priority_badge(replace(row("x", NOW), priority=p))) for p in Priority}
    assert labels == {" P1 ", " P2 ", " P3 ", " P4 "}


def test_the_roster_names_people_contacts_next_and_gaps() -> None:
    lines = texts(roster_lines(scenes.scene(), FRAME, 40))
    for part in ("payments", "until Mon 09:00", "Asha you  slack @asha", "+62 811-555-0102", "next      Citra",
                 "nobody — gap until 22:00"):  # fmt: skip
        assert part in lines
    assert "no rotation is configured" in texts(roster_lines(scenes.scene(duties=()), FRAME, 40))
    cover = (
        replace(scenes.DUTIES[0], person="eko", covering=True),
        Duty("x", "primary", "rina", None, None, None),
    )
    lines = texts(roster_lines(scenes.scene(duties=cover), FRAME, 60))
    assert "Eko covering" in lines
    assert "no contact known" in lines
    assert all(len(line) <= 60 for line in lines.split("\n"))


def test_the_timeline_is_newest_first_and_says_what_was_taken_back() -> None:
    detail = scenes.detail("INC-1042", n=6)
    lines = timeline_lines(detail, POLICY, FRAME, 60)
    assert "rolled back" in text(lines[0])
    assert text(lines[0]).startswith("21:12:55")
    assert "fixed by rolling back" in texts(lines)
    older = replace(
        detail, events=tuple(replace(one, at=one.at - timedelta(days=2)) for one in detail.events)
    )
    assert "Wed 31 Dec" in texts(timeline_lines(older, POLICY, FRAME, 60))


def test_alerts_and_links() -> None:
    detail = scenes.detail("INC-1042", n=6)
    lines = texts(alert_lines(detail.incident, POLICY, FRAME, 60))
    assert "● 5xx 14% on api-gw-3  for 2m" in lines
    assert "pod=api-gw-3" in lines
    links = all_links(detail, POLICY, NOW).offered
    assert [link.title for link in links] == ["runbook", "graph", "graph", "dashboard"]
    assert text(link_lines(detail, POLICY, FRAME, 80)[0]).startswith("1 runbook  https://wiki.example")
    bare = replace(detail.incident, members=(), runbook_url="", service="nobody's")
    assert "no alert" in texts(alert_lines(bare, POLICY, FRAME, 60))
    told = replace(bare, reporter=ReporterKind.SUPPORT, reported_by="Eko", body="no orders\nsince nine")
    assert texts(alert_lines(told, POLICY, FRAME, 60)) == (
        "no alert: reported by Eko (support)\nno orders\nsince nine"
    )
    assert "no links" in texts(link_lines(replace(detail, incident=bare), POLICY, FRAME, 60))


def test_runbook_steps_show_state_who_and_what_comes_next() -> None:
    detail = scenes.detail("INC-1042")
    assert first_to_do(detail) == 2
    view = runbook_view(detail, POLICY, FRAME, 90, RunbookKeys("y", "enter", "o"))
    lines = texts(view.lines)
    assert "1 of 5 done" in lines
    assert " ✓ Open the error dashboard for the service and note the failing route  Asha 21:12" in lines
    assert "▸○ Compare the error start with the last deploy" in lines
    assert "$ kubectl -n payments rollout history deploy/api-gw   y copy" in lines
    assert set(view.steps) == {0, 1, 2, 3, 4, 5}
    plain = texts(runbook_view(detail, POLICY, replace(FRAME, glyphs=ASCII), 80).lines)
    assert plain.isascii() or "·" in plain
    assert ">o Compare" in plain
    assert first_to_do(replace(detail, runbook=None)) == 0


def test_the_runbook_says_how_its_steps_were_found_and_where_it_comes_from() -> None:
    detail = scenes.detail("INC-1042")
    keys = RunbookKeys("y", "enter", "o")

    def head(**more: object) -> str:
        assert detail.runbook is not None
        book = replace(detail.runbook, **more)  # type: ignore[arg-type]
        return texts(runbook_view(replace(detail, runbook=book), POLICY, FRAME, 90, keys).lines)

    assert "steps found in the text: 5 · whole text: enter" in head()
    section = head(section="Fix it")
    assert " § Fix it  1 of 5 done" in section
    assert "steps found here: 5" in section
    assert detail.runbook is not None
    unsure = tuple(replace(step, sure=False) for step in detail.runbook.steps)
    assert "steps guessed from the wording: 5, may be none · whole text: enter" in head(steps=unsure)
    at = NOW - timedelta(hours=3)
    fetched = Fetched("wiki.example", at)
    assert f"fetched {at.astimezone(FRAME.zone):%H:%M} from wiki.example, 3h old" in head(fetched=fetched)
    down = head(fetched=replace(fetched, trouble="it refuses the connection"))
    assert "could not be fetched: it refuses the connection, showing the copy of" in down
    linked = tuple(
        replace(step, references=(Reference("Restart", "common.md#restart"),))
        for step in detail.runbook.steps
    )
    assert "see common.md#restart   o open" in head(steps=linked)


def test_titles_and_words_below_the_list() -> None:
    assert timeline_title("alerts", 14, 0) == [("2 Timeline", False), ("Alerts 14", True), ("Links", False)]
    parts = lower_title("roster", ("runbook", "timeline", "roster"), timeline_title("timeline", 0, 0))
    assert parts == [("3 Runbook", False), ("2 Timeline", False), ("4 Roster", True)]
    unfolded = lower_title("timeline", ("runbook", "timeline"), timeline_title("timeline", 2, 1))
    assert [word for word, _ in unfolded] == ["3 Runbook", "2 Timeline", "Alerts 2", "Links 1"]
    assert list_words(Look(), 7, 0, 0, "/") == "7 open · unacked first, least time left · / filter"
    mine = Look(scope=Scope.MINE, faults=True)
    assert (
        list_words(mine, 3, 4, 2, "/")
        == "2 marked rows · mine, unacked or breached · 3 shown · 4 hidden by filter"
    )


def test_lines_with_two_ends() -> None:
    line = between((("a long left part", ""),), (("right", ""),), 15)
    assert text(line) == "a long l… right"[:9] + " right"
    assert cells(line) == 15
    assert between((("left", ""),), (("right", ""),), 5) == (("right", ""),)


def test_states_of_rows_are_told_apart_without_colour() -> None:
    signs = set()
    for state in (State.TRIGGERED, State.ACKNOWLEDGED, State.CLEARED_UNACKED):
        signs.add(cell("sign", row("x", NOW, state=state)) + cell("state", row("x", NOW, state=state)))
    signs.add(
        cell("sign", row("x", NOW, snoozed_until=NOW)) + cell("state", row("x", NOW, snoozed_until=NOW))
    )
    assert len(signs) == 4
    assert StepState.DONE.value == "done"
