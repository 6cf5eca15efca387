"""A small Zenduty in this process. It lists what it has in the order in which that was put in."""

from __future__ import annotations

from typing import Any

from tests.fakes.http import FakeServer, Reply, Request

MEMBERS = {"asha@ops.example": "u-asha", "budi@ops.example": "u-budi"}
FILTER = "/api/incidents/filter/"


class FakeZenduty(FakeServer):
    """``unreadable`` come first; ``changes`` is which incident was changed how."""

    def __init__(self) -> None:
        super().__init__()
        self.incidents: dict[str, dict[str, Any]] = {}
        self.down = False
        self.unreadable: list[Any] = []
        self.notes: dict[str, list[dict[str, Any]]] = {}
        self.on_call: dict[str, list[dict[str, Any]]] = {}
        self.schedules: dict[str, list[dict[str, Any]]] = {}
        self.forbidden: set[str] = set()
        self.changes: list[tuple[str, Any]] = []

    def answer(self, request: Request) -> Reply:
        """Return what a well-behaved server answers. Without the slash at the end there is nothing."""
        if self.down:
            return Reply(500)
        if request.path in self.forbidden:
            return Reply.json({"detail": "You do not have permission to perform this action."}, 403)
        found = self._list(request) if request.method == "GET" else None
        if found is not None:
            return Reply.json(found)
        if (request.method, request.path) == ("POST", FILTER):
            return self._page(request)
        return self._incident(request)

    def _list(self, request: Request) -> list[dict[str, Any]] | None:
        match request.path.split("/"):
            case ["", "api", "account", "members", ""]:
                return [{"user": {"username": name, "email": email}} for email, name in MEMBERS.items()]
            case ["", "api", "account", "teams", ""]:
                return [{"unique_id": team} for team in self.on_call]
            case ["", "api", "v2", "account", "teams", team, "oncall", ""]:
                return self.on_call[team]
            case ["", "api", "account", "teams", team, "schedules", ""]:
                return self.schedules[team]
        return None

    def _page(self, request: Request) -> Reply:
        number, size = int(request.one("page", "1")), int(request.one("page_size", "10"))
        found = [*self.unreadable, *(one for one in self.incidents.values() if within(one, request.body))]
        following = f"https://www.zenduty.example{FILTER}?page={number + 1}&page_size={size}"
        page = {
            "count": None,
            "next": following if number * size < len(found) else None,
            "previous": None,
            "results": found[(number - 1) * size : number * size],
        }
        return Reply.json(page)

    def _incident(self, request: Request) -> Reply:
        match request.path.split("/"):
            case ["", "api", "incidents", name, *more]:
                incident = next(
                    (
                        one
                        for one in self.incidents.values()
                        if name in {one["unique_id"], str(one["incident_number"])}
                    ),
                    None,
                )
                if incident is not None:
                    return self._about(request, incident, more)
        return Reply.json({"detail": "Not Found."}, 404)

    def _about(self, request: Request, incident: dict[str, Any], more: list[str]) -> Reply:
        name = incident["unique_id"]
        match request.method, more:
            case "GET", [""]:
                return Reply.json(incident)
            case "GET", ["note", ""]:
                return Reply.json(self.notes.get(name, []))
            case "POST", ["note", ""]:
                self.notes.setdefault(name, []).append(request.body)
                return Reply.json(request.body, 201)
            case "PATCH", [""] if name in request.path:
                self.changes.append((name, request.body))
                incident |= request.body
                return Reply.json(incident)
        return Reply.json({"detail": "Not Found."}, 404)


def within(incident: dict[str, Any], body: dict[str, Any]) -> bool:
    """Return whether an incident is within what is asked for."""
    service = incident["service_object"]
    return (
        (incident.get("status") != 3 if body["status"] == -1 else True)
        and (not body["team_ids"] or service.get("team") in body["team_ids"])
        and (not body["service_ids"] or service.get("unique_id") in body["service_ids"])
    )


def record(name: str = "zA", number: int = 12, **changes: Any) -> dict[str, Any]:
    """Return an incident as the list has it; ``service`` goes on top of the usual service."""
    service = {"name": "orders-db", "unique_id": "s-1", "team": "t-pay", "team_name": "Payments"}
    return {
        "unique_id": name,
        "incident_number": number,
        "title": "Disk is full",
        "status": 1,
        "creation_date": "2026-01-05T09:00:00.123456Z",
        "service_object": {**service, **changes.pop("service", {})},
        "team_priority_object": None,
        "assigned_to": None,
        "assigned_to_name": None,
        "acknowledged_date": None,
        "resolved_date": None,
        "snoozed_till": None,
        "tags": [],
        **changes,
    }
