"""A Sentry with one organization."""

from __future__ import annotations

from typing import Any

from tests.fakes.http import FakeServer, Reply, Request

ISSUES = "/api/0/organizations/acme/issues/"


def issue(number: int, title: str = "KeyError: 'sku'", **more: Any) -> dict[str, Any]:
    return {
        "id": str(number),
        "shortId": f"SHOP-{number}",
        "title": title,
        "culprit": "cart.views.add",
        "permalink": f"https://acme.sentry.io/issues/{number}/",
        "level": "error",
        "status": "unresolved",
        "statusDetails": {},
        "substatus": "new",
        "platform": "python",
        "project": {"id": "2", "name": "Shop", "slug": "shop", "platform": "python"},
        "metadata": {"type": "KeyError", "value": "'sku'"},
        "assignedTo": None,
        "count": "3",
        "userCount": 1,
        "firstSeen": "2026-01-05T09:00:00Z",
        "lastSeen": "2026-01-05T09:01:00Z",
        **more,
    }


class FakeSentry(FakeServer):
    """``scopes`` are those of the token, None where it does not say. ``until`` is when what is archived opens again."""

    def __init__(self) -> None:
        super().__init__()
        self.issues: list[Any] = []
        self.scopes: list[str] | None = ["event:read", "event:write", "org:read"]
        self.members = {"asha@ops.example", "budi@ops.example"}
        self.until = "2026-01-05T12:02:00Z"

    def answer(self, request: Request) -> Reply:
        if request.path == "/api/0/":
            auth = None if self.scopes is None else {"scopes": self.scopes}
            return Reply.json({"version": "0", "auth": auth, "user": {"email": "asha@ops.example"}})
        if self.scopes is not None and "event:read" not in self.scopes:
            return Reply.json({"detail": "You do not have permission to perform this action."}, 403)
        if request.path == ISSUES:
            return self._changed(request) if request.method == "PUT" else self._listed(request)
        if request.path.startswith(ISSUES):
            found = self.one(request.path.removeprefix(ISSUES).rstrip("/"))
            return (
                Reply.json(found)
                if found
                else Reply.json({"detail": "The requested resource does not exist"}, 404)
            )
        return super().answer(request)

    def one(self, name: str) -> dict[str, Any] | None:
        return next((one for one in self.issues if isinstance(one, dict) and one.get("id") == name), None)

    def _listed(self, request: Request) -> Reply:
        wanted = "ignored" if "is:archived" in request.one("query") else "unresolved"
        found = [
            one
            for one in self.issues
            if (one.get("status", "unresolved") if isinstance(one, dict) else "unresolved") == wanted
        ]
        start, size = int(request.one("cursor", "0:0:0").split(":")[1]), int(request.one("limit", "25"))
        more = "true" if start + size < len(found) else "false"
        url = f"<{self.url}{ISSUES}?limit={size}&cursor=0:{start + size}:0>"
        before = f'<{self.url}{ISSUES}?cursor=0:0:1>; rel="previous"; results="false"; cursor="0:0:1"'
        reply = Reply.json(found[start : start + size])
        reply.headers["Link"] = f'{before}, {url}; rel="next"; results="{more}"; cursor="0:{start + size}:0"'
        return reply

    def _changed(self, request: Request) -> Reply:
        ids = request.query.get("id")
        assert ids, "Sentry would change every issue of the organization"
        found = [one for one in map(self.one, ids) if one]
        if not found:
            return Reply(204, b"")
        change = dict(request.body)
        if change.get("assignedTo", "asha@ops.example") not in self.members:
            return Reply.json({"assignedTo": ["Unknown actor input"]}, 400)
        for one in found:
            one.update(change)
            one["statusDetails"] = {"ignoreUntil": self.until} if change.get("status") == "ignored" else {}
        return Reply.json(change)
