"""The real Prometheus: its rules, one that it cannot evaluate, and what a restart looks like."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from console.clock import SystemClock
from console.domain.alert import Poll
from console.domain.priority import Priority
from console.sources.prometheus import Options, Source
from tests.servers.prometheus import Prometheus, prometheus

__all__ = ["prometheus"]

# Two series that become one when the rule's label is put to them: found out only when it is evaluated.
TWICE = 'label_replace(vector(1), "zone", "a", "", "") or label_replace(vector(1), "zone", "b", "", "")'


def rule(name: str, expression: str = "vector(3)", **more: Any) -> dict[str, Any]:
    labels = {"severity": "critical", "service": "orders-db", **more.pop("labels", {})}
    annotations = {"summary": f"{name} is {{{{ $value }}}}"}
    return {"alert": name, "expr": expression, "labels": labels, "annotations": annotations, **more}


@pytest.fixture
async def source(prometheus: Prometheus) -> AsyncIterator[Source]:
    made = Source("prom", Options.model_validate({"url": prometheus.url}), SystemClock())
    yield made
    await made.close()


def names(poll: Poll) -> list[str]:
    return sorted(alert.name for alert in poll.alerts)


async def test_what_rules_find_is_seen_and_what_ended_is_gone(prometheus: Prometheus, source: Source) -> None:
    await source.prove()
    assert await source.fetch() == Poll("prom", ())
    prometheus.load(rule("DiskFull"), rule("Slow", **{"for": "1h"}), rule("Quiet", "vector(1) > 2"))
    (alert,) = (await source.fetch()).alerts
    assert (alert.name, alert.title, alert.service) == ("DiskFull", "DiskFull is 3", "orders-db")
    assert (alert.priority, alert.description) == (Priority.P1, "value when first seen: 3")
    assert alert.started_at is not None
    assert alert.links[0].url == f"{prometheus.url}/graph?g0.expr=vector%283%29&g0.tab=1"
    prometheus.load(rule("DiskFull", "vector(1) > 2"))
    assert await source.fetch() == Poll("prom", ())


async def test_what_waits_is_seen_if_wanted(prometheus: Prometheus) -> None:
    prometheus.load(rule("Slow", **{"for": "1h"}))
    options = Options.model_validate({"url": prometheus.url, "pending": True})
    source = Source("prom", options, SystemClock())
    assert [alert.label("alertstate") for alert in (await source.fetch()).alerts] == ["pending"]
    await source.close()


async def test_a_rule_that_cannot_be_evaluated_is_unknown(prometheus: Prometheus, source: Source) -> None:
    prometheus.load(rule("Broken", TWICE, labels={"zone": "c"}), rule("DiskFull"))
    poll = await source.fetch()
    assert (names(poll), poll.complete) == (["DiskFull"], False)
    (problem,) = poll.problems
    assert problem.startswith(
        "rule Broken cannot be evaluated: vector contains metrics with the same labelset"
    )
    prometheus.load(rule("Broken", TWICE), rule("DiskFull"))
    poll = await source.fetch()
    assert (names(poll), poll.complete) == (["Broken", "Broken", "DiskFull"], True)


async def test_a_restart_clears_nothing(prometheus: Prometheus, source: Source) -> None:
    prometheus.load(rule("DiskFull"))
    before = (await source.fetch()).alerts
    prometheus.stop()
    prometheus.start()
    after = await source.fetch()
    assert [alert.ref for alert in after.alerts] == [alert.ref for alert in before]
