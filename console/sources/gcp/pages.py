"""Reading lists of Google's APIs page by page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from console.errors import SourceError
from console.web.http import HttpClient

PER_PAGE = 1000  # the most that Google sends at once
MOST_PAGES = 20


async def every_page(
    client: HttpClient, path: str, key: str, params: Sequence[tuple[str, str]] = ()
) -> tuple[list[Any], bool]:
    """Return the records under ``key``, and whether there are more than we read. Raises ``SourceError``."""
    records: list[Any] = []
    tokens: list[str] = []
    for _ in range(MOST_PAGES):
        following = [("pageToken", token) for token in tokens[-1:]]
        answer = await client.get_json(path, [*params, ("pageSize", str(PER_PAGE)), *following])
        if not isinstance(answer, dict) or (
            answer and not {key, "nextPageToken", "totalSize"} & answer.keys()
        ):
            raise SourceError(
                f"{client.place} answers with JSON that is no list of {key}", hint="is url Google's API?"
            )
        listed = answer.get(key)
        records += listed if isinstance(listed, list) else []  # Google leaves empty lists out: {} is none
        token = answer.get("nextPageToken")
        if not isinstance(token, str) or not token:
            return records, False
        if token in tokens:
            raise SourceError(
                f"{client.place} names the same page twice", hint="is there a proxy that keeps answers?"
            )
        tokens.append(token)
    return records, True
