"""The ticket systems in turn, each with a tracker behind it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from console.domain.tickets.draft import Draft
from console.domain.tickets.text import draft_of
from console.ports.tickets import TicketSystem
from console.tickets import registry
from tests.domain.tickets.test_decisions import RULES, opened
from tests.domain.world import at
from tests.fakes.http import serving
from tests.fakes.ticketing import FakeGitHub, FakeGitLab, FakeJiraTickets, Tracker
from tests.servers.vendors import vendor_mocks, vendors
from tests.sources.conftest import HeldClock, _no_proxy

__all__ = ["_no_proxy", "vendor_mocks", "vendors"]


@dataclass
class Rig:
    """``route`` is where tickets about payments go there."""

    name: str
    tracker: Tracker
    system: TicketSystem
    table: dict[str, Any]
    clock: HeldClock
    others: list[TicketSystem] = field(default_factory=list)

    def another(self, **changes: Any) -> TicketSystem:
        """Return a system that is configured otherwise; what its kind does not know is left out."""
        kind = registry.options_of(self.table["kind"])
        own = {key: value for key, value in {**self.table, **changes}.items() if key in kind.model_fields}
        made = registry.build(self.table["kind"], "other", kind.model_validate(own), self.clock)
        self.others.append(made)
        return made

    def draft(self, **more: str) -> Draft:
        options = registry.options_of(self.table["kind"])
        own = {key: value for key, value in self.table.items() if key != "kind"}
        place = options.model_validate(own).place("desk")
        world = opened()
        return draft_of(world.incident(), tuple(world.logs["INC-1"]), RULES, place, at("12:00"), **more)


TABLES: dict[str, tuple[type[Tracker], dict[str, Any]]] = {
    "jira-cloud": (FakeJiraTickets, {"kind": "jira", "username": "desk@acme.example", "project": "OPS"}),
    "jira-server": (FakeJiraTickets, {"kind": "jira", "project": "OPS"}),
    "github": (FakeGitHub, {"kind": "github", "project": "acme/shop"}),
    "gitlab": (FakeGitLab, {"kind": "gitlab", "project": "acme/shop"}),
}


@pytest.fixture
def clock() -> HeldClock:
    return HeldClock()


@pytest.fixture(params=sorted(TABLES))
async def rig(request: pytest.FixtureRequest, clock: HeldClock) -> AsyncIterator[Rig]:
    kind, table = TABLES[request.param]
    with serving(kind()) as tracker:
        if isinstance(tracker, FakeJiraTickets):
            tracker.version = 3 if request.param == "jira-cloud" else 2
        jira = table["kind"] == "jira"
        route = {"services": ["payments"], "assignee": "rina@acme.example" if jira else "rina"}
        whole = {
            **table,
            "url": tracker.url,
            "token": "made-up",
            "labels": ["incident"],
            "routes": [{**route, "component": "Cards"}],
            "incident_url": "https://oncall.example/{id}",
            **({"priorities": {"P1": "Highest", "P3": "Low"}} if jira else {}),
        }
        own = {key: value for key, value in whole.items() if key != "kind"}
        options = registry.options_of(whole["kind"]).model_validate(own)
        system = registry.build(whole["kind"], "desk", options, clock)
        rig = Rig(request.param, tracker, system, whole, clock)
        yield rig
        for one in (system, *rig.others):
            await one.close()
