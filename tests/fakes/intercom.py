"""An Intercom workspace with conversations and tickets, searched with cursors."""

from __future__ import annotations

import re
from typing import Any

from tests.fakes.http import FakeServer, Reply, Request

BOT, ASHA, BUDI = "900", "901", "902"
ADMINS = [
    {"type": "admin", "id": BOT, "name": "On call", "email": "desk@ops.example"},
    {"type": "admin", "id": ASHA, "name": "Asha", "email": "asha@ops.example"},
    {"type": "admin", "id": BUDI, "name": "Budi", "email": "budi@ops.example"},
]
CREATED = 1_767_603_600  # 2026-01-05T09:00:00Z
CITRA = {"type": "user", "id": "u1", "name": "Citra", "email": "citra@shop.example"}


def conversation(number: int, body: str = "<p>Cannot pay</p>", **more: Any) -> dict[str, Any]:
    return {
        "type": "conversation",
        "id": str(number),
        "title": None,
        "created_at": CREATED,
        "updated_at": CREATED + 60,
        "snoozed_until": None,
        "source": {"type": "conversation", "subject": "", "body": body, "author": CITRA},
        "open": True,
        "state": "open",
        "priority": "not_priority",
        "admin_assignee_id": None,
        "team_assignee_id": 7,
        "tags": {"type": "tag.list", "tags": []},
        "custom_attributes": {},
        "statistics": None,
        **more,
    }


def ticket(number: int, title: str = "Export is empty", **more: Any) -> dict[str, Any]:
    return {
        "type": "ticket",
        "id": str(number),
        "ticket_id": str(number - 500),
        "category": "Customer",
        "ticket_attributes": {"_default_title_": title, "_default_description_": None},
        "ticket_state": {"id": "1", "category": "submitted", "internal_label": "Submitted"},
        "ticket_type": {"id": "3", "name": "Bug"},
        "admin_assignee_id": "0",
        "team_assignee_id": "0",
        "created_at": CREATED,
        "open": True,
        **more,
    }


class FakeIntercom(FakeServer):
    """``unfound``: ids that the search has lost for the moment."""

    page = 150

    def __init__(self) -> None:
        super().__init__()
        self.conversations: list[Any] = []
        self.tickets: list[Any] = []
        self.unfound: set[str] = set()

    def answer(self, request: Request) -> Reply:
        found = re.fullmatch(r"/(conversations|tickets)/(\w+)(?:/(\w+))?", request.path)
        if request.path == "/me":
            return Reply.json({**ADMINS[0], "app": {"id_code": "ws1", "name": "Acme"}})
        if request.path == "/admins":
            return Reply.json({"type": "admin.list", "admins": ADMINS})
        if found is None:
            return Reply(404, b"{}")
        records = getattr(self, found[1])
        if found[2] == "search":
            return Reply.json(self._search(found[1], records, request.body))
        one = next((each for each in records if each.get("id") == found[2]), None)
        if one is None:
            return Reply.json({"type": "error.list", "errors": [{"code": "not_found"}]}, 404)
        if request.method != "GET":
            self._change(one, found[3] or "", request.body)
        return Reply.json(one)

    def _search(self, name: str, records: list[Any], body: Any) -> Any:
        filters = body["query"]["value"]
        assert {"field": "open", "operator": "=", "value": True} in filters
        teams = next((each["value"] for each in filters if each.get("field") == "team_assignee_id"), None)
        found = [
            one
            for one in records
            if one.get("open") is not False
            and one.get("id") not in self.unfound
            and (teams is None or one.get("team_assignee_id", 7) in teams)
        ]
        size = min(body["pagination"]["per_page"], self.page)
        start = int(body["pagination"].get("starting_after", "0"))
        pages: dict[str, Any] = {"type": "pages", "per_page": size}
        if start + size < len(found):
            pages["next"] = {"starting_after": str(start + size)}
        return {
            "type": f"{name[:-1]}.list",
            name: found[start : start + size],
            "total_count": len(found),
            "pages": pages,
        }

    def _change(self, one: Any, what: str, body: Any) -> None:
        if what == "reply":
            parts = one.setdefault(f"{one['type']}_parts", {f"{one['type']}_parts": []})
            parts[f"{one['type']}_parts"].append({"part_type": "note", "body": body["body"], "sent": body})
        elif what == "parts":
            self._manage(one, body)
        else:
            names = {"assignee_id": "admin_assignee_id"}
            one.update({names.get(name, name): value for name, value in body.items() if name != "admin_id"})

    def _manage(self, one: Any, body: Any) -> None:
        match body["message_type"]:
            case "close":
                one.update(open=False, state="closed")
            case "open":
                one.update(open=True, state="open", snoozed_until=None)
            case "snoozed":
                one.update(state="snoozed", snoozed_until=body["snoozed_until"])
            case "assignment":
                one.update(admin_assignee_id=int(body["assignee_id"]) or None)
