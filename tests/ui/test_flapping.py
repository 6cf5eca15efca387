"""What the list, the detail, filters and scripts say of an incident that flaps."""

from __future__ import annotations

from datetime import UTC, timedelta

import pytest

from console.cli.contract import incident_json
from console.cli.report import state_word
from console.domain.filters import Circumstances, FilterError, parse
from console.domain.incident import State
from console.domain.standing import Viewer, standing
from console.ui.glyphs import ASCII, UNICODE, Glyphs
from console.ui.text import Spans
from console.ui.views.flapping import flapping_parts
from console.ui.views.frame import Frame
from console.ui.views.incidents import Around, Item, columns, state_of
from tests.domain.test_flapping import flaps
from tests.domain.world import POLICY, acked, at, minutes
from tests.ui.rows import row

NOW = at("10:30")
FRAME = Frame(UNICODE, UTC, NOW, "asha")
FLAPPING = row("INC-1", NOW, flapping_since=at("10:00"))
HELD = row(
    "INC-2", NOW, flapping_since=at("10:00"), recovered_at=at("10:27"), firing=0, state=State.ACKNOWLEDGED
)


def text(spans: Spans) -> str:
    return "".join(piece for piece, _ in spans)


@pytest.mark.parametrize(("glyphs", "sign"), [(UNICODE, "≈ "), (ASCII, "~ ")])
def test_a_sign_stands_before_the_title_and_words_where_there_is_room(glyphs: Glyphs, sign: str) -> None:
    around = Around(Frame(glyphs, UTC, NOW, "asha"), POLICY)
    column = next(one for one in columns() if one.id == "incident")
    assert column.tail is not None
    for incident, words in ((FLAPPING, "flaps"), (HELD, "flaps, held down until 10:42")):
        item = Item(standing(incident, POLICY))
        assert text(column.render(item, around)).startswith(sign)
        forms = [text(form) for form in column.tail(item, around)]
        assert words in forms[0]  # beside who is paged next
        assert words in forms


def test_the_state_of_what_is_held_down_is_said_in_a_word() -> None:
    assert state_of(FLAPPING)[1] == "firing"
    assert state_of(HELD) == ("cleared", "held", "state-acked")
    assert state_word(HELD) == "acknowledged, flapping"


def test_filters_find_it() -> None:
    rows = (FLAPPING, HELD, row("INC-3", NOW))
    around = Circumstances(Viewer("asha", frozenset(), frozenset()), NOW)

    def found(query: str) -> list[str]:
        return [one.id for one in rows if parse(query).holds(standing(one, POLICY), around)]

    assert found("flap:yes") == found("flapping") == found("is:flapping") == ["INC-1", "INC-2"]
    assert found("flap:no") == found("-flap:yes") == ["INC-3"]
    with pytest.raises(FilterError, match="flap:yes"):
        parse("flap:perhaps")


def test_the_detail_and_the_json_say_how_often_and_until_when() -> None:
    world = acked()
    last = flaps(world, 4)
    world.clear(last + minutes(1), "a")
    lines = flapping_parts(world.incident(), POLICY, FRAME)
    assert [text(line) for line in lines] == [
        "≈ flaps   cleared, held down: it flaps, until 10:25 (fired 5 times in 9m)"
    ]
    told = incident_json(world.incident(), POLICY, NOW)["flapping"]
    assert told == {
        "since": "2026-01-06T10:00:00Z",
        "fired": 5,
        "held_down_until": "2026-01-06T10:25:00Z",
    }
    calm = acked()
    assert flapping_parts(calm.incident(), POLICY, FRAME) == []
    assert incident_json(calm.incident(), POLICY, NOW + timedelta(days=1))["flapping"] is None
