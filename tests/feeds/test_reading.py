"""Words for versions, what counts as going back, and how much one poll brings."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.domain.change import ChangeKind
from console.feeds.base.reading import Found, change, version, went_back
from console.sources.base.reading.records import UnreadableError
from tests.sources.conftest import NOW

SHA = "1a2b3c4d5e6f7a8b9c0d"


@pytest.mark.parametrize(
    ("ref", "sha", "words"),
    [
        ("v42", SHA, "v42 (1a2b3c4d)"),
        (SHA, SHA, "1a2b3c4d"),
        ("", SHA, "1a2b3c4d"),
        ("v42", "", "v42"),
        ("1.2.3", "1.2.3", "1.2.3"),
        ("main", "not-a-sha", "main (not-a-sha)"),
        ("", "", ""),
    ],
)
def test_a_version_is_short(ref: str, sha: str, words: str) -> None:
    assert version(ref, sha) == words


@settings(max_examples=25)
@given(st.lists(st.sampled_from(["", "a", "b", "c"]), max_size=12))
def test_only_what_was_left_before_can_be_gone_back_to(revisions: list[str]) -> None:
    back = went_back(revisions)
    for index, revision in enumerate(revisions):
        before = revisions[:index]
        assert (index in back) == (revision != "" and revision in before and before[-1] != revision)


@pytest.mark.parametrize("what", ["", "  ", "\u200b", "\u202e \ufeff"])
def test_one_that_says_nothing_that_can_be_read_is_none(what: str) -> None:
    with pytest.raises(UnreadableError, match="says nothing"):
        change("ci", "1", NOW, "shop", what, ChangeKind.DEPLOY)


def test_a_poll_is_in_the_order_of_time_and_has_each_change_once() -> None:
    found = Found(NOW, "change")
    for number in (3, 1, 2, 1, -1):
        at = NOW + timedelta(seconds=number)
        found.add(change("ci", str(number), at, "shop", f"v{number}", ChangeKind.DEPLOY))
    found.add(None)
    assert [one.what for one in found.poll().changes] == ["v1", "v2", "v3"]
