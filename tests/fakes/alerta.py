"""A small Alerta in this process. How alerts go from state to state is what the real one was seen to do."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

from tests.fakes.http import FakeServer, Reply, Request
from tests.sources.conftest import NOW

SCOPES = {"read:alerts", "write:alerts"}
KEY = "made-up-key"
ENDED = {"closed", "expired"}
ACTIONS = {  # action -> the states it is possible in
    "ack": {"open"},
    "unack": {"ack"},
    "shelve": {"open", "ack"},
    "unshelve": {"shelved"},
    "close": {"open", "ack", "shelved", "blackout"},
    "open": {"ack", "shelved", "closed", "expired"},
}
RESULTS = {"ack": "ack", "shelve": "shelved", "close": "closed", "open": "open"}
TAKES_BACK = {"unack": "ack", "unshelve": "shelve"}


class FakeAlerta(FakeServer):
    """``alerts`` by id. ``scopes`` are the key's; ``now`` is the server's clock."""

    def __init__(self) -> None:
        super().__init__()
        self.alerts: dict[str, dict[str, Any]] = {}
        self.unreadable: list[Any] = []
        self.notes: dict[str, list[str]] = {}
        self.scopes = set(SCOPES)
        self.user = "oncall@ops.example"
        self.now = NOW
        self.deaf = False  # answers 200 to actions and does nothing, as to one that it does not know

    def answer(self, request: Request) -> Reply:
        """Return what a well-behaved server answers."""
        needed = "read:alerts" if request.method == "GET" else "write:alerts"
        if request.headers.get("Authorization") != f"Key {KEY}":
            return Reply.json({"status": "error", "message": "API key parameter is invalid"}, 401)
        if needed not in self.scopes:
            return Reply.json({"status": "error", "message": f"Missing required scope: {needed}"}, 403)
        match (request.method, *request.path.strip("/").split("/")):
            case ("GET", "alerts"):
                return self._list(request)
            case (method, "alert", name, *rest) if name in self.alerts:
                return self._one(method, self.alerts[name], rest, request)
        return Reply.json({"status": "error", "message": "not found", "code": 404}, 404)

    def _list(self, request: Request) -> Reply:
        wanted = [alert for alert in self.alerts.values() if _matches(alert, request.query)]
        wanted.sort(key=lambda alert: alert["createTime"])
        history = request.one("show-history") == "true"
        records = [alert if history else {**alert, "history": []} for alert in wanted]
        if not history:
            records = [*self.unreadable, *records]
        size, page = int(request.one("page-size", "50")), int(request.one("page", "1"))
        pages = (len(records) - 1) // size + 1
        if records and page > pages:
            return Reply.json({"status": "error", "message": f"page out of range: 1-{pages}"}, 416)
        return Reply.json(
            {
                "status": "ok",
                "page": page,
                "pageSize": size,
                "pages": pages if records else 0,
                "more": page < pages,
                "alerts": records[(page - 1) * size : page * size],
                "total": len(records),
            }
        )

    def _one(self, method: str, alert: dict[str, Any], rest: list[str], request: Request) -> Reply:
        match (method, *rest):
            case ("GET",):
                return Reply.json({"status": "ok", "total": 1, "alert": alert})
            case ("GET", "notes"):
                notes = [{"text": text} for text in self.notes.get(alert["id"], ())]
                return Reply.json({"status": "ok", "notes": notes, "total": len(notes)})
            case ("PUT", "note"):
                self.notes.setdefault(alert["id"], []).append(request.body["text"])
                return Reply.json({"status": "ok"}, 201)
            case ("PUT", "action"):
                return self._action(alert, **request.body)
        return Reply.json({"message": "not found"}, 404)

    def _action(self, alert: dict[str, Any], action: str, text: str, timeout: int = 0) -> Reply:
        if self.deaf or action not in ACTIONS:
            return Reply.json({"status": "ok"})
        if alert["status"] not in ACTIONS[action]:
            said = f"invalid action for current {alert['status']} status"
            return Reply.json({"status": "error", "message": said, "code": 409}, 409)
        self.change(
            alert, action, RESULTS.get(action) or _before(alert, TAKES_BACK[action]), text, timeout=timeout
        )
        return Reply.json({"status": "ok"})

    def change(
        self,
        alert: dict[str, Any],
        action: str,
        status: str,
        text: str = "",
        *,
        timeout: int = 0,
        user: str = "",
    ) -> None:
        """Bring an alert into a state, as somebody did there."""
        alert["status"] = status
        alert["history"] = [
            *alert["history"],
            {
                "id": alert["id"],
                "event": alert["event"],
                "severity": alert["severity"],
                "status": status,
                "text": text,
                "type": action,
                "updateTime": text_of(self.now),
                "user": user or self.user,
                "timeout": timeout,
            },
        ]
        alert["updateTime"] = text_of(self.now)


def _before(alert: dict[str, Any], action: str) -> str:
    """Return the state that the last such action came from."""
    steps = alert["history"]
    number = max(number for number, step in enumerate(steps) if step["type"] == action)
    before: str = steps[number - 1]["status"]
    return before


def _matches(alert: dict[str, Any], query: dict[str, list[str]]) -> bool:
    services = query.get("service")
    return all(
        alert[name] in query[name] for name in ("status", "environment", "customer") if name in query
    ) and (services is None or not set(services).isdisjoint(alert["service"]))


def text_of(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def record(event: str = "DiskFull", resource: str = "db-1", **more: Any) -> dict[str, Any]:
    """Return an open alert as Alerta has it."""
    name = str(uuid.uuid5(uuid.NAMESPACE_OID, f"{event!a} {resource!a}"))
    began = text_of(NOW - timedelta(minutes=10))
    alert = {
        "id": name,
        "href": f"http://alerta.example/api/alert/{name}",
        "resource": resource,
        "event": event,
        "environment": "Production",
        "severity": "critical",
        "correlate": [],
        "status": "open",
        "service": ["orders-db"],
        "group": "Storage",
        "value": "97%",
        "text": "Disk is full",
        "tags": ["zone=eu", "ssd"],
        "attributes": {},
        "origin": "collectd/db-1",
        "type": "diskAlert",
        "createTime": began,
        "timeout": 86400,
        "rawData": None,
        "customer": None,
        "duplicateCount": 0,
        "repeat": False,
        "previousSeverity": "indeterminate",
        "trendIndication": "moreSevere",
        "receiveTime": began,
        "lastReceiveId": name,
        "lastReceiveTime": began,
        "updateTime": began,
        "history": [],
        **more,
    }
    status = {"status": "open", "text": alert["text"], "type": "new", "updateTime": began, "timeout": 86400}
    alert["history"] = alert["history"] or [{**status, "id": name, "event": event, "user": "collectd"}]
    return alert
