"""A small PagerDuty in this process: pages, filters, and refuses as the real one is documented to.

Incidents are listed in the order in which they were put in, which stands for the newest first.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.fakes.http import FakeServer, Reply, Request

CAP = 10_000
USERS = {"asha@ops.example": "PASHA", "budi@ops.example": "PBUDI"}


class FakePagerDuty(FakeServer):
    """``owner`` is the address of the key's user, empty for a key of the account. ``unreadable`` come first.

    ``changes`` is who sent which change.
    """

    def __init__(self) -> None:
        super().__init__()
        self.incidents: dict[str, dict[str, Any]] = {}
        self.down = False
        self.unreadable: list[Any] = []
        self.notes: dict[str, list[dict[str, Any]]] = {}
        self.oncalls: list[dict[str, Any]] = []
        self.owner = "asha@ops.example"
        self.role = "user"
        self.forbidden: set[str] = set()
        self.changes: list[tuple[str, Any]] = []

    def answer(self, request: Request) -> Reply:
        """Return what a well-behaved server answers."""
        if self.down:
            return Reply(500)
        if request.path in self.forbidden:
            return Reply.json({"error": {"message": "Access Denied", "code": 2010}}, 403)
        if request.method == "GET":
            return self._read(request)
        sender = {name.lower(): value for name, value in request.headers.items()}.get("from", "")
        if not sender:
            return refused(2016, 'You must specify a user\'s email address in the "From" header')
        if sender not in USERS:
            return refused(1008, "Requester User Not Found")
        return self._write(request, sender)

    def _read(self, request: Request) -> Reply:
        listed: dict[str, Callable[[], list[Any]]] = {
            "/incidents": lambda: [*self.unreadable, *filter(asked(request), self.open())],
            "/oncalls": lambda: self.oncalls,
            "/users": lambda: users(request.one("query")),
        }
        if request.path in listed:
            return self._page(request, request.path[1:], listed[request.path]())
        match request.path.strip("/").split("/"):
            case ["users", "me"]:
                return self._me()
            case ["incidents", name] if name in self.incidents:
                return Reply.json({"incident": self.incidents[name]})
            case ["incidents", name, "notes"] if name in self.incidents:
                return Reply.json({"notes": self.notes.get(name, [])})
        return Reply.json({"error": {"message": "Not Found", "code": 2100}}, 404)

    def _me(self) -> Reply:
        if not self.owner:
            return refused(2001, "This endpoint can only be used with a user-level API key")
        return Reply.json({"user": {"email": self.owner, "role": self.role, "type": "user"}})

    def open(self) -> list[dict[str, Any]]:
        return [one for one in self.incidents.values() if one.get("status") != "resolved"]

    def _page(self, request: Request, key: str, found: list[Any]) -> Reply:
        limit, offset = int(request.one("limit", "25")), int(request.one("offset", "0"))
        if limit > 100 or offset + limit > CAP:
            return refused(2002, "Offset + limit must not be greater than 10000")
        total = len(found) if request.one("total") == "true" else None
        more = offset + limit < len(found)
        page = {
            key: found[offset : offset + limit],
            "limit": limit,
            "offset": offset,
            "more": more,
            "total": total,
        }
        return Reply.json(page)

    def _write(self, request: Request, sender: str) -> Reply:
        match request.path.strip("/").split("/"):
            case ["incidents", name] if name in self.incidents:
                change = dict(request.body["incident"])
                self.changes.append((sender, {key: value for key, value in change.items() if key != "type"}))
                if change.get("escalation_level", 1) > 3:
                    return refused(2001, "Invalid Input Provided", "Escalation level is not in the policy")
                self.incidents[name] |= change
                if change.get("status") == "acknowledged":
                    self.incidents[name]["acknowledgements"] = [ack(sender, USERS[sender])]
                return Reply.json({"incident": self.incidents[name]})
            case ["incidents", name, "snooze"] if name in self.incidents:
                self.changes.append((sender, request.body))
                self.incidents[name]["status"] = "acknowledged"
                return Reply.json({"incident": self.incidents[name]}, 201)
            case ["incidents", name, "notes"] if name in self.incidents:
                self.changes.append((sender, request.body))
                self.notes.setdefault(name, []).append({"id": "PNOTE", **request.body["note"]})
                return Reply.json({"note": self.notes[name][-1]})
        return Reply.json({"error": {"message": "Not Found", "code": 2100}}, 404)


def refused(code: int, message: str, *errors: str) -> Reply:
    return Reply.json({"error": {"message": message, "code": code, "errors": errors}}, 400)


def users(query: str) -> list[dict[str, str]]:
    return [{"id": one, "email": email} for email, one in USERS.items() if query.casefold() in email]


def asked(request: Request) -> Any:
    """Return whether an incident is within what is asked for."""
    query = request.query

    def within(incident: dict[str, Any]) -> bool:
        teams = {team["id"] for team in incident.get("teams", ())}
        return (
            incident.get("status") in query.get("statuses[]", ["triggered", "acknowledged"])
            and (not (wanted := set(query.get("team_ids[]", ()))) or not wanted.isdisjoint(teams))
            and incident["service"]["id"] in query.get("service_ids[]", [incident["service"]["id"]])
        )

    return within


def ack(name: str, user: str, kind: str = "user", at: str = "2026-01-05T09:01:00Z") -> dict[str, Any]:
    return {"at": at, "acknowledger": {"id": user, "type": kind, "summary": name}}


def record(name: str = "P1", title: str = "Disk is full", **changes: Any) -> dict[str, Any]:
    """Return an incident as ``GET /incidents`` lists it."""
    return {
        "id": name,
        "type": "incident",
        "incident_number": 12,
        "html_url": f"https://shop.pagerduty.example/incidents/{name}",
        "title": title,
        "status": "triggered",
        "urgency": "high",
        "created_at": "2026-01-05T09:00:00Z",
        "last_status_change_at": "2026-01-05T09:00:00Z",
        "service": {"id": "PSVC1", "type": "service_reference", "summary": "orders-db"},
        "teams": [{"id": "PTEAM1", "type": "team_reference", "summary": "Payments"}],
        "assignments": [],
        "acknowledgements": [],
        **changes,
    }
