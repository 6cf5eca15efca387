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

    async def fetch(self, since: datetime) -> FeedPoll:
        """Return what took effect since then. Raises ``SourceError``."""
        found = Found(since, "deployment")
        seen: set[str] = set()

        async def ask(repo: str, environment: str) -> None:
            await self._read(found, seen, repo, environment)

        await ask_each(found, self._places, ask)
        poll = found.poll()
        if poll.complete:
            self._ended = {name: made for name, made in self._ended.items() if name in seen}
        return poll

    async def _read(self, found: Found, seen: set[str], repo: str, environment: str) -> None:
        path = f"/repos/{quote(repo)}/deployments"
        edge = found.since - WAITED
        listed: list[Record] = []

        def take(page: list[Any]) -> bool:
            found.read(page, lambda record: listed.append(_deployment(record)))
            return bool(listed) and _created(listed[-1]) >= edge

        if await every_page(self.client, path, [("environment", environment)], take):
            found.lack(f"{repo} {environment}: only the latest deployments were read")
        back = went_back([one.text("sha") for one in reversed(listed)])
        asked = 0
        for index, one in enumerate(reversed(listed)):
            if _created(one) < edge:
                continue
            name = one.text("id")
            seen.add(name)
            if name not in self._ended:
                asked += 1
                if asked > MOST_ASKED:
                    found.lack(f"{repo} {environment}: many deployments, looked at by and by")
                    break
                statuses = await self.client.get_json(f"{path}/{quote(name, safe='')}/statuses", _ALL)
                try:
                    self._look(one, statuses, repo, environment, back=index in back)
                except UnreadableError as error:
                    found.unread(error)
                    self._ended[name] = None
            found.add(self._ended.get(name))

    def _look(self, record: Record, statuses: Any, repo: str, environment: str, *, back: bool) -> None:
        """Remember what became of a deployment, if it has ended."""
        if not isinstance(statuses, list):
            raise SourceError(f"{self.client.place} answers without a list of statuses", hint="is url right?")
        said = sorted((Record(one) for one in statuses if isinstance(one, dict)), key=_created)
        success = next((one for one in said if one.text("state") == "success"), None)
        last = said[-1].text("state") if said else ""
        if success is not None:
            self._ended[record.text("id")] = self._change(record, success, repo, environment, back=back)
        elif last in _FAILED:
            self._ended[record.text("id")] = self._change(record, said[-1], repo, environment, back=None)
        elif last == "inactive":
            self._ended[record.text("id")] = None

    def _change(
        self, record: Record, status: Record, repo: str, environment: str, *, back: bool | None
    ) -> Change:
        """Return what a deployment changed; ``back`` None: it failed."""
        what = f"{version(record.text('ref'), record.text('sha'))} to {environment}"
        description = record.text("description", 100)
        kind = ChangeKind.ROLLBACK if back or "rollback" in record.text("task") else ChangeKind.DEPLOY
        name = record.text("id")
        if back is None:
            kind, name, what = ChangeKind.OTHER, f"{name}/failed", f"deployment of {what} failed"
        return change(
            self.name,
            name,
            status.time("created_at"),
            self.service_of(repo, repo.partition("/")[2]),
            f"{what}: {description}" if description else what,
            kind,
            record.text("creator.login"),
            status.url("log_url") or status.url("target_url"),
        )


_ALL = [("per_page", "100")]


def _created(record: Record) -> datetime:
    return record.time("created_at") or _LONG_AGO


def _deployment(record: Record) -> Record:
    """Return a deployment that can be asked about. Raises ``UnreadableError``."""
    record.must("id")
    if record.time("created_at") is None:
        raise UnreadableError("it has no created_at")
    return record
