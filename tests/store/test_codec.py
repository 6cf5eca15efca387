"""Events as JSON: nothing is lost, old logs stay readable, what is newer is named."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given, settings

from console.domain.actors import Actor, ActorKind
from console.domain.events import Acked, Body, Event, Noted, Opened
from console.domain.health import EngineReport
from console.errors import StoreError
from console.store import codec
from tests.store.bodies import ONE_OF_EACH
from tests.store.made import ASHA, T0, at, report
from tests.store.strategies import BODIES, EVENTS

GOLDEN = Path(__file__).with_name("golden_log.jsonl")


@given(EVENTS)
@settings(max_examples=300, deadline=None)
def test_every_event_survives_the_trip(event: Event) -> None:
    line = codec.encode(event)
    assert codec.decode(line) == event
    assert b"\n" not in line
    assert line.isascii()


@given(BODIES)
@settings(max_examples=100, deadline=None)
def test_every_body_survives_in_the_table(body: Body) -> None:
    assert codec.unpack(*codec.pack(body)) == body


def test_there_is_a_sample_of_each_kind() -> None:
    assert {type(body) for body in ONE_OF_EACH} == set(get_args(Body))


def test_the_golden_log_reads_as_it_was_meant() -> None:
    """Written once by version 1 of the format. Add lines for new kinds; never change one that is there."""
    lines = GOLDEN.read_bytes().splitlines()
    found = [codec.decode(line) for line in lines]
    assert [event.n for event in found] == list(range(1, len(lines) + 1))
    assert [event.body for event in found][: len(ONE_OF_EACH)] == list(ONE_OF_EACH)
    assert found[0] == Event("INC-1", 1, at(0), Actor("prod", ActorKind.SOURCE), ONE_OF_EACH[0], "op-1")


def test_what_is_written_now_says_at_least_what_the_golden_log_says() -> None:
    for line in GOLDEN.read_bytes().splitlines():
        old, new = json.loads(line), json.loads(codec.encode(codec.decode(line)))
        assert says_at_least(new, old)


def says_at_least(new: Any, old: Any) -> bool:
    """Return whether everything that stood there stands there still, deep down too; more may stand beside it."""
    if isinstance(old, dict):
        return isinstance(new, dict) and all(
            name in new and says_at_least(new[name], one) for name, one in old.items()
        )
    if isinstance(old, list):
        return isinstance(new, list) and len(new) == len(old) and all(map(says_at_least, new, old))
    return bool(new == old)


def test_unknown_fields_are_left_aside() -> None:
    line = json.loads(codec.encode(Event("INC-1", 1, T0, ASHA, Noted("hello"), "op")))
    line["mood"] = "calm"
    line["body"]["colour"] = {"deep": [1]}
    assert codec.decode(json.dumps(line)).body == Noted("hello")


def test_missing_fields_take_their_defaults() -> None:
    line = {"incident": "INC-1", "n": 1, "at": 0, "actor": "asha", "type": "Acked", "body": {"took": True}}
    expected = Event("INC-1", 1, datetime(1970, 1, 1, tzinfo=UTC), ASHA, Acked(took=True))
    assert codec.decode(json.dumps(line)) == expected


def test_defaults_are_written_so_that_they_can_change_later() -> None:
    assert json.loads(codec.pack(Acked())[1]) == {"took": False, "made_at": None, "via": ""}


def test_an_unknown_kind_is_named_as_newer() -> None:
    with pytest.raises(StoreError, match=r"Teleported.*newer version of oncall"):
        codec.unpack("Teleported", "{}")


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"{}",
        b'{"incident":"INC-1","n":1,"at":"soon","actor":"a","type":"Closed","body":{}}',
        b'{"incident":"INC-1","n":1,"at":0,"actor":"a","type":"Closed","body":[]}{}',
        b'{"incident":"INC-1","n":1,"at":0,"actor":"a","type":"Noted","body":{}}',
        b'{"incident":"INC-1","n":1,"at":0,"actor":"a","actor_kind":"ghost","type":"Closed","body":{}}',
        b'{"incident":"INC-1","n":1,"at":9e99,"actor":"a","type":"Closed","body":{}}',
        b"\xff\xfe",
    ],
)
def test_a_damaged_line_is_one_plain_error(line: bytes) -> None:
    with pytest.raises(StoreError) as caught:
        codec.decode(line)
    assert "\n" not in str(caught.value)


def test_an_enum_value_of_a_newer_version_is_one_plain_error() -> None:
    with pytest.raises(StoreError, match="Resolved"):
        codec.unpack("Resolved", '{"sufficed":"partly"}')


def test_instants_are_cut_to_milliseconds_and_kept_in_utc() -> None:
    jakarta = timezone(timedelta(hours=7))
    moment = datetime(2026, 3, 2, 16, 0, 0, 999_999, tzinfo=jakarta)
    assert codec.from_ms(codec.to_ms(moment)) == datetime(2026, 3, 2, 9, 0, 0, 999_000, tzinfo=UTC)
    assert codec.from_ms(codec.to_ms(moment)).tzinfo is UTC
    before = datetime(1969, 12, 31, 23, 59, 59, 999_000, tzinfo=UTC)
    assert codec.from_ms(codec.to_ms(before)) == before


def test_broken_characters_survive_in_a_body() -> None:
    body = Noted("half a pair \ud800, a nul \0 and a line \u2028")
    kind, text = codec.pack(body)
    assert text.isascii()
    assert codec.unpack(kind, text) == body


def test_a_heartbeat_survives() -> None:
    known = report(expires_at=at(30))
    assert codec.load(EngineReport, codec.dump(known)) == known


def test_what_cannot_be_stored_is_refused_when_it_is_first_tried() -> None:
    with pytest.raises(TypeError, match="cannot be stored"):
        codec.encoder(dict[str, int])
    with pytest.raises(TypeError, match="cannot be stored"):
        codec.decoder(int | str)


def test_the_stored_names_of_the_first_entry() -> None:
    """The format in words: a change of these names would orphan every log there is."""
    first = json.loads(GOLDEN.read_bytes().splitlines()[0])
    assert list(first) == ["incident", "n", "at", "actor", "actor_kind", "op", "type", "body"]
    names = [field.name for field in fields(Opened)]
    assert names[: len(first["body"])] == list(first["body"])
    assert names[len(first["body"]) :] == ["pruned_at", "split_from"], "what came later stands behind"
