"""Silences as an Alertmanager lists them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from console.sources.base.held import Hold
from console.web.http import HttpClient
from console.web.times import parse_time


@dataclass(frozen=True, slots=True)
class Silence(Hold):
    """A silence, which covers its matchers. One that has ended is listed for some days (by default five)."""

    starts: str  # as the server writes it


async def all_silences(client: HttpClient) -> list[Silence]:
    """Return the silences the server knows. Raises ``SourceError``."""
    listed = await client.get_json("/api/v2/silences")
    found = (_silence(record) for record in (listed if isinstance(listed, list) else ()))
    return [silence for silence in found if silence is not None]


def _silence(record: Any) -> Silence | None:
    """Return a silence, or None for one that cannot be read."""
    try:
        return Silence(
            id=str(record["id"]),
            covers=frozenset((str(one["name"]), str(one["value"])) for one in record["matchers"]),
            note=str(record["comment"]),
            starts=str(record.get("startsAt", "")),
            ends_at=parse_time(record.get("endsAt")),
            in_force=record["status"]["state"] in {"active", "pending"},
        )
    except (AttributeError, KeyError, TypeError):
        return None
