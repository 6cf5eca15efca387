"""A storm is found by whoever looks for a service in it, and seen by the teams whose services it may be about."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from console.domain.filters import Circumstances, parse
from console.domain.look import Look, Scope, arrange
from console.domain.policy import Policy, Service
from console.domain.roster import Roster
from console.domain.standing import Viewer, standing
from tests.ui.rows import row

NOW = datetime(2026, 1, 5, 10, 0, tzinfo=UTC)
SERVICES = {
    "orders-db": Service("orders-db", "storage"),
    "cart": Service("cart", "shop", ("orders-db",)),
    "search": Service("search", "search"),
}
POLICY = Policy(roster=Roster(), services=SERVICES)
STORM = row("INC-1", NOW, service="orders-db", team="storage", title="Down", root="orders-db", services=2)
ALONE = row("INC-2", NOW, service="orders-db", team="storage", title="Full", root="orders-db", services=1)
NOBODY = Viewer("asha", frozenset(), frozenset())


def shown(look: Look, who: Viewer = NOBODY, *, storms: bool = True) -> set[str]:
    found = arrange([standing(one, POLICY) for one in (STORM, ALONE)], look, Circumstances(who, NOW, storms))
    return {item.row.id for item in found.shown}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("svc:cart", {"INC-1"}),
        ("cart", {"INC-1"}),
        ("svc:orders", {"INC-1", "INC-2"}),
        ("svc:search", set()),
        ("-svc:cart", {"INC-1", "INC-2"}),
        ("-svc:orders", set()),
        ("title:cart", set()),
    ],
)
def test_a_service_finds_the_storms_that_it_may_be_in(query: str, found: set[str]) -> None:
    assert shown(Look(parse(query))) == found


def test_what_is_done_to_all_found_leaves_storms_of_others_alone() -> None:
    assert shown(Look(parse("svc:cart")), storms=False) == set()


@pytest.mark.parametrize(
    ("team", "found"), [("shop", {"INC-1"}), ("search", set()), ("storage", {"INC-1", "INC-2"})]
)
def test_my_teams_see_it(team: str, found: set[str]) -> None:
    services = frozenset(one.name for one in SERVICES.values() if one.team == team)
    assert shown(Look(scope=Scope.TEAM), Viewer("asha", frozenset(), frozenset({team}), services)) == found
