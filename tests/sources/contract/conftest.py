"""Rigs of those kinds that a subject is about."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from console.sources import registry
from console.sources.base.options import HttpOptions
from console.web import retry
from console.web.http import HttpClient
from tests.sources.rigs import Rig, extra

SMALLER = 10
"""Pages of a thousand are no more pages than those of a hundred."""


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask again at once where a source would ask again after half a second."""
    monkeypatch.setattr(retry, "_FIRST_PAUSE", 0.01)


@pytest.fixture
def hurry(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Call it to leave half a second to every request of the sources made since."""
    made: list[HttpOptions] = []
    init = HttpClient.__init__

    def remember(self: HttpClient, url: str, options: HttpOptions, *rest: Any, **more: Any) -> None:
        made.append(options.model_copy())
        init(self, url, made[-1], *rest, **more)

    def shorten() -> None:
        for options in made:
            vars(options)["timeout"] = timedelta(seconds=0.5)

    monkeypatch.setattr(HttpClient, "__init__", remember)
    return shorten


@pytest.fixture
def served(rig: Rig) -> Rig:
    """A kind that asks a server over HTTP."""
    if rig.server is None:
        pytest.skip("for sources that ask a server for JSON over HTTP")
    return rig


@pytest.fixture
def paged(served: Rig, monkeypatch: pytest.MonkeyPatch) -> Rig:
    """A kind whose product answers in pages; smaller ones where it gives what is asked for."""
    if served.page is None:
        pytest.skip("for products that answer in pages")
    if sizes := extra(served).sizes:
        smaller = served.page // SMALLER
        for size in sizes:
            monkeypatch.setattr(size, smaller)
        monkeypatch.setattr(served, "page", smaller)
    return served


@pytest.fixture
def owning(rig: Rig) -> Rig:
    """A kind whose product keeps incidents of its own."""
    if not getattr(registry.options_of(rig.source.kind), "OWNS", False):
        pytest.skip("for products that keep incidents of their own")
    return rig
