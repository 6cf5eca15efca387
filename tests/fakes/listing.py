"""A JSON API that lists what is wrong, in pages of every common make."""

from __future__ import annotations

from typing import Any

from tests.fakes.http import FakeServer, Reply, Request

PATH = "/api/alerts"


class FakeListing(FakeServer):
    """``paging`` is how it pages: page, offset, cursor, next or link. ``key`` is what it wants in ``X-Key``."""

    def __init__(self, paging: str = "page", size: int = 100) -> None:
        super().__init__()
        self.paging = paging
        self.size = size
        self.key = ""
        self.items: list[Any] = []
        self.origin = ""  # what it calls itself in addresses, if not by its own

    def answer(self, request: Request) -> Reply:
        if request.path != PATH:
            return Reply(404, b"no such path")
        headers = {name.lower(): text for name, text in request.headers.items()}
        if self.key and headers.get("x-key") != self.key:
            return Reply(401, b'{"message": "who are you?"}')
        asked = {name: values[0] for name, values in request.query.items()}
        if request.method == "POST":
            asked |= {name: str(value) for name, value in (request.body or {}).items()}
        size = int(asked.get("size", self.size))
        start = self._start(asked, size)
        page = self.items[start : start + size]
        more = start + size < len(self.items)
        reply = Reply.json({"data": page, "meta": self._meta(start + size, more=more)})
        if self.paging == "link" and more:
            there = f"{PATH}?at={start + size}&size={size}"
            reply.headers["Link"] = f'<{PATH}?at=0>; rel="first", <{there}>; title="a, b"; rel="next"'
        return reply

    def _start(self, asked: dict[str, str], size: int) -> int:
        if self.paging == "page":
            return (int(asked.get("page", "1")) - 1) * size
        name = {"offset": "offset", "cursor": "cursor"}.get(self.paging, "at")
        return int(asked.get(name, "0"))

    def _meta(self, start: int, *, more: bool) -> dict[str, Any]:
        meta: dict[str, Any] = {"more": more}
        if self.paging == "cursor":
            meta["cursor"] = str(start) if more else None
        if self.paging == "next":
            meta["next"] = f"{self.origin or self.url}{PATH}?at={start}" if more else None
        return meta
