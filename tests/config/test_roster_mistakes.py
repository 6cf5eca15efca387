"""Every mistake in the roster that we can think of: told with file, line and cause, and the rest still works.

In the cases the end of a wrong line says what must be said of it: ``#! cause``.
"""

from __future__ import annotations

import copy
import re
import tomllib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import tomli_w
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from console.config.base import Table
from console.config.calendars import Calendar
from console.config.holidays import Holidays
from console.config.load import Loaded, load, parse
from console.config.overrides import Override
from console.config.people import Leave
from console.config.policy import policy_of, setup_of
from console.config.rotations import Rotation
from console.domain.roster import duties, duty, gaps
from tests.config.mistakes import MISTAKES
from tests.config.samples import SOURCE, TEAM

AT = datetime(2026, 1, 7, 12, tzinfo=UTC)  # Asha's week as primary, Budi's as secondary


def said(text: str, file: Path) -> list[tuple[str, str]]:
    """Return what must be told of a text: file and line, and the cause."""
    return [
        (f"{file}:{number}", found[1].strip())
        for number, line in enumerate(text.splitlines(), start=1)
        for found in re.finditer(r"#!([^#]*(?:#\d[^#]*)*)", line)
    ]


def loaded_with(folder: Path, text: str, *, included: bool) -> tuple[Loaded, Path]:
    """Return a good config with more text in it, or in a file that it includes, and that file."""
    main, other = folder / "oncall.toml", folder / "more.toml"
    if included:
        main.write_text('include = ["more.toml"]\n' + TEAM + SOURCE)
        other.write_text(text)
        other.chmod(0o600)
    else:
        main.write_text(TEAM + SOURCE + text)
    main.chmod(0o600)
    return load(main), other if included else main


@pytest.mark.parametrize("where", ["main", "included"])
@pytest.mark.parametrize("case", MISTAKES)
def test_a_mistake_is_told_with_its_place_and_cause_and_the_rest_works(
    case: str, where: str, tmp_path: Path
) -> None:
    found, file = loaded_with(tmp_path, MISTAKES[case], included=where == "included")
    wanted = said(file.read_text(), file)
    assert wanted
    assert len(found.set_aside) == len(wanted), found.set_aside
    for line, (place, cause) in zip(found.set_aside, wanted, strict=True):
        assert line.startswith(f"set aside: {place}: ")
        assert cause in line
        assert line.isprintable()
    roster = policy_of(found).roster
    assert duty(roster, "payments", "primary", AT).person == "asha"
    assert duty(roster, "payments", "secondary", AT).person == "budi"
    assert len(roster.rotations) == 2 + MISTAKES[case].count("# good")
    assert roster.overrides == ()
    assert roster.absences == ()
    assert setup_of(found).calendars == ()


def test_all_mistakes_together_leave_the_roster_working(tmp_path: Path) -> None:
    cases = [case for case in MISTAKES.values() if "# good" not in case and "olidays" not in case]
    text = "".join(case.replace('"rina"', f'"rina{number}"') for number, case in enumerate(cases))
    found, file = loaded_with(tmp_path, text, included=False)
    assert {line.split(": ")[1] for line in found.set_aside} == {
        place for place, _ in said(file.read_text(), file)
    }
    assert len(found.set_aside) == len(said(file.read_text(), file))
    roster = policy_of(found).roster
    assert duty(roster, "payments", "primary", AT).person == "asha"
    assert len(roster.rotations) == 2


SECTIONS: dict[str, type[Table]] = {
    "rotations": Rotation,
    "overrides": Override,
    "calendars": Calendar,
    "holidays": Holidays,
    "leave": Leave,
}
KEYS = [
    (name, field.alias or key)
    for name, model in SECTIONS.items()
    for key, field in model.model_fields.items()
]
DATES = st.dates() | st.datetimes() | st.datetimes(timezones=st.timezones()) | st.times()
WORDS = st.sampled_from(
    [
        "asha",
        "payments",
        "primary",
        "front",
        "weekly",
        "2 months",
        "9999d",
        "Mon 09:00",
        "nights",
        "Sat-Sun 22:00-07:00",
        "a.ics",
    ]
)
SCALARS = WORDS | st.text(max_size=12) | st.integers() | st.floats() | st.booleans() | DATES
VALUES = SCALARS | st.lists(SCALARS, max_size=3) | st.dictionaries(st.text(max_size=5), SCALARS, max_size=2)
RIGHT: dict[str, dict[str, object]] = {
    "rotations": {"team": "payments", "role": "front", "members": ["asha", "budi"], "start": date(2026, 1, 5)},
    "overrides": {
        "team": "payments", "role": "front", "person": "budi",
        "start": datetime(2026, 1, 7, tzinfo=UTC), "end": datetime(2026, 1, 8, tzinfo=UTC),
    },
    "calendars": {"team": "payments", "role": "front", "name": "Feed", "file": "a.ics"},
    "holidays": {},
    "leave": {"from": date(2026, 1, 7), "to": date(2026, 1, 8)},
}  # fmt: skip
GOOD = tomllib.loads(TEAM + SOURCE)


@given(st.lists(st.tuples(st.sampled_from(KEYS), VALUES), min_size=1, max_size=3))
@settings(max_examples=150, deadline=None)
def test_whatever_stands_in_an_entry_the_rest_works(said: list[tuple[tuple[str, str], object]]) -> None:
    tables = copy.deepcopy(RIGHT)
    for (section, key), value in said:
        tables[section][key] = value
    lists = {
        section: [*GOOD.get(section, []), tables[section]]
        for section in ("rotations", "overrides", "calendars")
    }
    people = [*GOOD["people"], {"id": "rina", "leave": [tables["leave"]]}]
    text = tomli_w.dumps({**GOOD, **lists, "people": people, "holidays": tables["holidays"]})
    try:
        tomllib.loads(text)
    except ValueError:  # no TOML, such as an offset with seconds
        reject()
    roster = policy_of(parse(text, Path("oncall.toml"))).roster
    assert duty(roster, "payments", "primary", AT).person in {"asha", "budi"}
    for one in duties(roster, AT):  # nothing that may stand there is too much for the calculation
        assert gaps(roster, one.team, one.role, AT, AT + timedelta(days=14)) is not None
