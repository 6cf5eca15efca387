"""How people are reached and for whom they stand in, in words."""

from __future__ import annotations

from console.domain.policy import Policy
from console.domain.roster import Duty

CALLED = {"phone": ""}
"""Kinds of contact that need no name before the value."""


def contact_words(policy: Policy, person: str) -> list[str]:
    """Return each contact as it is shown: ``+62 811 …``, ``slack @budi``; empty where none is known."""
    known = policy.people.get(person)
    return [f"{CALLED.get(kind, kind)} {value}".strip() for kind, value in known.contacts] if known else []


def cover_words(duty: Duty, policy: Policy) -> str:
    """Return for whom somebody stands in, and why."""
    whose = f"covers {policy.name_of(duty.covered)}" if duty.covered else "covering"
    return f"{whose} ({duty.reason})" if duty.reason else whose
