"""Syncs of applications by Argo CD.

Fields are those of ``v1alpha1.Application`` in Argo CD's API (``status.history``, ``status.operationState``).
Kubernetes' events of an application are not read: they are gone after an hour, take a question for each
application, and say of a sync no more than the history does, which also has the revision and who began it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Annotated
from urllib.parse import quote

from pydantic import AfterValidator

from console.clock import Clock
from console.config.base import Line
from console.domain.change import Change, ChangeKind
from console.errors import SourceError
from console.feeds.base.feed import WebFeed
from console.feeds.base.options import FeedOptions
from console.feeds.base.reading import Found, change, version, went_back
from console.ports.feeds import FeedPoll
from console.sources.base.reading.records import Record
from console.web.answers import decode
from console.web.options import Url

_PATH = "/api/v1/applications"
_FAILED = frozenset({"Failed", "Error"})


def _server(url: str) -> str:
    return url.removesuffix("/api/v1").rstrip("/")


class Options(FeedOptions):
    """``[[changes]]`` with ``kind = "argocd"``."""

    url: Annotated[Url, AfterValidator(_server)]
    """Address of Argo CD."""

    applications: tuple[Line, ...] = ()
    """Names of the applications wanted; left out: all that the token may see."""

    projects: tuple[Line, ...] = ()
    """Only applications of these Argo CD projects."""

    selector: Line | None = None
    """Only applications with these labels, as Kubernetes writes it: ``env=prod,team in (shop)``."""

    service_label: Line | None = None
    """Label of an application that names its service; left out: the application's name does."""


class Feed(WebFeed):
    """Reads the history of all applications with one question."""

    kind = "argocd"

    def __init__(self, name: str, options: Options, clock: Clock, services: Collection[str] = ()) -> None:
        super().__init__(name, options.url, options, clock, services)
        self._options = options

    async def fetch(self, since: datetime) -> FeedPoll:
        """Return what took effect since then. Raises ``SourceError``."""
        options = self._options
        params = [("projects", one) for one in options.projects]
        params += [("selector", options.selector)] if options.selector else []
        body = await self.client.get(_PATH, params)
        # Whole applications come, some megabytes of a large cluster: reading them must not hold up the loop.
        return await asyncio.to_thread(self._read, body, since)

    def _read(self, body: bytes, since: datetime) -> FeedPoll:
        answer = decode(body, self.client.place)
        if not isinstance(answer, dict) or not isinstance(answer.get("items"), list | None):
            raise SourceError(
                f"{self.client.place} answers without applications", hint="is url that of an Argo CD?"
            )
        found = Found(since, "application")
        found.read(answer.get("items") or (), lambda record: self._application(found, record))
        return found.poll()

    def _application(self, found: Found, record: Record) -> None:
        """Take all that an application's history has."""
        name = record.must("metadata.name")
        if self._options.applications and name not in self._options.applications:
            return
        history = record.records("status.history")
        history.sort(key=lambda one: one.number("id") or 0.0)
        back = {history[n].text("id") for n in went_back([_revision(one) for one in history])}
        recent = [one.raw for one in history if (one.time("deployedAt") or found.since) >= found.since]
        found.read(recent, lambda entry: self._sync(record, entry, back))
        found.add(self._failure(record))

    def _sync(self, app: Record, entry: Record, back: Collection[str]) -> Change:
        at = entry.time("deployedAt")
        kind = ChangeKind.ROLLBACK if entry.text("id") in back else ChangeKind.DEPLOY
        # Ids begin anew where an application is made anew under its old name: the time tells them apart.
        name = f"{entry.must('id')}/{at.timestamp() if at else 0:.0f}"
        return self._change(app, name, at, _version(entry), kind, _who(entry.record("initiatedBy")))

    def _failure(self, app: Record) -> Change | None:
        """Return the last sync if it failed: then the history does not have it, though half of it may be there."""
        state = app.record("status.operationState")
        ended = state.time("finishedAt")
        if state.text("phase") not in _FAILED or ended is None:
            return None
        words = f"sync of {_version(state.record('syncResult')) or 'an application'} failed"
        said = state.text("message", 100)
        who = _who(state.record("operation.initiatedBy"))
        what = f"{words}: {said}" if said else words
        return self._change(app, f"failed/{ended.timestamp():.0f}", ended, what, ChangeKind.OTHER, who)

    def _change(  # noqa: PLR0913, PLR0917 - the parts of a change
        self, app: Record, name: str, at: datetime | None, what: str, kind: ChangeKind, who: str
    ) -> Change:
        called = app.must("metadata.name")
        place = [one for one in (app.text("metadata.namespace"), called) if one]
        labels = app.table("metadata.labels")
        label = labels.get(self._options.service_label or "", "")
        url = "/".join(quote(one, safe="") for one in place)
        return change(
            self.name,
            "/".join((*place, name)),
            at,
            self.service_of(called, label),
            what or "synced",
            kind,
            who,
            f"{self._options.url}/applications/{url}",
        )


def _revisions(entry: Record) -> Iterator[str]:
    """Yield what was synced: one revision, or one of each source of the application."""
    several = entry.texts("revisions")
    yield from several or filter(None, [entry.text("revision")])


def _revision(entry: Record) -> str:
    return " ".join(_revisions(entry))


def _version(entry: Record) -> str:
    """Return the revisions for people, each with the branch or tag it was found by."""
    sources = entry.records("sources") or [entry.record("source")]
    refs = [one.text("targetRevision", 60) for one in sources]
    found = list(_revisions(entry))
    refs += [""] * len(found)
    named = (version("" if ref == "HEAD" else ref, sha) for ref, sha in zip(refs, found, strict=False))
    return " and ".join(named)


def _who(initiator: Record) -> str:
    return initiator.text("username") or ("auto-sync" if initiator.flag("automated") else "")
