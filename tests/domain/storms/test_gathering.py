"""What joins a storm, what becomes part of it, and what never does."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from console.domain import events as ev
from console.domain.actors import Actor
from console.domain.alert import Alert, Poll
from console.domain.commands import Ack, Assign, MergeInto, Note, Resolve, Snooze, Split
from console.domain.incident import Incident
from console.domain.policy import Grouping, GroupingRule, Policy, Service
from tests.domain.storms.watch import Watch
from tests.domain.world import ASHA, P1, P2, P3, alert, at, policy

SHOP = {
    "orders-db": (),
    "orders": ("orders-db",),
    "cart": ("orders",),
    "checkout": ("orders", "payments"),
    "invoices": ("orders-db",),
    "payments": ("ledger",),
    "ledger": (),
    "search": (),
    "mail": (),
}
TEAMS = {"orders-db": "storage", "ledger": "storage", "search": "search"}


def shop(**grouping: Any) -> Policy:
    services = {name: Service(name, TEAMS.get(name, "payments"), on) for name, on in SHOP.items()}
    return policy(services=services, teams=("payments", "storage", "search"), grouping=Grouping(**grouping))


class Scene:
    """Alerts that begin to fire by and by; each stays until it is cleared."""

    def __init__(self, rules: Policy | None = None) -> None:
        self.watch = Watch(rules or shop())
        self.firing: dict[str, Alert] = {}
        self.ops = 0

    async def fire(self, when: str, *services: str, **facts: Any) -> None:
        name = facts.pop("name", "Unwell")
        for service in services:
            one = alert(f"{service}/{name}", facts.get("priority", P2), service=service, name=name,
                        started_at=facts.get("started_at", at(when)), muted_until=facts.get("muted_until"))  # fmt: skip
            self.firing[one.ref.fingerprint] = one
        await self.poll(when)

    async def clear(self, when: str, *fingerprints: str) -> None:
        for fingerprint in fingerprints:
            del self.firing[fingerprint]
        await self.poll(when)

    async def poll(self, when: str | datetime) -> None:
        now = when if isinstance(when, datetime) else at(when)
        await self.watch.poll(now, Poll("prod", tuple(self.firing.values())))

    async def do(self, when: str, incident: str, command: Any, actor: Actor = ASHA) -> None:
        self.watch.clock._now = at(when)
        self.ops += 1
        outcome = self.watch.kit.executor.carry_out(incident, command, actor, f"op-{self.ops}")
        assert type(outcome).__name__ == "Saved", outcome
        await self.watch.board.refresh()

    def shown(self) -> dict[str, set[str]]:
        """Return what is shown: service of the incident -> services of its alerts."""
        return {one.service: set(one.services) for one in self.watch.shown()}

    def of(self, service: str) -> Incident:
        return next(one for one in self.watch.shown() if one.service == service)

    def bodies(self, incident: str, kind: type) -> list[Any]:
        return [event.body for event in self.watch.store.log(incident) if isinstance(event.body, kind)]


async def test_what_fails_below_a_failing_service_joins_its_incident() -> None:
    scene = Scene()
    await scene.fire("10:00", "orders-db", "orders", "cart", "checkout", "search")
    assert scene.shown() == {
        "orders-db": {"orders-db", "orders", "cart", "checkout"},
        "search": {"search"},
    }
    root = scene.of("orders-db")
    assert (root.root, root.team) == ("orders-db", "storage")
    assert "3 of the 4 services that depend on it fail" in root.root_why
    assert not scene.of("search").root
    await scene.fire("10:05", "invoices")
    assert "invoices" in scene.shown()["orders-db"]


async def test_two_failing_services_are_no_storm() -> None:
    scene = Scene()
    await scene.fire("10:00", "orders-db", "invoices")
    assert scene.shown() == {"orders-db": {"orders-db"}, "invoices": {"invoices"}}
    assert not any(one.root for one in scene.watch.shown())


async def test_a_late_root_takes_in_what_nobody_has_touched() -> None:
    scene = Scene()
    await scene.fire("10:00", "cart", "checkout")
    await scene.do("10:01", scene.of("cart").id, Ack())
    await scene.fire("10:02", "orders-db", "orders")
    assert scene.shown() == {"orders-db": {"orders-db", "orders", "checkout"}, "cart": {"cart"}}
    root, cart = scene.of("orders-db"), scene.of("cart")
    assert cart.owner == "asha"
    assert (cart.root, cart.root_why[: len(root.id)]) == ("orders-db", root.id)
    assert len(root.children) == 1
    assert root.pages or root.paged_now == ()


@pytest.mark.parametrize("command", [Note("looking"), Assign("budi"), Snooze(at("11:00"))])
async def test_what_a_person_has_touched_stays_theirs(command: Any) -> None:
    scene = Scene()
    await scene.fire("10:00", "cart", "checkout")
    name = scene.of("cart").id
    if isinstance(command, Assign):
        await scene.do("10:01", name, Ack())
    await scene.do("10:01", name, command)
    await scene.fire("10:02", "orders-db", "orders")
    assert not scene.bodies(name, ev.Merged)


async def test_a_silent_root_is_named_and_its_own_alert_opens_its_own_incident() -> None:
    scene = Scene()
    await scene.fire("10:00", "orders", "invoices", "cart", "checkout", priority=P2)
    assert list(scene.shown().values()) == [{"orders", "invoices", "cart", "checkout"}]
    (one,) = scene.watch.shown()
    assert one.root == "orders-db"
    assert one.root_why == "all 4 services that depend on it fail; nothing alerts there itself"
    await scene.fire("10:03", "orders-db")
    assert scene.shown() == {"orders-db": {"orders-db", "orders", "invoices", "cart", "checkout"}}
    assert scene.of("orders-db").id != one.id
    assert scene.of("orders-db").children == (one.id,)


async def test_what_has_been_failing_for_long_is_no_part_of_it() -> None:
    scene = Scene()
    await scene.fire("08:00", "orders-db", name="CertExpires")
    await scene.fire("10:00", "cart", "checkout", "search")
    assert len(scene.shown()) == 4
    await scene.fire("10:01", "orders", "invoices")
    by_root = [one for one in scene.watch.shown() if one.root]
    assert [one.service for one in by_root] != ["orders-db"]


async def test_the_window_slides_with_what_joins() -> None:
    scene = Scene()
    await scene.fire("10:00", "orders-db", "orders", "cart", "checkout")
    await scene.fire("10:09", "orders", name="Slow")
    await scene.fire("10:18", "invoices")
    assert list(scene.shown()) == ["orders-db"]
    await scene.fire("10:40", "payments")
    await scene.fire("10:41", "invoices", name="Slow")
    assert len(scene.shown()) == 3


async def test_a_worse_symptom_raises_the_storm() -> None:
    scene = Scene()
    await scene.fire("10:00", "orders-db", "orders", "cart", "checkout", priority=P3)
    await scene.do("10:01", scene.of("orders-db").id, Ack())
    await scene.fire("10:02", "invoices", priority=P3)
    assert scene.of("orders-db").owner == "asha"
    assert "invoices" in scene.shown()["orders-db"]
    await scene.fire("10:03", "invoices", priority=P1, name="Down")
    root = scene.of("orders-db")
    assert (root.provisional, root.owner) == (P1, "")  # triggered anew: somebody is paged


async def test_a_worse_incident_is_not_hidden_in_one_that_is_taken() -> None:
    scene = Scene()
    await scene.fire("10:00", "cart", "checkout", priority=P1)
    await scene.fire("10:01", "orders-db", priority=P3)
    await scene.do("10:01", scene.of("orders-db").id, Ack())
    await scene.fire("10:02", "orders", priority=P3)
    assert {"cart", "checkout"} <= set(scene.shown())
    assert scene.of("cart").root == "orders-db"


async def test_what_was_split_off_never_comes_back() -> None:
    scene = Scene()
    await scene.fire("10:00", "orders-db", "orders", "cart", "checkout")
    await scene.do("10:01", scene.of("orders-db").id, Split(services=("cart",)))
    assert "cart" in scene.shown()
    await scene.fire("10:02", "cart", name="Slow")
    await scene.fire("10:03", "invoices")
    assert scene.shown()["orders-db"] == {"orders-db", "orders", "checkout", "invoices"}
    assert not scene.bodies(scene.of("cart").id, ev.Merged)


async def test_a_symptom_that_fires_again_goes_where_it_was_and_later_opens_its_own() -> None:
    scene = Scene()
    await scene.fire("10:00", "orders-db", "orders", "cart", "checkout")
    root = scene.of("orders-db").id
    await scene.clear("10:20", "cart/Unwell")
    await scene.fire("10:50", "cart")
    assert list(scene.shown()) == ["orders-db"]
    await scene.clear("11:00", *scene.firing)
    await scene.do("11:01", root, Ack())
    assert not scene.watch.shown()
    await scene.fire("11:30", "cart")
    assert list(scene.shown()) == ["cart"]
    await scene.fire("11:31", "orders-db")
    assert scene.of("orders-db").id == root  # where it began brings it back


async def test_a_merged_symptom_does_not_bring_the_storm_back() -> None:
    scene = Scene()
    await scene.fire("10:00", "cart", "checkout")
    await scene.fire("10:02", "orders-db", "orders")
    root = scene.of("orders-db").id
    await scene.clear("10:20", *scene.firing)
    await scene.do("10:21", root, Ack())
    await scene.fire("10:40", "cart")
    assert [one.id != root for one in scene.watch.shown()] == [True]
    assert scene.of("cart").recurrence_of == root


async def test_what_is_resolved_by_hand_gathers_no_more() -> None:
    scene = Scene()
    await scene.fire("10:00", "orders-db", "orders", "cart", "checkout")
    await scene.do("10:05", scene.of("orders-db").id, Resolve(despite_firing=True))
    await scene.fire("10:06", "invoices")
    assert scene.shown() == {"invoices": {"invoices"}}


async def test_what_its_source_holds_back_opens_nothing_and_is_no_evidence() -> None:
    scene = Scene()
    await scene.fire("10:00", "orders-db", "orders", muted_until=at("12:00"))
    assert not scene.shown()
    await scene.fire("10:01", "cart", "checkout")
    assert scene.shown() == {"cart": {"cart"}, "checkout": {"checkout"}}


async def test_it_can_be_switched_off() -> None:
    scene = Scene(shop(graph=False))
    await scene.fire("10:00", "orders-db", "orders", "cart", "checkout")
    assert len(scene.shown()) == 4


async def test_a_merge_by_hand_stays_and_is_not_undone_by_rules() -> None:
    scene = Scene()
    await scene.fire("10:00", "search", "mail")
    await scene.do("10:01", scene.of("mail").id, MergeInto(scene.of("search").id))
    await scene.fire("10:02", "orders-db", "orders", "cart", "checkout")
    assert scene.shown()["search"] == {"search", "mail"}


async def test_the_cause_is_told_again_only_when_it_explains_far_more() -> None:
    services = {"db": Service("db", "storage")} | {
        f"s{n}": Service(f"s{n}", "payments", ("db",)) for n in range(12)
    }
    scene = Scene(policy(services=services, teams=("payments", "storage")))
    await scene.fire("10:00", "db", *(f"s{n}" for n in range(6)))
    for n in range(6, 12):
        await scene.fire(f"10:0{n - 5}", f"s{n}")
    named = scene.bodies(scene.of("db").id, ev.CauseNamed)
    assert [body.explains for body in named] == [6, 12]


def test_rules_group_in_a_way_of_their_own() -> None:
    from console.domain.grouping import catches, group_key  # noqa: PLC0415 - beside what it is about

    nodes = GroupingRule("nodes", (("alertname", ("Node*", "KubeNode*Ready")),), ("cluster",))
    rules = Grouping(rules=(nodes, GroupingRule("rest", (("service", ("*",)),), ("service",))))
    eu = (("cluster", "eu/1"),)
    keys = [
        group_key(alert("a", name=name, service=service, labels=eu), rules)
        for name, service in (("NodeDown", "x"), ("KubeNodeNotReady", "y"), ("KubeNode", "y"), ("Slow", "y"))
    ]
    assert keys == ["\\:nodes/eu\\/1", "\\:nodes/eu\\/1", "\\:rest/y", "\\:rest/y"]
    assert group_key(alert(service="\\:nodes", name="eu/1"), Grouping()) not in keys
    assert catches(
        GroupingRule("a", (("service", ("c*",)),), ()), GroupingRule("b", (("service", ("cart*",)),), ())
    )
    assert not catches(nodes, rules.rules[1])
