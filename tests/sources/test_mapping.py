"""What products' own words for how bad it is mean here."""

from __future__ import annotations

import pytest

from console.domain.priority import Priority
from console.sources.base.reading.mapping import named_priority, runbook_in


@pytest.mark.parametrize(
    ("name", "priority"),
    [
        ("P1", Priority.P1),
        ("p2 - major", Priority.P2),
        ("SEV-1", Priority.P1),
        ("Sev 3", Priority.P3),
        ("SEV0", Priority.P1),
        ("S4", Priority.P4),
        ("P5", Priority.P4),
        ("Priority 2", Priority.P2),
        (" Critical ", Priority.P1),
        ("low", Priority.P4),
        ("P12", None),
        ("Platform", None),
        ("house on fire", None),
        ("", None),
    ],
)
def test_a_name_says_its_level(name: str, priority: Priority | None) -> None:
    assert named_priority(name, {}) is priority


def test_names_of_the_config_come_first() -> None:
    ours = {"house on fire": Priority.P1, "p1": Priority.P3}
    assert named_priority("House On Fire", ours) is Priority.P1
    assert named_priority("P1", ours) is Priority.P3


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("Runbook: https://wiki.example/disk.", "https://wiki.example/disk"),
        ("see the [Playbook](https://wiki.example/disk) first", "https://wiki.example/disk"),
        ("**Run book** <https://wiki.example/a?b=c>", "https://wiki.example/a?b=c"),
        ("See https://wiki.example/disk", ""),
        ("Runbook below\nhttps://wiki.example/disk", ""),
        ("Runbook: http://bank.example@evil.example/", ""),
        ("Runbook: https://wiki.example/\x1b]8;;", ""),
        ("", ""),
    ],
)
def test_only_an_address_that_is_called_a_runbook_is_one(text: str, address: str) -> None:
    assert runbook_in(text) == address
