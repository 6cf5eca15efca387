"""Health checks against a server that says what they find."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from console.clock import Clock
from console.domain.alert import Ending
from console.domain.priority import Priority
from console.sources.checks import Options, Source
from console.sources.checks.options import Check
from console.sources.checks.reader import reader
from tests.fakes.http import FakeServer, Reply, Request, serving
from tests.servers.alertmanager import free_port
from tests.sources.rigs import Given

PRIORITIES = {"critical": Priority.P1, "error": Priority.P2, "warning": Priority.P3, "info": Priority.P4}


class Sick(FakeServer):
    """Answers everything with 500."""

    def answer(self, request: Request) -> Reply:
        self.requests.clear()
        return Reply(500)


class ChecksRig:
    server = page = cap = None
    lacks = frozenset({"title", "description", "runbook_url"})
    most = 50  # each is a connection of its own

    def __init__(self, sick: Sick, clock: Clock) -> None:
        self._sick = sick
        self.source = Source("under-test", Options.model_construct(checks=()), clock)

    def _try(self, *checks: Check, reference: str | None = None) -> None:
        """Let the source try other things, as if its config had always said so."""
        self.source._checks, self.source._reference = checks, reference
        self.source._reader = reader("under-test", Options.model_construct(checks=checks))

    def fires(self, *alerts: Given) -> None:
        self._try(
            *(
                Check.model_construct(  # not validated: a config would refuse the hostile names
                    name=alert.name,
                    service=alert.service,
                    http=f"{self._sick.url}/{number}",
                    priority=PRIORITIES.get(alert.severity, Priority.P2),
                    failures=1,
                )
                for number, alert in enumerate(alerts)
            )
        )

    def spoil(self) -> None:
        stray = Check.model_construct(name="", service="x", http=f"{self._sick.url}/stray")
        self.source._checks = (stray, *self.source._checks)

    def break_down(self) -> None:
        nowhere = f"127.0.0.1:{free_port()}"
        self._try(Check(name="A", service="x", tcp=nowhere, failures=1), reference=nowhere)

    def ends(self, name: str, how: Ending) -> None:
        raise AssertionError("checks keep no incidents")


@contextlib.contextmanager
def rig(_folder: Path, clock: Clock) -> Iterator[ChecksRig]:
    with serving(Sick()) as sick:
        yield ChecksRig(sick, clock)
