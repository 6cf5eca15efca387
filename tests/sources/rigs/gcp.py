"""Google Cloud Monitoring with one project."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from console.clock import Clock
from console.domain.alert import Ending
from console.domain.vocabulary import EffectKind
from console.sources import registry
from tests.fakes.google import FakeGoogle, alert, key_file
from tests.fakes.http import Reply, serving
from tests.sources.conftest import HeldClock
from tests.sources.rigs import Given

_SEVERITIES = {"critical": "CRITICAL", "error": "ERROR", "warning": "WARNING"}
PROJECT = "payments-prod"


class GcpRig:
    page = 1000
    cap = 20_000
    bounds = ("console.sources.gcp.pages.MOST_PAGES", "console.sources.gcp.source.MOST_PAGES")
    sizes = ("console.sources.gcp.pages.PER_PAGE", "console.sources.gcp.source.PER_PAGE")
    lacks: frozenset[str] = frozenset()
    peace = "{}"

    def __init__(self, fake: FakeGoogle, folder: Path, clock: Clock) -> None:
        self.fake = self.server = fake
        self._clock = clock
        options = registry.find("gcp").options.model_validate(
            {
                "url": fake.url,
                "projects": [PROJECT],
                "credentials": str(key_file(folder, f"{fake.url}/token")),
            }
        )
        self.source = registry.build("gcp", "under-test", options, clock)
        acting = options.model_copy(update={"actions": (EffectKind.SNOOZE,)})
        self.acting = registry.build("gcp", "under-test", acting, clock)

    def fires(self, *alerts: Given) -> None:
        self.fake.alerts[PROJECT] = [
            {**alert(number), "policy": _policy(number, one)} for number, one in enumerate(alerts, 1)
        ]
        self.fake.policies[PROJECT] = [
            {
                "name": f"projects/{PROJECT}/alertPolicies/{number}",
                "documentation": {
                    "subject": one.title,
                    "content": one.description,
                    "links": [{"displayName": "Runbook", "url": one.runbook_url}],
                },
            }
            for number, one in enumerate(alerts, 1)
        ]
        if isinstance(self._clock, HeldClock):  # policies are read again after a while
            self._clock.pass_(timedelta(minutes=20).total_seconds())

    def spoil(self) -> None:
        self.fake.alerts[PROJECT] = [{"state": "OPEN"}, *self.fake.alerts[PROJECT]]

    def break_down(self) -> None:
        self.fake.replies.append(Reply(500))

    def ends(self, name: str, how: Ending) -> None:
        raise AssertionError("an alert is no incident that people work on there")


def _policy(number: int, one: Given) -> dict[str, Any]:
    """Return the policy as an alert names it; what Google has no severity for is said by a label."""
    known = _SEVERITIES.get(one.severity)
    return {
        "name": f"projects/{PROJECT}/alertPolicies/{number}",
        "displayName": one.name,
        "severity": known or "SEVERITY_UNSPECIFIED",
        "userLabels": {"service": one.service, **({} if known else {"severity": one.severity})},
    }


@contextlib.contextmanager
def rig(folder: Path, clock: Clock) -> Iterator[GcpRig]:
    with serving(FakeGoogle()) as fake:
        yield GcpRig(fake, folder, clock)
