"""Deployments of projects at GitLab.

Facts are from docs.gitlab.com/api/deployments: ``updated_after`` wants ``order_by=updated_at``. There is no
mark on a rollback, so a week of deployments is read each time to see that one goes back.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Annotated, Any
from urllib.parse import quote

from pydantic import AfterValidator

from console.clock import Clock
from console.domain.change import Change, ChangeKind
from console.feeds.base.asking import ask_each, every_page
from console.feeds.base.feed import WebFeed
from console.feeds.base.options import DeployOptions, Names
from console.feeds.base.reading import Found, change, version, went_back
from console.ports.feeds import FeedPoll
from console.sources.base.reading.records import Record
from console.web.options import Url

BEFORE = timedelta(days=7)
"""How much earlier deployments are looked at, to tell a rollback."""
_ENDED = ("success", "failed")


def _server(url: str) -> str:
    return url.removesuffix("/api/v4").rstrip("/")


class Options(DeployOptions):
    """``[[changes]]`` with ``kind = "gitlab"``."""

    url: Annotated[Url, AfterValidator(_server)] = "https://gitlab.com"
    """Address of a GitLab of your own."""

    projects: Names
    """Paths or ids of projects: ``["acme/shop", "4711"]``."""


class Feed(WebFeed):
    """Reads the deployments that succeeded or failed."""

    kind = "gitlab"

    def __init__(self, name: str, options: Options, clock: Clock, services: Collection[str] = ()) -> None:
        super().__init__(name, options.url, options, clock, services)
        self._places = [(project, one) for project in options.projects for one in options.environments]

    async def fetch(self, since: datetime) -> FeedPoll:
        """Return what took effect since then. Raises ``SourceError``."""
        found = Found(since, "deployment")
        # The same question all day, so that GitLab can answer that nothing has changed.
        after = (since - BEFORE).replace(hour=0, minute=0, second=0, microsecond=0)

        async def ask(project: str, environment: str) -> None:
            await self._read(found, after, project, environment)

        await ask_each(found, self._places, ask)
        return found.poll()

    async def _read(self, found: Found, after: datetime, project: str, environment: str) -> None:
        params = [
            ("environment", environment),
            ("updated_after", f"{after:%Y-%m-%dT%H:%M:%SZ}"),
            ("order_by", "updated_at"),
            ("sort", "desc"),
        ]
        listed: list[Any] = []

        def take(page: list[Any]) -> bool:
            listed.extend(page)
            return True

        path = f"/api/v4/projects/{quote(project, safe='')}/deployments"
        more = await every_page(self.client, path, params, take)
        if (
            more and _oldest(listed, found.since) >= found.since
        ):  # else only some that tell rollbacks are missing
            found.lack(f"{project} {environment}: only the latest deployments were read")
        back = _back(listed)
        found.read(listed, lambda record: self._change(record, project, environment, back))

    def _change(self, record: Record, project: str, environment: str, back: Collection[str]) -> Change | None:
        name, status = record.must("id"), record.text("status")
        if status not in _ENDED:
            return None
        what = f"{version(record.text('ref'), record.text('sha'))} to {environment}"
        kind = ChangeKind.ROLLBACK if name in back else ChangeKind.DEPLOY
        title = record.text("deployable.commit.title", 100)
        if status == "failed":
            kind, name, what = ChangeKind.OTHER, f"{name}/failed", f"deployment of {what} failed"
        return change(
            self.name,
            name,
            _ended_at(record),
            self.service_of(project, project.rpartition("/")[2]),
            f"{what}: {title}" if title else what,
            kind,
            record.text("user.name") or record.text("user.username"),
            record.url("deployable.pipeline.web_url"),
        )


def _ended_at(record: Record) -> datetime | None:
    return record.time("deployable.finished_at") or record.time("updated_at")


def _oldest(listed: list[Any], otherwise: datetime) -> datetime:
    """Return when the one listed last was touched; the latest come first."""
    touched = (Record(one).time("updated_at") for one in listed if isinstance(one, dict))
    return min(filter(None, touched), default=otherwise)


def _back(listed: list[Any]) -> frozenset[str]:
    """Return the ids of the deployments that went back to what had been deployed before another."""
    records = [Record(one) for one in listed if isinstance(one, dict)]
    good = [(at, one) for one in records if one.text("status") == "success" and (at := _ended_at(one))]
    good.sort(key=lambda pair: pair[0])
    back = went_back([one.text("sha") for _, one in good])
    return frozenset(good[index][1].text("id") for index in back)
