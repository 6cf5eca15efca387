"""Reading lists page by page, as docs.sentry.io describes under "Paginating Results".

The header ``Link`` always names a next page; whether anything is on it is what ``results`` says.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from console.errors import SourceError
from console.web.http import HttpClient, Params

_LINK = re.compile(r"<[^>]*>\s*((?:;[^,]*)*)")
_CURSOR = re.compile(r"[\w:.-]{1,200}")


async def every_page(
    client: HttpClient, path: str, params: Params, most: int, take: Callable[[list[Any]], None]
) -> bool:
    """Hand over the records of at most so many pages; return whether there are more. Raises ``SourceError``."""
    cursors: list[str] = []
    for _ in range(most):
        answer = await client.ask("GET", path, [*params, *(("cursor", one) for one in cursors[-1:])])
        listed = answer.json()
        if not isinstance(listed, list):
            raise SourceError(
                f"{answer.place} answers without a list of issues", hint="is url that of a Sentry?"
            )
        take(listed)
        following = next_cursor(answer.headers.get("link", ""))
        if not following:
            return False
        if following in cursors:
            raise SourceError(
                f"{answer.place} names the same page twice", hint="is there a proxy that keeps answers?"
            )
        cursors.append(following)
    return True


def next_cursor(link: str) -> str:
    """Return the cursor of the next page; empty where there is none, or nothing on it."""
    for part in _LINK.findall(link):
        said = dict(_said(part))
        if said.get("rel") == "next" and said.get("results") == "true":
            cursor = said.get("cursor", "")
            return cursor if _CURSOR.fullmatch(cursor) else ""
    return ""


def _said(part: str) -> Iterator[tuple[str, str]]:
    for one in part.split(";"):
        name, _, value = one.partition("=")
        yield name.strip(), value.strip().strip('"')
