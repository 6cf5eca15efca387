"""Deployments of repositories at GitHub, or at a GitHub Enterprise Server.

Facts are from docs.github.com/rest/deployments: a deployment is a wish, its statuses say what became of it.
It counts once it has ended: at its first ``success``, or when it failed for good.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, ClassVar
from urllib.parse import quote, urlsplit

from pydantic import AfterValidator

from console.clock import Clock
from console.domain.change import Change, ChangeKind
from console.errors import SourceError
from console.feeds.base.asking import ask_each, every_page
from console.feeds.base.feed import WebFeed
from console.feeds.base.options import DeployOptions, Names
from console.feeds.base.reading import Found, change, version, went_back
from console.ports.feeds import FeedPoll
from console.sources.base.reading.records import Record, UnreadableError
from console.web.options import Url

WAITED = timedelta(days=1)
"""For so long a deployment may wait for approval, or be under way, until nobody asks any more what became of it."""
MOST_ASKED = 50
"""Deployments of one place whose statuses are asked for in one poll; the others with the next."""
_FAILED = frozenset({"failure", "error"})
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def _server(url: str) -> str:
    """Return where the API begins: ``github.com`` has a host of its own for it, a server of one's own a path."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if host in {"github.com", "www.github.com", "api.github.com"}:
        return "https://api.github.com"
    return f"{url}/api/v3" if not parts.path and not host.startswith("api.") else url


def _full(names: tuple[str, ...]) -> tuple[str, ...]:
    for name in names:
        owner, _, repo = name.partition("/")
        if not owner or not repo or "/" in repo or owner in {".", ".."} or repo in {".", ".."}:
            raise ValueError(f'"{name}" is not written as "owner/name"')
    return names


class Options(DeployOptions):
    """``[[changes]]`` with ``kind = "github"``."""

    url: Annotated[Url, AfterValidator(_server)] = "https://api.github.com"
    """Address of GitHub Enterprise; left out: github.com."""

    repos: Annotated[Names, AfterValidator(_full)]
    """Repositories: ``["acme/shop"]``."""


class Feed(WebFeed):
    """Reads deployments and what became of them; what has ended is not asked for again."""

    kind = "github"
    headers: ClassVar[Mapping[str, str]] = {
        "Accept": "application/vnd.github+json",
        "X-GitHub-Api-Version": "2022-11-28",
    }

    def __init__(self, name: str, options: Options, clock: Clock, services: Collection[str] = ()) -> None:
        super().__init__(name, options.url, options, clock, services)
        self._places = [(repo, one) for repo in options.repos for one in options.environments]
        self._ended: dict[str, Change | None] = {}
        self._asked: dict[str, int] = {}  # how often, of those that have not ended

    async def fetch(self, since: datetime) -> FeedPoll:
        """Return what took effect since then. Raises ``SourceError``."""
        found = Found(since, "deployment")
        seen: set[str] = set()

        async def ask(repo: str, environment: str) -> None:
            await self._read(found, seen, repo, environment)

        await ask_each(found, self._places, ask)
        self._ended = {name: made for name, made in self._ended.items() if name in seen}
        self._asked = {
            name: times for name, times in self._asked.items() if name in seen - self._ended.keys()
        }
        return found.poll()

    async def _read(self, found: Found, seen: set[str], repo: str, environment: str) -> None:
        path = f"/repos/{quote(repo)}/deployments"
        edge = found.since - WAITED
        listed: list[Record] = []

        def take(page: list[Any]) -> bool:
            found.read(page, lambda record: listed.append(_deployment(record)))
            return bool(listed) and _created(listed[-1]) >= edge

        if await every_page(self.client, path, [("environment", environment)], take):
            found.lack(f"{repo} {environment}: only the latest deployments were read")
        listed.reverse()  # oldest first
        back = went_back([one.text("sha") for one in listed])
        recent = [
            _Deployment(one, repo, environment, index in back)
            for index, one in enumerate(listed)
            if _created(one) >= edge
        ]
        seen.update(one.name for one in recent)
        open_still = [one for one in recent if one.name not in self._ended]
        open_still.sort(key=lambda one: self._asked.get(one.name, 0))  # many never end: they hide no other
        for one in open_still[:MOST_ASKED]:
            self._asked[one.name] = self._asked.get(one.name, 0) + 1
            statuses = await self.client.get_json(f"{path}/{quote(one.name, safe='')}/statuses", _ALL)
            try:
                self._look(one, statuses)
            except UnreadableError as error:
                found.unread(error)
                self._ended[one.name] = None
        if len(open_still) > MOST_ASKED:
            found.lack(f"{repo} {environment}: many deployments, looked at by and by")
        for one in recent:
            found.add(self._ended.get(one.name))

    def _look(self, one: _Deployment, statuses: Any) -> None:
        """Remember what became of a deployment, if it has ended."""
        if not isinstance(statuses, list):
            raise SourceError(f"{self.client.place} answers without a list of statuses", hint="is url right?")
        said = sorted((Record(status) for status in statuses if isinstance(status, dict)), key=_created)
        success = next((status for status in said if status.text("state") == "success"), None)
        last = said[-1].text("state") if said else ""
        if success is not None:
            kind = ChangeKind.ROLLBACK if one.back else ChangeKind.DEPLOY
            self._ended[one.name] = self._change(one, success, one.name, one.what, kind)
        elif last in _FAILED:
            what = f"deployment of {one.what} failed"
            self._ended[one.name] = self._change(one, said[-1], f"{one.name}/failed", what, ChangeKind.OTHER)
        elif last == "inactive":
            self._ended[one.name] = None

    def _change(self, one: _Deployment, status: Record, name: str, what: str, kind: ChangeKind) -> Change:
        description = one.record.text("description", 100)
        return change(
            self.name,
            name,
            status.time("created_at"),
            self.service_of(one.repo, one.repo.partition("/")[2]),
            f"{what}: {description}" if description else what,
            kind,
            one.record.text("creator.login"),
            status.url("log_url") or status.url("target_url"),
        )


class _Deployment:
    """One of a place. ``back``: to a commit that was deployed before another one, or it says so itself."""

    __slots__ = ("back", "name", "record", "repo", "what")

    def __init__(self, record: Record, repo: str, environment: str, back: bool) -> None:  # noqa: FBT001 - one of two sorts
        self.record = record
        self.repo = repo
        self.name = record.text("id")
        self.what = f"{version(record.text('ref'), record.text('sha'))} to {environment}"
        self.back = back or "rollback" in record.text("task")


_ALL = [("per_page", "100")]


def _created(record: Record) -> datetime:
    return record.time("created_at") or _LONG_AGO


def _deployment(record: Record) -> Record:
    """Return a deployment that can be asked about. Raises ``UnreadableError``."""
    record.must("id")
    if record.time("created_at") is None:
        raise UnreadableError("it has no created_at")
    return record
