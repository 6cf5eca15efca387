"""To whom an incident can be escalated: who cannot be reached is said before somebody is chosen."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from console.domain.policy import Chain, Level
from console.ui.verbs.targets import targets_of
from tests.ui import scenes
from tests.ui.rows import row
from tests.ui.scenes import NOW

PEOPLE = {name: replace(one, contacts=()) for name, one in scenes.POLICY.people.items()}


def notes(**rules: object) -> dict[str, str]:
    policy = replace(scenes.POLICY, **rules)  # type: ignore[arg-type]
    return {one.label: one.note for one in targets_of(row("INC-1", NOW), policy, NOW)}


def test_a_person_without_a_contact_is_said_to_have_none() -> None:
    assert "+62 811-555-0102" in notes()["Budi"]
    assert notes(people=PEOPLE)["Budi"] == "no contact known"


def test_a_level_that_pages_nobody_names_its_room_all_the_same() -> None:
    told = Level(("ghost",), timedelta(0), channels=("team-slack",))
    chain = Chain("payments", (told,))
    found = notes(chains=(chain,))
    assert [note for label, note in found.items() if label.startswith("level 0")] == ["nobody, #team-slack"]
