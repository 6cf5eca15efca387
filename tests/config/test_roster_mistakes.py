"""Every mistake in the roster that we can think of: told with file, line and cause, and the rest still works.

In the cases the end of a wrong line says what must be said of it: ``#! cause``.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from console.config.load import Loaded, load
from console.config.policy import policy_of, setup_of
from console.domain.roster import duty
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
