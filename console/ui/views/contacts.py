"""How people are reached, in words."""

from __future__ import annotations

from console.domain.policy import Policy

CALLED = {"phone": ""}
"""Kinds of contact that need no name before the value."""


def contact_words(policy: Policy, person: str) -> list[str]:
    """Return each contact as it is shown: ``+62 811 …``, ``slack @budi``; empty where none is known."""
    known = policy.people.get(person)
    return [f"{CALLED.get(kind, kind)} {value}".strip() for kind, value in known.contacts] if known else []
