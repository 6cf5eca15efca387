"""A small HTTP server in this process that answers as a test tells it, and misbehaves in every way seen.

Products' fakes are made of it: they say in ``answer`` what a well-behaved server would.
"""

from __future__ import annotations

import contextlib
import json
import threading
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlsplit


@dataclass
class Reply:
    """An answer to play. ``announced``: a Content-Length other than the body's.

    ``hang``: say nothing; ``stall``: say half of it and nothing more.
    """

    status: int = 200
    body: bytes = b"[]"
    headers: dict[str, str] = field(default_factory=dict)
    announced: int | None = None
    hang: bool = False
    stall: bool = False

    @classmethod
    def json(cls, value: Any, status: int = 200) -> Reply:
        return cls(status, json.dumps(value).encode())


@dataclass
class Request:
    """What was asked. ``body`` is the decoded JSON, or the bytes where they are none.

    ``target`` is path and query, and ``content`` the body, exactly as they came.
    """

    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: Any
    target: str = ""
    content: bytes = b""

    def one(self, name: str, otherwise: str = "") -> str:
        """Return the first value of a query parameter."""
        return self.query.get(name, [otherwise])[0]


class FakeServer:
    """``url`` is where it listens; ``replies`` are played before it behaves again."""

    def __init__(self) -> None:
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
        return Reply(404, b"404 page not found\n")


class _Handler(BaseHTTPRequestHandler):
    owner: FakeServer
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body in one packet; two of them wait 40 ms for each other
    disable_nagle_algorithm = True  # and so do the packets of a long body

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        content = self.rfile.read(length) if length else b""
        request = Request(
            self.command,
            url.path,
            parse_qs(url.query, keep_blank_values=True),
            dict(self.headers),
            _decoded(content) if length else None,
            self.path,
            content,
        )
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
            self.wfile.write(reply.body[: len(reply.body) // 2] if reply.stall else reply.body)
            self.wfile.flush()
        if reply.stall:
            self.owner.hanging.set()
            self.owner.released.wait(20)
        if reply.announced is not None or reply.stall:
            self.close_connection = True

    do_POST = do_GET  # noqa: N815 - names given by http.server
    do_DELETE = do_GET  # noqa: N815 - same
    do_PUT = do_GET  # noqa: N815 - same
    do_PATCH = do_GET  # noqa: N815 - same

    def log_message(self, *_arguments: Any) -> None:
        """Keep quiet."""


def _decoded(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return body


Fake = TypeVar("Fake", bound=FakeServer)


@contextlib.contextmanager
def serving(fake: Fake) -> Iterator[Fake]:
    """Run a fake for the length of a test."""
    thread = threading.Thread(target=fake.serve, daemon=True)
    thread.start()
    try:
        yield fake
    finally:
        fake.stop()
        thread.join(5)
