"""A small Prometheus in this process: rules, what they find, and how they fare."""

from __future__ import annotations

from typing import Any

from tests.fakes.http import FakeServer, Reply, Request


class FakePrometheus(FakeServer):
    """``rules`` is what ``GET /api/v1/rules`` lists, all in one group."""

    def __init__(self) -> None:
        super().__init__()
        self.rules: list[Any] = []

    def answer(self, request: Request) -> Reply:
        """Return what a well-behaved server answers."""
        if (request.method, request.path) != ("GET", "/api/v1/rules") or request.one("type") != "alert":
            return Reply.json({"status": "error", "errorType": "bad_data", "error": "not asked so"}, 400)
        return Reply.json(rules_answer(*self.rules))


def rules_answer(*rules: Any) -> dict[str, Any]:
    """Return an answer of ``GET /api/v1/rules`` with one group."""
    group = {"name": "payments", "file": "/etc/prometheus/payments.yml", "interval": 15, "rules": list(rules)}
    return {"status": "success", "data": {"groups": [group]}}


def rule(name: str, *alerts: Any, health: str = "ok", **more: Any) -> dict[str, Any]:
    """Return an alerting rule as it is listed."""
    return {
        "state": "firing" if alerts else "inactive",
        "name": name,
        "query": f"sum({name.lower()}) > 3",
        "duration": 0,
        "keepFiringFor": 0,
        "labels": {},
        "annotations": {},
        "alerts": list(alerts),
        "health": health,
        "evaluationTime": 0.0004,
        "lastEvaluation": "2026-01-05T09:01:59.731964181Z",
        "type": "alerting",
        **more,
    }


def active(
    name: str = "DiskFull", *, state: str = "firing", value: str = "3e+00", **more: Any
) -> dict[str, Any]:
    """Return an alert as its rule lists it; ``labels`` come on top of the usual ones."""
    labels = {"alertname": name, "service": "orders-db", "severity": "critical", **more.pop("labels", {})}
    return {
        "labels": labels,
        "annotations": {"summary": f"{name} on {labels['service']}"},
        "state": state,
        "activeAt": "2026-01-05T08:41:20.73091461Z",
        "value": value,
        **more,
    }
