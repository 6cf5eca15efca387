"""Where clients are told: what the config says of each outlet, without its secrets. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from console.domain.comms.draft import STATE_WORDS, Draft
from console.domain.comms.following import followed
from console.domain.incident import Incident
from console.domain.policy import Policy
from console.domain.priority import Priority
from console.domain.vocabulary import ComponentState, Stage


@dataclass(frozen=True, slots=True)
class Outlet:
    """One ``[[outlets]]``. ``place`` is what it does in a few words; ``priorities`` and ``services`` empty: all.

    ``components`` pairs our services with their ids there; empty where the product knows no components. ``source`` is
    the source whose incidents it can write to, empty for one that takes all.
    """

    name: str
    kind: str
    place: str = ""
    priorities: frozenset[Priority] = frozenset()
    services: frozenset[str] = frozenset()
    components: tuple[tuple[str, str], ...] = ()
    source: str = ""

    def wants(self, incident: Incident, components: tuple[str, ...] = ()) -> bool:
        """Return whether updates about an incident go here unless somebody says otherwise."""
        if self.source and self.source not in incident.sources:
            return False
        priority = incident.effective_priority or Priority.P1  # unsure: take the higher
        if self.priorities and priority not in self.priorities:
            return False
        return not self.services or bool(self.services & {*incident.services, *components})

    def does(self, draft: Draft) -> str:
        """Return what it will do with an update, in one line."""
        known = dict(self.components)
        over = draft.stage is Stage.RESOLVED
        state = STATE_WORDS[ComponentState.OPERATIONAL if over else draft.failing]
        named = ", ".join(one for one in draft.components if one in known)
        told = f"; component {named}: {state}" if named else ""
        unknown = "; no component of it is known here" if known and not named else ""
        return f"{self.place}{told}{unknown}"


def preset(incident: Incident, policy: Policy, components: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Return the names of the outlets that an update goes to unless somebody says otherwise, in config order.

    Whoever was told that it goes on is told the rest as well.
    """
    told = followed(incident)
    return tuple(one.name for one in policy.outlets if one.wants(incident, components) or one.name in told)


def outlet_named(name: str, policy: Policy) -> Outlet | None:
    """Return an outlet by its name."""
    return next((one for one in policy.outlets if one.name == name), None)
