"""What works in the roster as it stands but is hardly meant."""

from __future__ import annotations

from collections.abc import Iterator

from console.config.model import Config
from console.config.problems import Problem


def advice(config: Config) -> Iterator[Problem]:
    """Yield a warning for whoever is on call and cannot be reached, and for what can have no effect."""
    yield from _unreachable(config)
    if not config.holidays.days and config.holidays.file is None:
        for rotation in config.rotations:
            if rotation.not_on_holidays:
                text = "there are no [holidays], so that it counts on all days"
                yield Problem((*rotation.place, "not_on_holidays"), text, warning=True)


def _unreachable(config: Config) -> Iterator[Problem]:
    """Yield members of rotations without a contact, where contacts are kept at all."""
    members = {member for rotation in config.rotations for member in rotation.members}
    kept = any(person.reached_by() for person in config.people)
    for index, person in enumerate(config.people):
        if kept and person.id in members and not person.reached_by():
            text = f"{person.name or person.id} has no contact: nobody can reach them when they are on call"
            yield Problem(("people", index), text, warning=True)
