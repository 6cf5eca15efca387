"""Feeds of changes: one that says what it is told to, and the four products as far as changes go."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import unquote

from console.domain.change import Change
from console.ports.feeds import FeedPoll
from tests.fakes.http import FakeServer, Reply, Request


@dataclass
class FakeFeed:
    """Tells of its changes since then; ``answers`` come before, in turn."""

    name: str = "ci"
    kind: str = "fake"
    interval: float = 60.0
    deadline: float = 30.0
    changes: list[Change] = field(default_factory=list)
    answers: list[FeedPoll | Exception] = field(default_factory=list)
    asked: list[datetime] = field(default_factory=list)
    closed: bool = False

    async def fetch(self, since: datetime) -> FeedPoll:
        self.asked.append(since)
        answer = self.answers.pop(0) if self.answers else None
        if isinstance(answer, Exception):
            raise answer
        told = sorted((one for one in self.changes if one.at >= since), key=lambda one: (one.at, one.id))
        return answer or FeedPoll(tuple(told))

    async def close(self) -> None:
        self.closed = True


def written(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


def annotation(number: int, at: datetime, text: str = "v42 canary 5 %", **more: Any) -> dict[str, Any]:
    return {
        "id": number,
        "alertId": 0,
        "dashboardUID": "uGlb_lG7z",
        "panelId": 2,
        "userId": 1,
        "userName": "asha",
        "time": int(at.timestamp() * 1000),
        "timeEnd": int(at.timestamp() * 1000),
        "text": text,
        "tags": ["deploy", "service:shop"],
        "data": {},
        **more,
    }


class FakeAnnotations(FakeServer):
    """Grafana: all tags that are asked for must be there, as there."""

    def __init__(self) -> None:
        super().__init__()
        self.items: list[Any] = []

    def answer(self, request: Request) -> Reply:
        if request.path != "/api/annotations":
            return super().answer(request)
        start, end = int(request.one("from")), int(request.one("to"))
        found = [
            one
            for one in self.items
            if not isinstance(one, dict)
            or (
                start <= one["time"] <= end and set(request.query.get("tags", [])) <= set(one.get("tags", []))
            )
        ]
        return Reply.json(found[: int(request.one("limit", "100"))])


def deployment(number: int, at: datetime, sha: str = "1a2b3c4d5e6f", **more: Any) -> dict[str, Any]:
    return {
        "id": number,
        "sha": sha * 4 if len(sha) == 10 else sha,
        "ref": "main",
        "task": "deploy",
        "environment": "production",
        "description": None,
        "creator": {"login": "asha", "id": 1, "type": "User"},
        "created_at": written(at),
        "updated_at": written(at),
        "payload": {},
        **more,
    }


def deployment_status(number: int, at: datetime, state: str = "success", **more: Any) -> dict[str, Any]:
    return {
        "id": number,
        "state": state,
        "creator": {"login": "github-actions[bot]"},
        "description": "",
        "environment": "production",
        "target_url": "",
        "log_url": f"https://github.example/acme/shop/actions/runs/{number}",
        "created_at": written(at),
        "updated_at": written(at),
        **more,
    }


class FakeGitHub(FakeServer):
    """``statuses`` by a deployment's id; deployments are listed newest first. Answers have an ``ETag``."""

    def __init__(self) -> None:
        super().__init__()
        self.items: list[Any] = []
        self.statuses: dict[int, list[Any]] = {}
        self.unchanged = 0

    def answer(self, request: Request) -> Reply:
        found: list[Any] | None = None
        listing = "/api/v3/repos/acme/shop/deployments"
        if request.path == listing:
            found = [one for one in self.items if not isinstance(one, dict) or _in(one, request)]
        elif request.path.startswith(f"{listing}/") and request.path.endswith("/statuses"):
            found = self.statuses.get(int(request.path.split("/")[-2]))
        if found is None:
            return Reply.json({"message": "Not Found"}, 404)
        return self.conditional(request, paged(request, found, self.url))

    def conditional(self, request: Request, reply: Reply) -> Reply:
        reply.headers["ETag"] = f'"{hash(reply.body)}"'
        if request.headers.get("If-None-Match") == reply.headers["ETag"]:
            self.unchanged += 1
            return Reply(304, b"", reply.headers)
        return reply


def job(number: int, at: datetime, sha: str = "99d03678b90d914dbb1b", **more: Any) -> dict[str, Any]:
    return {
        "id": number,
        "iid": number,
        "ref": "main",
        "sha": sha,
        "created_at": written(at),
        "updated_at": written(at),
        "status": "success",
        "user": {"id": 1, "name": "Asha", "username": "asha"},
        "environment": {"id": 9, "name": "production"},
        "deployable": {
            "id": 657,
            "name": "deploy",
            "finished_at": written(at),
            "commit": {"short_id": sha[:8], "title": "Charge cards twice never"},
            "pipeline": {"web_url": f"https://gitlab.example/acme/shop/-/pipelines/{number}"},
        },
        **more,
    }


class FakeGitLab(FakeServer):
    """Refuses ``updated_after`` without its order, as GitLab does."""

    def __init__(self) -> None:
        super().__init__()
        self.items: list[Any] = []

    def answer(self, request: Request) -> Reply:
        if not request.target.startswith("/api/v4/projects/acme%2Fshop/deployments?"):
            return Reply.json({"message": "404 Project Not Found"}, 404)
        if request.one("order_by") != "updated_at":
            return Reply.json({"message": "400 Bad request - `updated_at` filter requires it"}, 400)
        after = request.one("updated_after")
        found = [
            one
            for one in self.items
            if not isinstance(one, dict)
            or (_in({**one, "environment": "production"}, request) and str(one["updated_at"]) > after)
        ]
        return paged(request, found, self.url)


def application(name: str, *history: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "metadata": {"name": name, "namespace": "argocd", "labels": {"service": "shop"}, "uid": "7"},
        "spec": {"project": "default"},
        "status": {"history": list(history), "operationState": None},
        **more,
    }


def sync(number: int, at: datetime, revision: str = "1a2b3c4d5e6f", **more: Any) -> dict[str, Any]:
    return {
        "id": number,
        "revision": revision,
        "deployedAt": written(at),
        "deployStartedAt": written(at),
        "source": {"repoURL": "https://git.example/shop.git", "targetRevision": "main", "path": "k8s"},
        "initiatedBy": {"username": "asha"},
        **more,
    }


class FakeArgoCD(FakeServer):
    """Lists applications; without any, Argo CD says null."""

    def __init__(self) -> None:
        super().__init__()
        self.items: list[Any] = []

    def answer(self, request: Request) -> Reply:
        if request.path != "/api/v1/applications":
            return super().answer(request)
        return Reply.json({"metadata": {}, "items": self.items or None})


def paged(request: Request, found: list[Any], url: str) -> Reply:
    """Return one page, and where the next is, as GitHub and GitLab say it."""
    page, size = int(request.one("page", "1")), int(request.one("per_page", "30"))
    reply = Reply.json(found[(page - 1) * size : page * size])
    if page * size < len(found):
        reply.headers["Link"] = (
            f'<{url}{request.path}?page={page + 1}>; rel="next", <{url}{request.path}?page=9>; rel="last"'
        )
    return reply


def _in(one: dict[str, Any], request: Request) -> bool:
    return one.get("environment") == unquote(request.one("environment"))
