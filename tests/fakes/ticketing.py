"""Issue trackers in memory, written from their documentation: GitHub's, GitLab's and Jira's two versions."""

from __future__ import annotations

import re
from typing import Any

from tests.fakes.http import FakeServer, Reply, Request

RINA = {"accountId": "acc-rina", "name": "rina", "displayName": "Rina", "emailAddress": "rina@acme.example"}


class Tracker(FakeServer):
    """``issues`` are kept as the product shows them; ``after`` is called once an issue has been made."""

    def __init__(self) -> None:
        super().__init__()
        self.issues: list[dict[str, Any]] = []
        self.comments: dict[str, list[str]] = {}
        self.after: Any = None

    @property
    def writes(self) -> list[Request]:
        return [
            one
            for one in self.requests
            if one.method in {"POST", "PUT", "PATCH"} and "/search" not in one.path
        ]

    def made(self, issue: dict[str, Any]) -> Reply:
        self.issues.append(issue)
        return self.after() if self.after else Reply.json(issue, 201)

    def one(self, number: str) -> dict[str, Any] | None:
        return next((one for one in self.issues if self.number(one) == number), None)

    def number(self, issue: dict[str, Any]) -> str:
        raise NotImplementedError

    def said(self, number: str, body: Any) -> Reply:
        self.comments.setdefault(number, []).append(body["body"])
        return Reply.json({"id": len(self.comments[number]), **body}, 201)


class FakeGitHub(Tracker):
    """``may_label``: without it labels and assignees are dropped in silence, as GitHub does.

    Nobody but ``assignable`` can have an issue: making one for another is refused, giving one is ignored.
    """

    may_label = True
    assignable = frozenset({"rina"})

    def number(self, issue: dict[str, Any]) -> str:
        return str(issue["number"])

    def answer(self, request: Request) -> Reply:
        path = request.path.removeprefix("/api/v3/repos/acme/shop")
        if path == "":
            return Reply.json({"has_issues": True, "permissions": {"triage": self.may_label, "push": False}})
        if path == "/issues" and request.method == "POST":
            body = request.body
            if not self.assignable.issuperset(body.get("assignees", [])):
                wrong = {"resource": "Issue", "field": "assignees", "code": "invalid"}
                return Reply.json({"message": "Validation Failed", "errors": [wrong]}, 422)
            return self.made(
                {
                    "number": len(self.issues) + 41,
                    "html_url": f"{self.url}/acme/shop/issues/{len(self.issues) + 41}",
                    "title": body["title"],
                    "body": body["body"],
                    "state": "open",
                    "labels": [{"name": one} for one in body["labels"]] if self.may_label else [],
                    "assignees": [{"login": one} for one in body.get("assignees", [])],
                }
            )
        if path == "/issues":
            named = request.one("labels")
            found = [
                one for one in self.issues if not named or named in {label["name"] for label in one["labels"]}
            ]
            return Reply.json(found if request.one("direction") == "asc" else found[::-1])
        return self._about(request, path)

    def _about(self, request: Request, path: str) -> Reply:
        named = re.fullmatch(r"/issues/(\d+)(/comments)?", path)
        issue = self.one(named[1]) if named else None
        if named is None or issue is None:
            return Reply.json({"message": "Not Found"}, 404)
        if named[2]:
            if request.method == "POST":
                return self.said(named[1], request.body)
            return Reply.json([{"body": one} for one in self.comments.get(named[1], [])])
        if request.method == "PATCH":
            change = dict(request.body)
            if "assignees" in change:
                known = self.assignable.intersection(change["assignees"])
                change["assignees"] = [{"login": one} for one in known]
            issue.update(change)
        return Reply.json(issue)


class FakeGitLab(Tracker):
    """One project; ``users`` by name, of whom only ``member`` can have its issues: others are ignored."""

    users = {"rina": 7, "budi": 8}  # noqa: RUF012 - never changed
    member = 7
    may_label = True

    def number(self, issue: dict[str, Any]) -> str:
        return str(issue["iid"])

    def answer(self, request: Request) -> Reply:
        path = request.path.removeprefix("/api/v4")
        if path == "/user":
            return Reply.json({"username": "desk"})
        if path == "/users":
            known = self.users.get(request.one("username"))
            return Reply.json([{"id": known, "username": request.one("username")}] if known else [])
        path = path.removeprefix("/projects/acme%2Fshop")
        if path == "":
            return Reply.json({"permissions": {"project_access": {"access_level": 30}}})
        if path == "/issues" and request.method == "POST":
            body = request.body
            number = len(self.issues) + 41
            return self.made(
                {
                    "iid": number,
                    "web_url": f"{self.url}/acme/shop/-/issues/{number}",
                    "title": body["title"],
                    "description": body["description"],
                    "state": "opened",
                    "labels": body["labels"].split(",") if self.may_label else [],
                    "assignees": [
                        {"username": "rina"} for one in body.get("assignee_ids", []) if one == self.member
                    ],
                }
            )
        if path == "/issues":
            named = request.one("labels")
            listed = [one for one in self.issues if not named or named in one["labels"]]
            return Reply.json(listed if request.one("sort") == "asc" else listed[::-1])
        return self._about(request, path)

    def _about(self, request: Request, path: str) -> Reply:
        named = re.fullmatch(r"/issues/(\d+)(/notes)?", path)
        issue = self.one(named[1]) if named else None
        if named is None or issue is None:
            return Reply.json({"message": "404 Not found"}, 404)
        if named[2]:
            if request.method == "POST":
                return self.said(named[1], request.body)
            return Reply.json([{"body": one} for one in self.comments.get(named[1], [])])
        if request.method == "PUT":
            if request.body.get("state_event") == "close":
                issue["state"] = "closed"
            if "assignee_ids" in request.body:
                given = self.member in request.body["assignee_ids"]
                issue["assignees"] = [{"username": "rina"}] if given else []
        return Reply.json(issue)


