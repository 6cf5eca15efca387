"""A JSON API that counts its pages."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from console.clock import Clock
from console.domain.alert import Ending
from console.sources import registry
from tests.fakes.http import Reply, serving
from tests.fakes.listing import PATH, FakeListing
from tests.sources.rigs import Given

MOST_PAGES = 102


class HttpRig:
    def __init__(self, fake: FakeListing, clock: Clock) -> None:
        self.fake = self.server = fake
        self.page, self.cap = fake.size, fake.size * MOST_PAGES
        self.lacks: frozenset[str] = frozenset()
        table = {
            "url": fake.url + PATH,
            "items": "data",
            "paging": {"kind": "page", "size_parameter": "size", "size": fake.size},
            "max_pages": MOST_PAGES,
        }
        options = registry.find("http").options.model_validate(table)
        self.source = registry.build("http", "under-test", options, clock)

    def fires(self, *alerts: Given) -> None:
        self.fake.items = [{"id": f"id of {alert.name}", **vars(alert)} for alert in alerts]

    def spoil(self) -> None:
        self.fake.items = [{"name": "no id"}, *self.fake.items]

    def break_down(self) -> None:
        self.fake.replies.append(Reply(500))

    def ends(self, name: str, how: Ending) -> None:
        raise AssertionError("it is not known how it keeps incidents")


@contextlib.contextmanager
def rig(_folder: Path, clock: Clock) -> Iterator[HttpRig]:
    with serving(FakeListing()) as fake:
        yield HttpRig(fake, clock)
