"""A small Grafana in this process: its Alertmanager below a path of its own, and what a token may do."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.fakes.alertmanager import FakeAlertmanager
from tests.fakes.http import Reply, Request

RIGHTS = "/api/access-control/user/permissions"
EVERYTHING = {f"alert.instances:{right}": ["*"] for right in ("read", "create", "write")}


class FakeGrafana(FakeAlertmanager):
    """``datasource`` is the one whose alerts it has; ``rights`` are the token's, None: it does not tell."""

    def __init__(self, datasource: str = "grafana") -> None:
        super().__init__()
        self.prefix = f"/api/alertmanager/{datasource}"
        self.rights: dict[str, Any] | None = dict(EVERYTHING)

    def answer(self, request: Request) -> Reply:
        """Return what a well-behaved Grafana answers; it says 202 of a silence that it made."""
        if request.path == RIGHTS and self.rights is not None:
            return Reply.json(self.rights)
        if not request.path.startswith(f"{self.prefix}/") or request.path.endswith("/status"):
            return Reply.json({"message": "Not found"}, 404)
        inner = replace(request, path=request.path.removeprefix(self.prefix))
        reply = super().answer(inner)
        return replace(reply, status=202) if (request.method, reply.status) == ("POST", 200) else reply
