"""Facts as JSON: nothing is lost, and what version 1 of the format wrote stays readable."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from console.domain.team.facts import CoverMade, FactBody
from console.errors import StoreError
from console.store import codec
from tests.store.facts import ONE_FACT_OF_EACH
from tests.store.made import at

GOLDEN = Path(__file__).with_name("golden_facts.txt")


def test_there_is_a_sample_of_each_kind() -> None:
    assert {type(body) for body in ONE_FACT_OF_EACH} == set(get_args(FactBody))


def test_the_golden_facts_read_as_they_were_meant_and_are_written_so() -> None:
    """Add lines for new kinds; never change one that is there."""
    lines = [tuple(line.split(" ", 1)) for line in GOLDEN.read_text(encoding="ascii").splitlines()]
    assert [codec.unpack_fact(kind, text) for kind, text in lines] == list(ONE_FACT_OF_EACH)
    assert [codec.pack(body) for body in ONE_FACT_OF_EACH] == lines


def test_a_kind_of_the_other_log_is_unknown() -> None:
    for kind, unpack in (("Noted", codec.unpack_fact), ("CoverMade", codec.unpack)):
        with pytest.raises(StoreError, match=rf"{kind}.*newer version of oncall"):
            unpack(kind, "{}")


def test_fields_of_a_newer_version_are_left_aside_and_missing_ones_take_their_defaults() -> None:
    text = '{"id":"C1","team":"t","role":"r","person":"p","start":0,"end":1,"mood":"calm"}'
    found = codec.unpack_fact("CoverMade", text)
    assert isinstance(found, CoverMade)
    assert (found.kind, found.end - found.start) == ("override", at(0.001) - at(0))


def test_damaged_text_is_one_plain_error() -> None:
    for text in ("", "[]", '{"id":"C1"}', '{"id":"C1","at":"soon"}'):
        with pytest.raises(StoreError) as caught:
            codec.unpack_fact("CoverEnded", text)
        assert "\n" not in str(caught.value)
