"""A Jira that keeps issues: Cloud's API and that of a server, with their two ways of paging."""

from __future__ import annotations

import re
from typing import Any

from tests.fakes.http import FakeServer, Reply, Request

CATEGORIES = {"To Do": "new", "In Progress": "indeterminate", "Done": "done"}
ASHA = {"accountId": "acc-asha", "name": "asha", "displayName": "Asha", "emailAddress": "asha@ops.example"}
BUDI = {"accountId": "acc-budi", "name": "budi", "displayName": "Budi"}  # hides his address
CITRA = {
    "accountId": "acc-citra",
    "name": "citra",
    "displayName": "Citra",
    "emailAddress": "citra@shop.example",
}
ADDRESSES = {
    "asha@ops.example": [ASHA],
    "budi@ops.example": [BUDI],
    "all@ops.example": [BUDI, {"accountId": "acc-dewi", "displayName": "Dewi"}],
}
PRIORITIES = {"critical": "Highest", "error": "High", "warning": "Medium", "info": "Low"}
RIGHTS = ("BROWSE_PROJECTS", "ASSIGN_ISSUES", "TRANSITION_ISSUES", "ADD_COMMENTS")


def status(name: str) -> dict[str, Any]:
    return {"name": name, "statusCategory": {"key": CATEGORIES[name], "name": name}}


def paragraphs(text: str) -> dict[str, Any]:
    content = [{"type": "paragraph", "content": [{"type": "text", "text": text}]}]
    return {"type": "doc", "version": 1, "content": content}


def issue(number: int, summary: str = "Disk is full", **fields: Any) -> dict[str, Any]:
    return {
        "id": str(10_000 + number),
        "key": f"OPS-{number}",
        "fields": {
            "summary": summary,
            "description": None,
            "status": status("To Do"),
            "priority": {"name": "High", "id": "2"},
            "assignee": None,
            "reporter": CITRA,
            "created": "2026-01-05T09:00:00.000+0000",
            "labels": [],
            "components": [{"name": "orders-db"}],
            "project": {"key": "OPS", "name": "Operations"},
            "issuetype": {"name": "Incident"},
            **fields,
        },
    }


class FakeJira(FakeServer):
    """``moved``: ids that the JQL no longer finds; ``comments`` and ``history`` by issue id."""

    page = 100

    def __init__(self) -> None:
        super().__init__()
        self.issues: list[Any] = []
        self.moved: set[str] = set()
        self.lagging: set[str] = set()
        self.comments: dict[str, list[Any]] = {}
        self.history: dict[str, list[Any]] = {}
        self.rights = set(RIGHTS)
        self.transitions = [
            {"id": "11", "name": "Back to do", "to": status("To Do")},
            {"id": "21", "name": "Start", "to": status("In Progress")},
            {
                "id": "31",
                "name": "Close",
                "to": status("Done"),
                "fields": {"resolution": {"required": True, "name": "Resolution"}},
            },
        ]

    def find(self, name: str) -> Any:
        return next((one for one in self.issues if name in {one.get("id"), one.get("key")}), None)

    def answer(self, request: Request) -> Reply:
        found = re.fullmatch(r"/rest/api/([23])/(.*)", request.path)
        if found is None:
            return Reply(404, b"<html>no such page</html>")
        version, rest = found[1], found[2]
        if rest == "search/jql":
            return self._searched(request.body) if version == "3" else Reply(404, b"<html></html>")
        if rest == "search":
            return self._numbered(request.body) if version == "2" else Reply(410, b"{}")
        if rest.startswith("issue/"):
            return self._issue(request, *rest.split("/")[1:])
        return Reply.json(self._said(version, rest, request))

    def _said(self, version: str, rest: str, request: Request) -> Any:
        if rest == "search/approximate-count":
            return {"count": len(self._open(request.body["jql"]))}
        if rest == "mypermissions":
            told = {key: {"key": key, "havePermission": key in self.rights} for key in RIGHTS}
            return {"permissions": told}
        if rest == "user/assignable/search":
            found = ADDRESSES.get(request.one("query" if version == "3" else "username"), [])
            by_name = [{name: text for name, text in one.items() if name != "accountId"} for one in found]
            return found if version == "3" else by_name
        return ASHA  # myself

    def _open(self, jql: str, reconciled: list[int] | None = None) -> list[Any]:
        one = re.match(r"id = (\d+) AND ", jql)
        found = []
        for each in self.issues:
            known = each.get("id") if isinstance(each, dict) else None
            if known in self.moved or (one and known != one[1]):
                continue
            if known in self.lagging and int(known or 0) not in (reconciled or []):
                continue
            fields = each.get("fields") if isinstance(each, dict) else None
            if not (fields and fields["status"]["statusCategory"]["key"] == "done"):
                found.append(each)
        return found

    def _searched(self, body: Any) -> Reply:
        if "startAt" in body or ("ORDER BY" not in body["jql"] and "id = " not in body["jql"]):
            return Reply.json({"errorMessages": ["unbounded, or startAt"]}, 400)
        start = int(body.get("nextPageToken", "token-0").removeprefix("token-"))
        found = self._open(body["jql"], body.get("reconcileIssues"))
        size = min(body["maxResults"], self.page)
        page = {"issues": found[start : start + size]}
        if start + size < len(found):
            page["nextPageToken"] = f"token-{start + size}"  # type: ignore[assignment]
        return Reply.json({**page, "isLast": "nextPageToken" not in page})

    def _numbered(self, body: Any) -> Reply:
        start, found = body["startAt"], self._open(body["jql"])
        size = min(body["maxResults"], self.page)
        page = found[start : start + size]
        return Reply.json({"startAt": start, "maxResults": size, "total": len(found), "issues": page})

    def _issue(self, request: Request, name: str, what: str = "") -> Reply:
        one = self.find(name)
        if one is None:
            return Reply.json({"errorMessages": ["Issue does not exist"]}, 404)
        if request.method == "GET":
            return self._told(one, what)
        fields = one["fields"]
        if what == "transitions":
            chosen = next(each for each in self.transitions if each["id"] == request.body["transition"]["id"])
            fields["status"] = chosen["to"]
        elif what == "assignee":
            account = request.body.get("accountId") or request.body.get("name")
            people = (ASHA, BUDI, CITRA)
            fields["assignee"] = next(one for one in people if account in {one["accountId"], one["name"]})
        elif what == "comment":
            self.comments.setdefault(one["id"], []).append(request.body)
            return Reply.json({"id": "1"}, 201)
        else:
            fields.update(request.body["fields"])
        return Reply(204, b"")

    def _told(self, one: Any, what: str) -> Reply:
        if what == "transitions":
            return Reply.json({"transitions": self.transitions})
        if what == "comment":
            return Reply.json({"comments": self.comments.get(one["id"], [])})
        return Reply.json({**one, "changelog": {"histories": self.history.get(one["id"], [])}})
