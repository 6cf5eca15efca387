"""Asking one server for several places, and for lists page by page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from console.domain.text import one_line
from console.errors import SourceError
from console.feeds.base.reading import Found
from console.web.http import HttpClient, Params

PER_PAGE = 100
MOST_PAGES = 10
_NOT_FOUND = 404


async def ask_each(
    found: Found, places: Iterable[tuple[str, ...]], ask: Callable[..., Awaitable[None]]
) -> None:
    """Ask for each place; one that fails is told and does not keep the others from being read.

    Raises ``SourceError`` where the whole server is meant (not reachable, our credentials, our pace) and
    where no place could be read.
    """
    failed: list[tuple[str, SourceError]] = []
    read = 0
    for place in places:
        try:
            await ask(*place)
            read += 1
        except SourceError as error:
            if error.status in {None, 401} or error.retry_after is not None:
                raise
            failed.append((" ".join(place), error))
    if failed and not read:
        raise _of_place(*failed[0])
    for name, failure in failed:
        found.lack(f"{name}: {failure.message}")


def _of_place(name: str, error: SourceError) -> SourceError:
    """Return the error with the place it is about; what is not there may just not be for us."""
    gone = "is it named right, and may the token see it?"
    return SourceError(
        one_line(f"{name}: {error.message}", 300),
        hint=gone if error.status == _NOT_FOUND else error.hint,
        permanent=error.permanent,
        parked=error.parked,
        status=error.status,
    )


async def every_page(
    client: HttpClient, path: str, params: Params, take: Callable[[list[Any]], bool]
) -> bool:
    """Hand over page after page as long as ``take`` wants more; return whether there is more than was read.

    GitHub and GitLab name the next page in the header ``Link``; only that there is one is taken from it,
    so that nobody can send us elsewhere. Raises ``SourceError``.
    """
    for page in range(1, MOST_PAGES + 1):
        answer = await client.ask(
            "GET", path, [*params, ("per_page", str(PER_PAGE)), *([("page", str(page))] if page > 1 else [])]
        )
        listed = answer.json()
        if not isinstance(listed, list):
            raise SourceError(
                f"{answer.place} answers without a list", hint="is url right, and is it that product?"
            )
        if not take(listed) or 'rel="next"' not in answer.headers.get("link", ""):
            return False
    return True