class FakeJiraTickets(Tracker):
    """``screen``: optional fields that the issue's screen has; ``version`` 3 for Cloud, 2 for Data Center.

    ``projects`` and their types of issues. What is done has no transition to it any more.
    """

    version = 3
    projects = {"OPS": ("Incident", "Task"), "PAY": ("Incident",)}  # noqa: RUF012 - never changed

    def __init__(self) -> None:
        super().__init__()
        self.screen = {"priority", "components", "assignee"}

    def number(self, issue: dict[str, Any]) -> str:
        return str(issue["key"])

    def answer(self, request: Request) -> Reply:
        path = request.path.removeprefix(f"/rest/api/{self.version}")
        if path == "/issue":
            return self._create(request.body["fields"])
        if path in {"/search/jql", "/search"}:
            named = re.search(r'labels = "([^"]+)"', request.body["jql"])
            found = [one for one in self.issues if named and named[1] in one["fields"]["labels"]]
            return Reply.json({"issues": found if "ASC" in request.body["jql"] else found[::-1]})
        if path == "/user/assignable/search":
            asked = request.one("query") or request.one("username")
            return Reply.json([RINA] if asked == RINA["emailAddress"] else [])
        return self._settings(request, path) or self._about(request, path)

    def _settings(self, request: Request, path: str) -> Reply | None:
        if path == "/mypermissions":
            told = {
                name: {"havePermission": name != "TRANSITION_ISSUES"}
                for name in request.one("permissions").split(",")
            }
            return Reply.json({"permissions": told})
        if path.startswith("/project/"):
            types = self.projects.get(path.removeprefix("/project/"))
            if types is None:
                return Reply.json({"errorMessages": ["No project could be found with key."]}, 404)
            return Reply.json({"issueTypes": [{"name": one} for one in types]})
        return Reply.json({"emailAddress": "desk@acme.example"}) if path == "/myself" else None

    def _create(self, fields: dict[str, Any]) -> Reply:
        wrong = {"priority", "components", "assignee"} & fields.keys() - self.screen
        if wrong:
            text = "Field cannot be set. It is not on the appropriate screen, or unknown."
            return Reply.json({"errorMessages": [], "errors": dict.fromkeys(sorted(wrong), text)}, 400)
        key = f"{fields['project']['key']}-{len(self.issues) + 17}"
        kept = {**fields, "status": {"name": "To Do"}, "assignee": RINA if fields.get("assignee") else None}
        return self.made({"id": str(10_000 + len(self.issues)), "key": key, "fields": kept})

    def _about(self, request: Request, path: str) -> Reply:
        named = re.fullmatch(r"/issue/([A-Z]+-\d+)(/\w+)?", path)
        issue = self.one(named[1]) if named else None
        if named is None or issue is None:
            return Reply.json({"errorMessages": ["Issue does not exist or you do not have permission."]}, 404)
        what, posted = named[2] or "", request.method == "POST"
        if what == "/comment":
            comments = [{"body": one} for one in self.comments.get(named[1], [])]
            return self.said(named[1], request.body) if posted else Reply.json({"comments": comments})
        if what == "/transitions" and not posted:
            there = issue["fields"]["status"]["name"] == "Done"
            moves = [] if there else [{"id": "31", "name": "Close", "to": {"name": "Done"}}]
            return Reply.json({"transitions": moves})
        if what == "/transitions":
            issue["fields"]["status"] = {"name": "Done", "statusCategory": {"key": "done"}}
        elif what == "/assignee":
            issue["fields"]["assignee"] = RINA
        elif what == "/remotelink":
            issue.setdefault("links", {})[request.body["globalId"]] = request.body["object"]["url"]
        return Reply(204, b"") if what else Reply.json(issue)
