"""A Datadog API with monitors, groups and downtimes."""

from __future__ import annotations

import itertools
from typing import Any

from tests.fakes.http import FakeServer, Reply, Request

SEARCH = "/api/v1/monitor/groups/search"
DOWNTIME = "/api/v2/downtime"


def group(monitor: int, name: str, tags: str = "*", **more: Any) -> dict[str, Any]:
    return {
        "monitor_id": monitor,
        "monitor_name": name,
        "group": tags,
        "group_tags": tags.split(","),
        "status": "Alert",
        "last_triggered_ts": 1767603600,
        "last_nodata_ts": 0,
        "muted": False,
        "muted_until_ts": None,
        **more,
    }


def monitor(number: int, **more: Any) -> dict[str, Any]:
    return {
        "id": number,
        "type": "metric alert",
        "query": "avg(last_5m):avg:system.disk.in_use{*} by {host} > 0.9",
        "message": "",
        "tags": [],
        "priority": None,
        **more,
    }


class FakeDatadog(FakeServer):
    """``rights`` are the scopes of the application key; ``valid`` is whether the API key is."""

    def __init__(self) -> None:
        super().__init__()
        self.groups: list[Any] = []
        self.monitors: list[dict[str, Any]] = []
        self.downtimes: dict[str, dict[str, Any]] = {}
        self.rights = {"monitors_read", "monitors_downtime"}
        self.valid = True
        self.cancelled_at = "2026-01-05T09:05:00.000000+00:00"
        self._numbers = itertools.count(1)

    def answer(self, request: Request) -> Reply:
        if request.path == "/api/v1/validate":
            return Reply.json({"valid": True}) if self.valid else _forbidden()
        if request.path.startswith(DOWNTIME):
            return self._downtime(request) if "monitors_downtime" in self.rights else _forbidden()
        if "monitors_read" not in self.rights:
            return _forbidden()
        if request.path == SEARCH:
            page, size = int(request.one("page", "0")), int(request.one("per_page", "30"))
            metadata = {"page": page, "per_page": size, "total_count": len(self.groups)}
            return Reply.json({"groups": self.groups[page * size : (page + 1) * size], "metadata": metadata})
        if request.path == "/api/v1/monitor":
            page, size = int(request.one("page", "0")), int(request.one("page_size", "100"))
            return Reply.json(self.monitors[page * size : (page + 1) * size])
        return super().answer(request)

    def _downtime(self, request: Request) -> Reply:
        name = request.path.removeprefix(DOWNTIME).strip("/")
        if request.method == "POST":
            return Reply.json({"data": self._made(request.body["data"]["attributes"])})
        if not name:
            return self._listed(request)
        if name not in self.downtimes:
            return Reply.json({"errors": ["Downtime not found"]}, 404)
        if request.method == "DELETE":
            self.cancel(name)
            return Reply(204, b"")
        return Reply.json({"data": self.downtimes[name]})

    def _listed(self, request: Request) -> Reply:
        current = [one for one in self.downtimes.values() if one["attributes"]["status"] == "active"]
        start, size = int(request.one("page[offset]", "0")), int(request.one("page[limit]", "30"))
        users = [{"type": "users", "id": "u-1", "attributes": {"name": "Budi", "handle": "budi@ops.example"}}]
        return Reply.json(
            {
                "data": current[start : start + size],
                "included": users if "include" in request.query else [],
                "meta": {"page": {"total_filtered_count": len(current)}},
            }
        )

    def _made(self, attributes: dict[str, Any]) -> dict[str, Any]:
        name = f"00000000-0000-1234-0000-{next(self._numbers):012}"
        schedule = {"start": "2026-01-05T09:02:00+00:00", **attributes["schedule"]}
        self.downtimes[name] = {
            "type": "downtime",
            "id": name,
            "attributes": {**attributes, "schedule": schedule, "status": "active", "canceled": None},
            "relationships": {"created_by": {"data": {"type": "users", "id": "u-1"}}},
        }
        return self.downtimes[name]

    def cancel(self, name: str) -> None:
        self.downtimes[name]["attributes"].update(status="canceled", canceled=self.cancelled_at)

    @property
    def active(self) -> dict[str, dict[str, Any]]:
        return {
            name: one["attributes"]
            for name, one in self.downtimes.items()
            if one["attributes"]["status"] == "active"
        }


def _forbidden() -> Reply:
    return Reply.json({"errors": ["Forbidden"]}, 403)
