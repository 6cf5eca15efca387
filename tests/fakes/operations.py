"""Opsgenie and its heir, Jira Service Management's operations, in this process: pages, asynchronous actions, logs."""

from __future__ import annotations

import itertools
from typing import Any
from urllib.parse import unquote

from tests.fakes.http import FakeServer, Reply, Request

CLOUD = "0a1b2c3d"
WINDOW = 20_000
ASHA, BUDI = "712020:asha", "712020:budi"


def record(name: str, number: int = 1, **more: Any) -> dict[str, Any]:
    """Return an open alert with what both products write alike."""
    return {
        "id": f"{name}-1767603000000",
        "tinyId": str(number),
        "alias": name,
        "message": name,
        "status": "open",
        "acknowledged": False,
        "snoozed": False,
        "tags": [],
        "createdAt": "2026-01-05T08:50:00.000Z",
        "updatedAt": "2026-01-05T08:50:00.000Z",
        "priority": "P1",
        "owner": "",
        "responders": [{"type": "team", "id": "payments"}],
        **more,
    }


class FakeOperations(FakeServer):
    """``alerts`` by id, newest last. ``elsewhere``: ids that the narrower search does not find.

    ``lag`` is how often the outcome of an action is unknown before it is told, and ``verdict`` what
    is told in place of success. ``short`` leaves some of a page out, as a filter behind it may.
    """

    root = ""
    size = "size"

    def __init__(self) -> None:
        super().__init__()
        self.alerts: dict[str, dict[str, Any]] = {}
        self.elsewhere: set[str] = set()
        self.unreadable: list[Any] = []
        self.logs: dict[str, list[dict[str, Any]]] = {}
        self.notes: dict[str, list[str]] = {}
        self.schedules: dict[str, Any] = {}
        self.lag = 0
        self.verdict = ""
        self.down = False
        self.short = 0
        self._waiting: dict[str, tuple[int, str]] = {}
        self._numbers = itertools.count(1)

    def add(self, *records: dict[str, Any]) -> None:
        self.alerts |= {one["id"]: one for one in records}

    def close(self, alert: str, **more: Any) -> None:
        self.alerts[alert] |= {"status": "closed", **more}

    def actions(self) -> list[tuple[str, Any]]:
        """Return the actions that were asked for: the end of the path, and the body."""
        return [(one.path.rsplit("/", 1)[1], one.body) for one in self.requests if one.method == "POST"]

    def answer(self, request: Request) -> Reply:
        if self.down:
            return Reply(500, b"upstream connect error")
        if not request.path.startswith(self.root):
            return self.beside(request)
        parts = [unquote(part) for part in request.path[len(self.root) :].strip("/").split("/")]
        if request.method == "POST":
            return self._act(parts[1], parts[2], request.body)
        if parts == ["alerts"]:
            return self._list(request)
        if parts == ["alerts", "count"]:
            return Reply.json({"data": {"count": len(self._found(request))}, "took": 0.1, "requestId": "r"})
        return self._one(parts)

    def _one(self, parts: list[str]) -> Reply:
        if parts[:2] == ["alerts", "requests"]:
            return self._became(parts[2])
        if parts[-1] == "notes":
            return self.listed([{"note": text} for text in self.notes.get(parts[1], [])], "")
        if parts[-1] == "logs":
            return Reply.json({"values": self.logs.get(parts[1], []), "links": {}})
        kept = self.alerts if parts[0] == "alerts" else self.schedules
        return self.wrapped(kept[parts[1]]) if parts[1] in kept else self.nothing()

    def beside(self, request: Request) -> Reply:
        return self.nothing()

    def nothing(self) -> Reply:
        return Reply.json({"message": "not found"}, 404)

    def wrapped(self, value: Any) -> Reply:
        return Reply.json(value)

    def listed(self, values: list[Any], following: str, total: int = 0) -> Reply:
        return Reply.json(
            {"values": values, "count": total, "links": {"next": following} if following else {}}
        )

    def _found(self, request: Request) -> list[dict[str, Any]]:
        hidden = self.elsewhere if " AND (" in request.one("query") else set()
        assert request.one("query").startswith("status: open")
        newest = reversed(self.alerts.values())
        return [one for one in newest if one.get("status") != "closed" and one["id"] not in hidden]

    def _list(self, request: Request) -> Reply:
        offset, size = int(request.one("offset", "0")), int(request.one(self.size, "20"))
        if not 1 <= size <= 100 or offset + size >= WINDOW:
            return Reply.json({"message": "Sum of offset and size should be lower than 20K"}, 422)
        found = self._found(request)
        page: list[Any] = found[offset : offset + size]
        more = offset + size < len(found)
        following = f"/v1/alerts?offset={offset + size}&size={size}" if more else ""
        kept = page[self.short :] if more else page
        return self.listed([*(self.unreadable if offset == 0 else []), *kept], following, len(found))

    def _act(self, alert: str, action: str, body: Any) -> Reply:
        if alert not in self.alerts:
            return self.nothing()
        there = self.alerts[alert]
        said = self.verdict or f"Alert {action}"
        if not self.verdict:
            if action in {"acknowledge", "unacknowledge"}:
                there["acknowledged"] = action == "acknowledge"
            elif action == "snooze":
                there |= {"snoozed": True, "snoozedUntil": body["endTime"]}
            elif action == "close":
                there["status"] = "closed"
            elif action == "notes":
                self.notes.setdefault(alert, []).append(body["note"])
        return self.taken(action, said)

    def taken(self, action: str, said: str) -> Reply:
        number = f"request-{next(self._numbers)}"
        self._waiting[number] = (self.lag, said)
        return Reply.json({"result": "Request will be processed", "requestId": number, "took": 0.1}, 202)

    def _became(self, number: str) -> Reply:
        if number not in self._waiting or self._waiting[number][0] > 0:
            if number in self._waiting:
                lag, said = self._waiting[number]
                self._waiting[number] = (lag - 1, said)
            return self.nothing()
        return self.wrapped(
            {"isSuccess": not self.verdict, "status": self._waiting[number][1], "alertId": ""}
        )


