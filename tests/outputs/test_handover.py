"""The handover as Markdown and JSON."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from console.domain import events as ev
from console.domain.alert import Link
from console.domain.handover import build
from console.domain.policy import Policy
from console.domain.roster import Roster
from console.domain.vocabulary import StepState, Sufficed
from console.outputs.handover import to_json, to_markdown
from tests.outputs import shift
from tests.outputs.shift import ASHA, NOW, everything, inputs, opened

SECTIONS = [
    "Do first",
    "Open incidents",
    "Acked and forgotten",
    "Watch",
    "Resolved this shift",
    "Not resolved, and why",
    "Were the runbooks adequate?",
    "Reviews and action items",
    "Also",
    "Numbers",
    "Next shift",
    "To hand over",
    "Sign-off",
]
EVIL = "<script>alert(1)</script> [x](http://evil.example) | `rm` # top\n## Sign-off\n=1+1 \x1b]0;x\x07"


def titles(markdown: str) -> list[str]:
    return [
        line.removeprefix("## ").split(" (")[0] for line in markdown.split("\n") if line.startswith("## ")
    ]


def section_of(markdown: str, title: str) -> list[str]:
    lines = markdown.split("\n")
    begin = next(n for n, line in enumerate(lines) if line.startswith(f"## {title}"))
    end = next((n for n in range(begin + 1, len(lines)) if lines[n].startswith("## ")), len(lines))
    return [line for line in lines[begin + 1 : end] if line]


def test_every_section_is_there_in_order_and_says_none_where_there_is_nothing() -> None:
    full, empty = to_markdown(build(everything())), to_markdown(build(inputs()))
    assert titles(full) == titles(empty) == SECTIONS
    for title in (
        "Do first",
        "Open incidents",
        "Acked and forgotten",
        "Watch",
        "Resolved",
        "Not resolved",
        "To hand",
    ):
        assert section_of(empty, title) in ([["none"]], ["none"])


def test_the_header_says_when_for_whom_and_how_far_it_can_be_believed() -> None:
    lines = to_markdown(build(everything())).split("\n")
    assert lines[0] == "# Handover payments: Asha to Budi (primary)"
    assert lines[2] == (
        "- shift: Mon 2026-08-31 09:00 WIB (2026-08-31 02:00 UTC) to Mon 2026-09-07 09:00 WIB (2026-09-07 02:00 UTC)"
    )
    assert lines[3] == "- made: Mon 2026-09-07 08:30 WIB (2026-09-07 01:30 UTC), store revision 42"
    assert lines[4] == "- sources NOT live: logs stale (last answer Mon 2026-09-07 08:10 WIB, HTTP 502)"


def test_without_sources_or_engine_it_never_sounds_calm() -> None:
    nothing = to_markdown(build(inputs(sources=(), engine=None)))
    assert "sources: NONE is being watched: nothing here means nothing is known" in nothing
    assert "auto-escalation was NOT running" in nothing
    live = to_markdown(build(inputs(sources=shift.sources()[:1])))
    assert "- sources: 1 source, all live" in live


def test_do_first_has_at_most_five_lines() -> None:
    lines = section_of(to_markdown(build(everything())), "Do first")
    assert len(lines) == 5
    assert lines[0] == "- INC-3 P2 Index stale: clients are to be told by Mon 2026-09-07 05:16 WIB - OVERDUE"
    assert lines[-1] == "- and 2 more, see the open incidents"


def test_an_open_incident_has_its_block() -> None:
    block = "\n".join(section_of(to_markdown(build(inputs(shift.worked_on()))), "Open incidents"))
    assert block == (
        "### INC-2 P1 Latency p99 &gt; 4s\n"
        "- payments, acknowledged, owner Asha, 1 of 1 alerts firing\n"
        "- reported Mon 2026-09-07 07:40 WIB\n"
        "- clocks: to be resolved by Mon 2026-09-07 09:10 WIB (40m left)\n"
        "- next: fix it by Mon 2026-09-07 09:10 WIB (40m left)\n"
        "- clients: not told yet, next update due Mon 2026-09-07 07:47 WIB (MISSED 43m ago)\n"
        "- tried: step 1 done by Asha: Open the dashboard; step 2 failed by Asha: Roll back (no access)\n"
        "- links: [board](https://grafana.example/d/1)\n"
        "- last events:\n"
        "  - Mon 2026-09-07 07:49 WIB Asha: step 2 failed: Roll back - no access\n"
        "  - Mon 2026-09-07 08:15 WIB Asha: note: asked the vendor\n"
        "  - Mon 2026-09-07 08:15 WIB Asha: note for the handover: flaps after deploys"
    )


def test_a_gap_in_the_roster_is_loud() -> None:
    policy = Policy(Roster(), people=shift.POLICY.people)
    made = to_markdown(build(replace(everything(), policy=policy, person="asha")))
    assert made.startswith("# Handover payments: Asha to NOBODY (no rotation of this role) (primary)\n")
    assert "- accepted by: NOBODY (no rotation of this role), at: " in made


def test_the_same_inputs_give_the_same_bytes() -> None:
    given_inputs = everything()
    shuffled = replace(given_inputs, logs=tuple(reversed(given_inputs.logs)))
    for write in (to_markdown, to_json):
        assert write(build(given_inputs)) == write(build(shuffled)) == write(build(given_inputs))


def evil(title: str) -> Any:
    story = opened(8, NOW, title)
    story.say(
        NOW,
        ASHA,
        ev.Acked(),
        ev.Noted(title, flagged=True),
        ev.StepMarked(1, StepState.FAILED, title, title, title),
    )
    closed = opened(9, NOW, title).say(NOW, ASHA, ev.Resolved(title, title, Sufficed.NO))
    service = replace(
        shift.POLICY.services["payments"], links=(Link(title, "http://ok.example/a"), Link("b", title))
    )
    return build(inputs(story, closed, policy=replace(shift.POLICY, services={"payments": service})))


def skeleton(markdown: str) -> list[str]:
    tokens = MarkdownIt("commonmark").enable("table").parse(markdown)
    kinds = [token.type for token in tokens if token.type != "inline"]
    return kinds + sorted({child.type for token in tokens for child in token.children or []})


def test_hostile_text_changes_nothing_but_the_words() -> None:
    made = to_markdown(evil(EVIL))
    assert skeleton(made) == skeleton(to_markdown(evil("plain")))
    assert "<script" not in made
    assert "\x1b" not in made
    assert titles(made) == SECTIONS


@settings(max_examples=25, deadline=None)
@given(st.text(min_size=1, max_size=60).filter(lambda value: value.strip() != ""))
def test_no_text_changes_the_shape_of_the_document(title: str) -> None:
    plain = skeleton(to_markdown(evil("plain")))
    assert skeleton(to_markdown(evil(f"x{title}"))) == plain


def test_json_is_one_document_with_stable_keys_in_utc() -> None:
    document = json.loads(to_json(build(everything())))
    assert list(document)[:8] == [
        "team",
        "role",
        "outgoing",
        "incoming",
        "shift_start",
        "shift_end",
        "generated_at",
        "as_of",
    ]
    assert document["shift_end"] == "2026-09-07T02:00:00Z"
    assert document["zone"] == "Asia/Jakarta"
    assert document["open"][0]["id"] == "INC-1"
    assert document["open"][0]["ack_due"] == "2026-09-07T01:32:00Z"
    assert document["resolved"][0]["seconds_to_ack"] == 240
    assert document["next_shift"][0]["contacts"] == [["phone", "+62 811-555-0102"]]
    assert {"do_first", "forgotten", "watch", "muted", "runbook_gaps", "numbers", "transfer"} <= set(document)


def test_json_keeps_text_as_it_is_in_ascii() -> None:
    made = to_json(evil("naïve [x] | <b>"))
    assert made.isascii()
    assert json.loads(made)["open"][0]["title"] == "naïve [x] | <b>"


@pytest.mark.parametrize("write", [to_markdown, to_json])
def test_documents_end_with_one_line_end(write: Any) -> None:
    made = write(build(everything()))
    assert made.endswith("\n")
    assert not made.endswith("\n\n")
