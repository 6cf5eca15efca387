"""Every kind of feed with a fake of its product behind it, pulled by the same strings."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from console.clock import Clock
from console.domain.change import Change, ChangeKind
from console.feeds import registry
from console.ports.feeds import ChangeFeed
from tests.fakes import feeds
from tests.fakes.http import FakeServer, serving

TOKEN = "token-made-up"
REQUIRED: dict[str, dict[str, Any]] = {
    "argocd": {},
    "github": {"repos": ["acme/shop"]},
    "gitlab": {"projects": ["acme/shop"]},
    "grafana": {},
}


@dataclass(frozen=True)
class Told:
    """A change as a test means it. ``what`` stands somewhere in the change's words."""

    number: int
    at: datetime
    what: str = "v42"


@dataclass
class Rig:
    """``records`` are what the product has of changes, in the product's own form."""

    feed: ChangeFeed
    put: Callable[[list[Told]], None]
    server: FakeServer | None = None

    def tells(self, *told: Told) -> None:
        """Have the product tell of these and nothing else."""
        self.put(list(told))


def build(kind: str, url: str, clock: Clock, **more: Any) -> ChangeFeed:
    """Return a feed of a kind for a server at an address."""
    table = {"url": url, "token": TOKEN, **REQUIRED[kind], **more}
    options = registry.options_of(kind).model_validate(table)
    return registry.build(kind, "ci", options, clock, ("shop", "orders"))


@contextlib.contextmanager
def rig_of(kind: str, clock: Clock) -> Iterator[Rig]:
    """Run a kind of feed on its fake for the length of a test; "fake" is the one that tests of others use."""
    if kind == "fake":
        fake = feeds.FakeFeed()

        def say(told: list[Told]) -> None:
            fake.changes = [
                Change(f"ci:{one.number}", one.at, "shop", one.what, ChangeKind.DEPLOY, source="ci")
                for one in told
            ]

        yield Rig(fake, say)
        return
    with serving(SERVERS[kind]()) as server:
        yield Rig(build(kind, server.url, clock), lambda told: PUT[kind](server, told), server)


SERVERS: dict[str, Callable[[], Any]] = {
    "argocd": feeds.FakeArgoCD,
    "github": feeds.FakeGitHub,
    "gitlab": feeds.FakeGitLab,
    "grafana": feeds.FakeAnnotations,
}


def _grafana(server: Any, told: list[Told]) -> None:
    server.items = [feeds.annotation(one.number, one.at, one.what) for one in told]


def _github(server: Any, told: list[Told]) -> None:
    newest = sorted(told, key=lambda one: one.at, reverse=True)
    minute = timedelta(minutes=1)
    server.items = [feeds.deployment(one.number, one.at - minute, ref=one.what) for one in newest]
    server.statuses = {one.number: [feeds.deployment_status(one.number, one.at)] for one in told}


def _gitlab(server: Any, told: list[Told]) -> None:
    server.items = [feeds.job(one.number, one.at, ref=one.what) for one in reversed(told)]


def _argocd(server: Any, told: list[Told]) -> None:
    entries = [
        feeds.sync(one.number, one.at, source={"targetRevision": one.what, "repoURL": "https://git.example"})
        for one in told
    ]
    server.items = [feeds.application("shop", *entries)]


PUT = {"argocd": _argocd, "github": _github, "gitlab": _gitlab, "grafana": _grafana}
