"""Trying the feeds of changes of a config: do they answer, and what would they bring of the last day."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import datetime, timedelta

from console import service
from console.cli.answered import answered
from console.cli.findings import FAIL, OK, WARN, Finding
from console.config.setup import Setup
from console.domain.human import age, count
from console.errors import OncallError
from console.ports.feeds import ChangeFeed, FeedPoll

BACK = timedelta(hours=24)
_MOST_SAID = 5


async def try_feeds(setup: Setup, now: datetime) -> list[Finding]:
    """Ask every feed for the changes of the last day; nothing is kept."""
    feeds = service.make_feeds(setup)
    answers = await asyncio.gather(*(answered(feed.fetch(now - BACK)) for feed in feeds))
    await asyncio.gather(*(feed.close() for feed in feeds), return_exceptions=True)
    pairs = zip(feeds, answers, strict=True)
    known = set(setup.policy.services)
    return [finding for feed, answer in pairs for finding in _findings(feed, answer, now, known)]


def _findings(
    feed: ChangeFeed, answer: FeedPoll | OncallError, now: datetime, known: set[str]
) -> Iterator[Finding]:
    if isinstance(answer, OncallError):
        yield Finding("changes", feed.name, FAIL, str(answer), code=answer.exit_code)
        return
    text = f"answers, {count(len(answer.changes), 'change')} in 24 h"
    if answer.changes:
        last = answer.changes[-1]
        of = f" of {last.service}" if last.service else ""
        text += f", the last {age(now - last.at)} ago{of}: {last.what}"
    yield Finding("changes", feed.name, OK, text)
    strange = sorted({one.service for one in answer.changes if one.service and one.service not in known})
    told = [*answer.problems]
    told += [f'no [[services]] has the name "{name}": say in services which one is meant' for name in strange]
    for problem in told[:_MOST_SAID]:
        yield Finding("changes", feed.name, WARN, problem)
    if len(told) > _MOST_SAID:
        yield Finding("changes", feed.name, WARN, f"and {len(told) - _MOST_SAID} more")
