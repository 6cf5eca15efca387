"""Changing what a rig's server answers while a source asks it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from tests.fakes.http import FakeServer, Reply, Request
from tests.sources.rigs import Given, Rig

Change = Callable[[int, Request, Reply], Reply]
"""Given the number of a request (from 0), the request and the answer that was meant: what is said instead."""


class Tap:
    """Sits on the wire of a server. ``asked`` is what went by since it was put there or cleared."""

    def __init__(self, server: FakeServer) -> None:
        self.asked: list[Request] = []
        self.said: list[Reply] = []
        self.change: Change = _unchanged
        self._meant = server.answer
        server.answer = self._answer  # type: ignore[method-assign]

    def clear(self) -> None:
        """Count from 0 again, and change nothing."""
        self.asked, self.said, self.change = [], [], _unchanged

    def _answer(self, request: Request) -> Reply:
        number = len(self.asked)
        self.asked.append(request)
        reply = self.change(number, request, self._meant(request))
        self.said.append(reply)
        return reply

    def listing(self) -> tuple[str, str]:
        """Return method and path of what was asked most often: the list that is paged."""
        return Counter(place(request) for request in self.asked).most_common(1)[0][0]


def place(request: Request) -> tuple[str, str]:
    return request.method, request.path


def always(reply: Reply) -> Change:
    """Return the change to one and the same answer."""
    return lambda _number, _request, _meant: reply


def _unchanged(_number: int, _request: Request, reply: Reply) -> Reply:
    return reply


def tap(rig: Rig) -> Tap:
    assert rig.server is not None
    return Tap(rig.server)


def given(count: int, start: int = 0) -> list[Given]:
    """Return so many alerts that can be told apart."""
    return [Given(f"A{number:05}") for number in range(start, start + count)]
