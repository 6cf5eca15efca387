from __future__ import annotations

import pytest

from console.calendars.table import read
from console.errors import CalendarError
from tests.calendars.made import JAKARTA, asked, spans


@pytest.mark.parametrize(
    "text",
    [
        "person,start,end\nasha,2026-01-05T09:00+01:00,2026-01-06 09:00:00+01:00\n",
        "Who;From;Until\r\nAsha Nair;2026-01-05T09:00;2026-01-06T09:00\r\n\r\n",
        "\ufeffE-mail\tStart Time\tEnd_Time\tnote\nASHA@ops.example\t2026-01-05 08:00Z\t2026-01-06T08:00:00.0004Z\tx\n",
        'role,name,start,end\nsecondary,budi,2026-01-01,2026-01-02\nPrimary,"asha",2026-01-05 09:00,2026-01-06 09:00',
    ],
)
def test_the_tables_that_people_make(text: str) -> None:
    found = read(text.encode(), asked())
    assert spans(found.shifts) == [("asha", "01-05 08:00", "01-06 08:00")]
    assert found.problems == ()


def test_a_bad_row_never_hides_the_good_ones() -> None:
    rows = (
        "person,start,end",
        "asha,soon,2026-01-06T09:00Z",
        "asha,2026-01-06T09:00Z,2026-01-05T09:00Z",
        "asha,2026-01-06T09:00Z",
        "eve,2026-01-07,2026-01-08",
        "budi,2026-01-05,2026-01-06",
    )
    found = read("\n".join(rows).encode(), asked(JAKARTA))
    assert spans(found.shifts) == [("budi", "01-04 17:00", "01-05 17:00"), ("", "01-06 17:00", "01-07 17:00")]
    assert found.problems == (
        'line 2: "soon" is no time; write it like 2026-01-05T09:00 or 2026-01-05 09:00',
        "line 3: it ends before it starts",
        'line 4: "" is no time; write it like 2026-01-05T09:00 or 2026-01-05 09:00',
        'nobody is called "eve": add names = { "eve" = "…" } to the calendar',
    )


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"\n\n", "empty"),
        (b"person,start\n", "no column end"),
        (b"a,b,c\n", "no column person and start and end"),
        (b"person,start,end\n" + b"asha,2026-01-05,2026-01-06\n" * 20_001, "more than 20,000 lines"),
        (b'person,start,end\n"' + b"x" * 200_000, "is no row"),
    ],
    ids=["empty", "blank", "no end", "other heads", "long", "unclosed"],
)
def test_what_is_no_table_is_said(data: bytes, words: str) -> None:
    with pytest.raises(CalendarError, match=words):
        read(data, asked())
