"""A small Alertmanager in this process that can misbehave in every way real ones have been seen to.

It keeps silences as the real one does and answers the next requests with whatever is in ``replies``.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from contextlib import AbstractContextManager
from typing import Any

from tests.fakes.http import FakeServer, Reply, Request, serving

__all__ = ["FakeAlertmanager", "Reply", "fake_alertmanager", "record"]


class FakeAlertmanager(FakeServer):
    """``url`` is where it listens; ``replies`` are played before it behaves again."""

    def __init__(self) -> None:
        super().__init__()
        self.alerts: list[Any] = []
        self.silences: dict[str, dict[str, Any]] = {}
        self.uptime = "2026-01-05T08:00:00.000Z"
        self.now = "2026-01-05T09:02:00.000Z"

    def answer(self, request: Request) -> Reply:
        """Return what a well-behaved server answers."""
        place = f"{request.method} {request.path}"
        if place == "POST /api/v2/silences":
            return self._keep(request.body)
        if place.startswith("DELETE /api/v2/silence/"):
            return self.expire(place.rsplit("/", 1)[1])
        known = {
            "GET /api/v2/alerts": self.alerts,
            "GET /api/v2/silences": list(self.silences.values()),
            "GET /api/v2/status": {"uptime": self.uptime},
        }
        return Reply.json(known[place]) if place in known else Reply(404, b"404 page not found\n")

    def expire(self, silence: str) -> Reply:
        if silence not in self.silences:
            return Reply(404, b"")
        self.silences[silence] |= {"status": {"state": "expired"}, "endsAt": self.now}
        return Reply(200, b"")

    def _keep(self, asked: dict[str, Any]) -> Reply:
        """Change a silence in place where it holds back the same since the same time, else replace it."""
        if not asked["matchers"]:
            return Reply.json({"code": 612, "message": "matchers in body is required"}, 422)
        name = asked.get("id", "")
        before = self.silences.get(name)
        if before is None or any(before[key] != asked[key] for key in ("matchers", "startsAt")):
            if before is not None:
                self.expire(name)
            name = str(uuid.uuid4())
        self.silences[name] = {**asked, "id": name, "status": {"state": "active"}}
        return Reply.json({"silenceID": name})


def fake_alertmanager() -> AbstractContextManager[FakeAlertmanager]:
    """Run a fake for the length of a test."""
    return serving(FakeAlertmanager())


def record(name: str = "DiskFull", *, fingerprint: str = "", **changes: Any) -> dict[str, Any]:
    """Return an alert as ``GET /api/v2/alerts`` lists it; ``labels`` come on top of the usual ones."""
    labels = {"alertname": name, "service": "orders-db", "severity": "critical", **changes.pop("labels", {})}
    return {
        "annotations": {"summary": f"{name} on {labels['service']}"},
        "endsAt": "2026-01-05T09:05:00.000Z",
        "fingerprint": fingerprint
        or hashlib.sha256(json.dumps(labels, sort_keys=True).encode()).hexdigest()[:16],
        "receivers": [{"name": "pager"}],
        "startsAt": "2026-01-05T09:00:00.000Z",
        "status": {"inhibitedBy": [], "silencedBy": [], "state": "active"},
        "updatedAt": "2026-01-05T09:01:00.000Z",
        "generatorURL": "http://prometheus.example:9090/graph?g0.expr=up",
        "labels": labels,
        **changes,
    }
