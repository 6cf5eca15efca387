"""The draft of a handover in an editor: what is written comes back, and nothing is lost."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.domain.team.commands import Writing
from console.domain.team.drafttext import changes, to_text
from console.domain.team.handoverfacts import Section
from console.domain.team.handovers import Entry
from console.domain.text import multi_line
from tests.domain.world import at

ENTRIES = (
    Entry("E1", Section.WATCH, "queue depth\n\n  - until Friday\n## no heading", "asha", at("10:00")),
    Entry("E3", Section.DO_FIRST, "[E9] renew the cert", "asha", at("10:00")),
)


def test_what_is_not_touched_is_not_changed() -> None:
    assert changes(to_text(ENTRIES), ENTRIES) == ()
    assert changes(to_text(()), ()) == ()


def test_entries_are_changed_moved_taken_out_and_added() -> None:
    text = to_text(ENTRIES).replace("renew", "RENEW")
    assert changes(text, ENTRIES) == (
        Writing(Section.DO_FIRST, "[E9] RENEW the cert", "E3", "[E9] renew the cert"),
    )
    without = "\n".join(line for line in to_text(ENTRIES).split("\n") if "E3" not in line)
    assert changes(without, ENTRIES) == (Writing(Section.DO_FIRST, "", "E3", ENTRIES[1].text),)
    moved = without.replace("## runbook", "## runbook\n- [E3] [E9] renew the cert")
    assert changes(moved, ENTRIES) == (Writing(Section.RUNBOOK, ENTRIES[1].text, "E3", ENTRIES[1].text),)
    added = to_text(ENTRIES) + "- and also\n  this\n"
    assert changes(added, ENTRIES) == (Writing(Section.GENERAL, "and also\nthis"),)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("## watch\njust a line\n", "just a line"),
        ("before everything\n", "before everything"),
        ("## no such section\n- x\n", "## no such section"),
        ("## watch\n- [E77] strange\n", "[E77] strange"),
        ("## watch\n* a star\nwrapped by the editor\n", "a star\nwrapped by the editor"),
        ("## watch\n- [E1] a\n- [E1] a copy\n", "a copy"),
    ],
)
def test_what_makes_no_sense_becomes_an_entry(text: str, kept: str) -> None:
    assert kept in [one.text for one in changes(text, ENTRIES) if not one.id]


@pytest.mark.parametrize("text", ["", "\n\n", "  \n"])
def test_an_empty_file_takes_nothing_out(text: str) -> None:
    assert changes(text, ENTRIES) == ()


def test_a_text_of_which_nothing_is_left_takes_nothing_out() -> None:
    assert changes("swap file exists\n", ENTRIES) == (Writing(Section.GENERAL, "swap file exists"),)


TEXTS = st.text(min_size=1, max_size=60).map(lambda text: multi_line(text).strip()).filter(bool)


@settings(max_examples=120, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(Section), TEXTS), max_size=5))
def test_any_entries_come_back_as_they_were(parts: list[tuple[Section, str]]) -> None:
    entries = tuple(
        Entry(f"E{n}", section, text, "asha", at("10:00")) for n, (section, text) in enumerate(parts, 1)
    )
    assert changes(to_text(entries), entries) == ()
    fresh = changes(to_text(entries), ())
    assert len(fresh) == len(entries)


@settings(max_examples=120, deadline=None)
@given(st.text(alphabet="ab -*#[]E1\n", max_size=80))
def test_whatever_is_written_every_word_is_kept(text: str) -> None:
    found = " ".join(one.text for one in changes(text, ()))
    for line in text.split("\n"):
        for word in line.replace("-", " ").replace("*", " ").split():
            assert word in found or set(word) <= set("#")