class FakeJsm(FakeOperations):
    """One site. ``people`` are Jira's users; None: the token may not ask for them."""

    root = f"/jsm/ops/api/{CLOUD}/v1"

    def __init__(self) -> None:
        super().__init__()
        self.people: list[dict[str, Any]] | None = [
            {
                "accountId": ASHA,
                "displayName": "Asha Rao",
                "emailAddress": "asha@ops.example",
                "active": True,
            },
            {"accountId": BUDI, "displayName": "Budi Santoso", "emailAddress": "budi@ops.example"},
        ]

    def beside(self, request: Request) -> Reply:
        if request.path == "/_edge/tenant_info":
            assert "Authorization" not in request.headers
            return Reply.json({"cloudId": CLOUD})
        if self.people is None:
            return Reply.json({"code": 401, "message": "Unauthorized; scope does not match"}, 401)
        match request.path.removeprefix(f"/ex/jira/{CLOUD}/rest/api/3"):
            case "/myself":
                return Reply.json(self.people[0])
            case "/user/bulk":
                ids = request.query["accountId"]
                return Reply.json({"values": [one for one in self.people if one["accountId"] in ids]})
            case "/user/search":
                wanted = request.one("query").casefold()
                return Reply.json([one for one in self.people if one["emailAddress"] == wanted])
        return self.nothing()

    def taken(self, action: str, said: str) -> Reply:
        return Reply.json({"id": "n1", "note": "…"}) if action == "notes" else super().taken(action, said)


class FakeOpsgenie(FakeOperations):
    """One account. The list leaves out what ``wrapped`` tells of a single alert."""

    root = "/v2"
    size = "limit"

    def wrapped(self, value: Any) -> Reply:
        return Reply.json({"data": value, "took": 0.1, "requestId": "r"})

    def listed(self, values: list[Any], following: str, total: int = 0) -> Reply:
        hidden = {"details", "description", "entity"}
        shown = [
            {name: text for name, text in one.items() if name not in hidden} if isinstance(one, dict) else one
            for one in values
        ]
        paging = {"next": f"{self.url}{following}"} if following else {}
        return Reply.json({"data": shown, "paging": paging, "took": 0.1, "requestId": "r"})
