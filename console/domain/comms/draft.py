"""A client update before it is posted: its fields, and the text that clients read. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from console.domain.human import MONTHS
from console.domain.policy import Policy
from console.domain.vocabulary import ComponentState, Stage

FIRST_LINES: Mapping[Stage, str] = {
    Stage.INVESTIGATING: "We know that something is wrong and are finding out why.",
    Stage.IDENTIFIED: "We have found the cause and are working on it.",
    Stage.MONITORING: "A remedy is in place. We are watching whether it holds.",
    Stage.RESOLVED: "This is over.",
}
"""What an update begins with: the same words for the same stage, whoever writes."""

GOES_ON = "This is part of another problem. Its updates go on there."
"""What the last update of an incident begins with that was merged into another."""

STATE_WORDS: Mapping[ComponentState, str] = {
    ComponentState.OPERATIONAL: "working",
    ComponentState.DEGRADED: "degraded",
    ComponentState.PARTIAL: "partly unavailable",
    ComponentState.MAJOR: "unavailable",
}


@dataclass(frozen=True, slots=True)
class Draft:
    """The fields of an update (semantics, section 6). Texts have been through ``text.multi_line``.

    ``impact`` is what clients see, ``scope`` who and where, ``doing`` what we do, ``next_at`` when they hear of us
    again (UTC; None only with resolved). ``components`` are services as we call them, ``failing`` how they stand.
    ``part``: it was merged into another incident, and this is the last that is said of it by itself.
    """

    stage: Stage
    impact: str = ""
    since: datetime | None = None
    scope: str = ""
    doing: str = ""
    workaround: str = ""
    next_at: datetime | None = None
    failing: ComponentState = ComponentState.DEGRADED
    components: tuple[str, ...] = ()
    part: bool = False

    @property
    def texts(self) -> tuple[tuple[str, str], ...]:
        """What somebody wrote, by the name of its field."""
        return (
            ("impact", self.impact),
            ("scope", self.scope),
            ("doing", self.doing),
            ("workaround", self.workaround),
        )


def render(draft: Draft) -> str:
    """Return the update as clients read it; a field that is empty is left out. Times are UTC."""
    rows = [GOES_ON if draft.part else FIRST_LINES[draft.stage], ""]
    rows += [f"What you see: {draft.impact}"] if draft.impact else []
    rows += [f"Since: {moment(draft.since)}"] if draft.since else []
    rows += [f"Affected: {draft.scope}"] if draft.scope else []
    rows += [f"What we do: {draft.doing}"] if draft.doing else []
    rows += [f"Meanwhile: {draft.workaround}"] if draft.workaround else []
    rows += [f"Next update: by {moment(draft.next_at)}"] if draft.next_at else []
    return "\n".join(rows).strip()


def moment(at: datetime) -> str:
    """Return an instant as clients anywhere read it: ``10:22 UTC, 5 Jan``."""
    there = at.astimezone(UTC)
    return f"{there:%H:%M} UTC, {there.day} {MONTHS[there.month - 1]}"


def public_names(services: Iterable[str], policy: Policy) -> tuple[str, ...]:
    """Return what clients call these services, each name once."""
    known = policy.services
    return tuple(dict.fromkeys((known[one].public_name or one) if one in known else one for one in services))


def headline(
    components: Iterable[str], failing: ComponentState, policy: Policy, *, part: bool = False
) -> str:
    """Return the title that clients read: ``Payments, Checkout: degraded``. Never the title of an alert.

    ``part``: its updates go on in those of another incident, which says how the components stand.
    """
    names = ", ".join(public_names(components, policy)) or "Our service"
    return f"{names}: {'part of another problem' if part else STATE_WORDS[failing]}"
