"""The servers of a cluster, watched for restarts.

Each peer is sent all alerts, so what those that answer no longer have *has* cleared. A peer that
restarted has forgotten its alerts until Prometheus repeats them, so what it no longer has may still fire.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

from console.errors import SourceError
from console.web.http import HttpClient
from console.web.times import parse_time


class Peer:
    """One server. ``started_at`` is when it last started, as it says; None while that is not known."""

    def __init__(self, client: HttpClient) -> None:
        self.client = client
        self.started_at: datetime | None = None
        self.met = False

    async def uptime(self) -> datetime | None:
        """Return when the server started; None where it does not tell (Grafana, a strict proxy)."""
        try:
            status = await self.client.get_json("/api/v2/status")
        except SourceError:
            return None
        return parse_time(status.get("uptime")) if isinstance(status, dict) else None


async def forgetful(peers: Sequence[Peer], now: datetime, settle: timedelta) -> str:
    """Return why absent alerts may still fire although these peers answered; empty if they do not.

    That is so where every one of them restarted since it was last looked at, less than ``settle`` ago.
    """
    fresh = []
    for peer, started_at in zip(peers, await asyncio.gather(*(peer.uptime() for peer in peers)), strict=True):
        peer.met = True
        before, peer.started_at = peer.started_at, peer.started_at or started_at
        if started_at is None or before is None or started_at == before:
            continue
        if now - started_at < settle:
            fresh.append(f"{peer.client.place} restarted {(now - started_at).total_seconds():.0f} s ago")
        else:
            peer.started_at = started_at
    return f"{'; '.join(fresh)}: what it no longer has may still fire" if len(fresh) == len(peers) else ""
