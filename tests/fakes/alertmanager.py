"""A small Alertmanager in this process that can misbehave in every way real ones have been seen to.

It keeps silences as the real one does and answers the next requests with whatever is in ``replies``.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import threading
import uuid
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass
class Reply:
    """An answer to play. ``announced``: a Content-Length other than the body's; ``hang``: say nothing."""

    status: int = 200
    body: bytes = b"[]"
    headers: dict[str, str] = field(default_factory=dict)
    announced: int | None = None
    hang: bool = False

    @classmethod
    def json(cls, value: Any, status: int = 200) -> Reply:
        return cls(status, json.dumps(value).encode())


@dataclass
class Request:
    """What was asked."""

    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: Any


class FakeAlertmanager:
    """``url`` is where it listens; ``replies`` are played before it behaves again."""

    def __init__(self) -> None:
        self.alerts: list[Any] = []
        self.silences: dict[str, dict[str, Any]] = {}
        self.uptime = "2026-01-05T08:00:00.000Z"
        self.now = "2026-01-05T09:02:00.000Z"
        self.replies: deque[Reply] = deque()
        self.requests: list[Request] = []
        self.hanging = threading.Event()
        self.released = threading.Event()
        fake = self

        class Handler(_Handler):
            owner = fake

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def serve(self) -> None:
        self._server.serve_forever(poll_interval=0.01)

    def stop(self) -> None:
        self.released.set()
        self._server.shutdown()
        self._server.server_close()

    def asked(self, path: str, method: str = "GET") -> list[Request]:
        return [request for request in self.requests if (request.method, request.path) == (method, path)]

    def answer(self, request: Request) -> Reply:
        """Return what a well-behaved server answers."""
        place = f"{request.method} {request.path}"
        if place == "POST /api/v2/silences":
            return self._keep(request.body)
        if place.startswith("DELETE /api/v2/silence/"):
            return self.expire(place.rsplit("/", 1)[1])
        known = {
            "GET /api/v2/alerts": self.alerts,
            "GET /api/v2/silences": list(self.silences.values()),
            "GET /api/v2/status": {"uptime": self.uptime},
        }
        return Reply.json(known[place]) if place in known else Reply(404, b"404 page not found\n")

    def expire(self, silence: str) -> Reply:
        if silence not in self.silences:
            return Reply(404, b"")
        self.silences[silence] |= {"status": {"state": "expired"}, "endsAt": self.now}
        return Reply(200, b"")

    def _keep(self, asked: dict[str, Any]) -> Reply:
        """Change a silence in place where it holds back the same since the same time, else replace it."""
        if not asked["matchers"]:
            return Reply.json({"code": 612, "message": "matchers in body is required"}, 422)
        name = asked.get("id", "")
        before = self.silences.get(name)
        if before is None or any(before[key] != asked[key] for key in ("matchers", "startsAt")):
            if before is not None:
                self.expire(name)
            name = str(uuid.uuid4())
        self.silences[name] = {**asked, "id": name, "status": {"state": "active"}}
        return Reply.json({"silenceID": name})


class _Handler(BaseHTTPRequestHandler):
    owner: FakeAlertmanager
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body in one packet; two of them wait 40 ms for each other

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(length)) if length else None
        request = Request(self.command, url.path, parse_qs(url.query), dict(self.headers), body)
        self.owner.requests.append(request)
        reply = self.owner.replies.popleft() if self.owner.replies else self.owner.answer(request)
        if reply.hang:
            self.owner.hanging.set()
            self.owner.released.wait(20)
            self.close_connection = True
            return
        with contextlib.suppress(ConnectionError):  # the asker may have had enough
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(reply.announced or len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body)
            self.wfile.flush()
        if reply.announced is not None:
            self.close_connection = True

    do_POST = do_GET  # noqa: N815 - names given by http.server
    do_DELETE = do_GET  # noqa: N815 - same

    def log_message(self, *_arguments: Any) -> None:
        """Keep quiet."""


@contextlib.contextmanager
def fake_alertmanager() -> Iterator[FakeAlertmanager]:
    """Run a fake for the length of a test."""
    fake = FakeAlertmanager()
    thread = threading.Thread(target=fake.serve, daemon=True)
    thread.start()
    try:
        yield fake
    finally:
        fake.stop()
        thread.join(5)


def record(name: str = "DiskFull", *, fingerprint: str = "", **changes: Any) -> dict[str, Any]:
    """Return an alert as ``GET /api/v2/alerts`` lists it; ``labels`` come on top of the usual ones."""
    labels = {"alertname": name, "service": "orders-db", "severity": "critical", **changes.pop("labels", {})}
    return {
        "annotations": {"summary": f"{name} on {labels['service']}"},
        "endsAt": "2026-01-05T09:05:00.000Z",
        "fingerprint": fingerprint
        or hashlib.sha256(json.dumps(labels, sort_keys=True).encode()).hexdigest()[:16],
        "receivers": [{"name": "pager"}],
        "startsAt": "2026-01-05T09:00:00.000Z",
        "status": {"inhibitedBy": [], "silencedBy": [], "state": "active"},
        "updatedAt": "2026-01-05T09:01:00.000Z",
        "generatorURL": "http://prometheus.example:9090/graph?g0.expr=up",
        "labels": labels,
        **changes,
    }
