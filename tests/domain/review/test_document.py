"""What a review says: everything that people expect in one, or that it is not recorded."""

from __future__ import annotations

import json
from datetime import timedelta

from console.domain.commands import Absorb, Assign, Escalate, Note, PostUpdate, Undo, WriteSection
from console.domain.policy import Service
from console.domain.records import replace
from console.domain.review.document import NOT_RECORDED, ReviewDocument, ReviewInputs, build
from console.domain.review.history import MOST, history_of
from console.domain.review.layout import Facts, Points, Table, Words, written
from console.domain.review.parts import heading, parts
from console.domain.review.sections import SECTIONS
from tests.domain.review.histories import document, everything
from tests.domain.review.test_rules import over
from tests.domain.world import BUDI, POLICY, RINA, acked, at, opened
from tests.paths import SHARED, needs_shared

WHERE = {
    "title": "",
    "date": "At a glance / Date",
    "status": "At a glance / Status",
    "owner/authors": "At a glance / Owner",
    "severity": "At a glance / Severity",
    "services affected": "At a glance / Services",
    "summary": "Summary",
    "impact (users, duration)": "Impact",
    "timeline (UTC, with detection, acknowledge, mitigate, resolve)": "Timeline (UTC)",
    "detection (how, by whom)": "Detection",
    "root cause / contributing factors": "Contributing factors",
    "trigger": "Trigger",
    "resolution": "Resolution",
    "action items (owner, type: prevent/mitigate, link, due)": "Action items",
    "lessons: went well / went badly / got lucky": "What went well, What went badly, Where we got lucky",
}


def shown(made: ReviewDocument) -> dict[str, str]:
    """Return each part's words by its title, and each fact of the first part."""
    found = {}
    for part in parts(made):
        lines: list[str] = []
        for block in part.blocks:
            if isinstance(block, Facts):
                lines += [f"{name}: {cell.text}" for name, cell in block.rows]
                found.update({f"{part.title} / {name}": cell.text for name, cell in block.rows})
            elif isinstance(block, Table):
                lines.append(" | ".join(block.heads))
                lines += [" | ".join(cell.text for cell in row) for row in block.rows]
            else:
                lines += block.lines if isinstance(block, Words) else block.items
        found[part.title] = "\n".join(lines)
    return found


@needs_shared
def test_every_core_field_is_there_or_said_not_to_be_recorded() -> None:
    core = json.loads((SHARED / "samples/postmortems/required_fields.json").read_text())["postmortem"]["core"]
    assert set(core) == set(WHERE)
    for made in (everything(), everything(sections=False), document(opened())):
        found = shown(made)
        for places in WHERE.values():
            assert all(found[place].strip() for place in places.split(", ") if place)
    bare = shown(document(opened()))
    for title in ("Contributing factors", "Trigger", "Resolution", "Action items", "What went well"):
        assert bare[title] == NOT_RECORDED
    assert bare["At a glance / Owner"] == NOT_RECORDED
    timeline = shown(everything())["Timeline (UTC)"]
    assert all(
        f"| {kind} |" in timeline for kind in ("detected", "acknowledged", "mitigated", "resolved", "change")
    )


def test_it_reads_as_a_review() -> None:
    made = everything()
    found = shown(made)
    assert heading(made) == "Review of INC-1: payments is unwell"
    assert found["Summary"] == (
        "payments is unwell (payments) lasted from 2026-01-06 10:00:00 UTC until 2026-01-06 10:40:00 UTC. "
        "It was detected by monitoring, acknowledged after 2m, mitigated after 10m, resolved after 40m."
    )
    assert found["At a glance / Severity"] == "P1 (40m as P1)"
    assert found["At a glance / Owner"] == "Budi"
    assert found["Trigger"].startswith(
        "Nearest change: it started 3 min after deploy v42 of payments. A coincidence"
    )
    assert found["Contributing factors"] == "Cause tag: deploy\nfirst\none\ntwo"
    assert found["Resolution"] == "bigger pool"
    assert (
        found["Recurrence"]
        == "Seen 2 times in the 30 days before.\nLast time: INC-0, 2025-12-28: deploy -> rolled back."
    )
    assert found["Action items"].endswith("A1 | limit it | detect | Asha | 2026-01-15 | open | ")
    assert found["Responders"].startswith("First to acknowledge: Asha\n")


def test_names_stand_in_the_responders_part_only_and_no_wording_blames() -> None:
    world = acked()
    world.do("10:05", Escalate(person="rina"))
    world.ack("10:06", RINA)
    world.do("10:06:30", Assign("budi"), RINA)
    world.do("10:07", Note("checked the pool"), RINA)
    world.do("10:08", PostUpdate("we look into it"), RINA)
    found = shown(document(world))
    names = {"Asha", "Budi", "Rina", "Dewi"}
    for title, words in found.items():
        if title not in {"Responders", "Responders / First to acknowledge", "At a glance"}:
            assert not names & set(words.replace(",", " ").split()), (title, words)
        assert "failed to" not in words
        assert "fault" not in words
    assert "Rina | " in found["Responders"]


def test_what_was_taken_back_is_not_told() -> None:
    world = acked()
    world.do("10:05:00", Note("wrong incident"))
    world.do("10:05:05", Undo())
    assert "wrong incident" not in shown(document(world))["Timeline (UTC)"]


def test_services_of_parts_count_too() -> None:
    world = over()
    other = acked()
    child = replace(other.incident(), id="INC-2", service="search", members=())
    world = acked()
    world.do("10:10", Absorb("INC-2", at("09:50")))
    made = build(
        ReviewInputs(world.incident(), tuple(world.logs["INC-1"]), POLICY, world.now, parts=(child,))
    )
    assert made.services == ("payments", "search")
    assert made.parts == ("INC-2",)
    assert Service("search", "search").name in shown(made)["At a glance / Services"]


def test_a_long_timeline_keeps_its_two_ends_and_counts_the_rest() -> None:
    world = acked()
    for n in range(MOST + 50):
        world.do(at("10:10") + timedelta(seconds=n), Note(f"note {n}"), BUDI)
    made = history_of(world.incident(), world.logs["INC-1"], (), POLICY)
    assert len(made.moments) == MOST
    assert made.left_out > 50
    assert made.moments[-1].text == f"note: note {MOST + 49}"
    assert made.moments[0].kind == "detected"


def test_what_people_write_becomes_paragraphs_and_lists() -> None:
    assert list(written("a\nb\n\n- x\n* y\nz")) == [Words(("a", "b")), Points(("x", "y")), Words(("z",))]
    assert list(written("")) == []


def test_sections_have_their_place() -> None:
    world = over()
    for one in SECTIONS:
        world.do("11:00", WriteSection(one.name, f"words of {one.name}"))
    words = "\n".join(shown(document(world)).values())
    assert all(f"words of {one.name}" in words for one in SECTIONS)
