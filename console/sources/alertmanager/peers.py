"""The servers of a cluster: asked together, and watched for restarts.

Each peer is sent all alerts, so the union of those that answer is the whole; one that is down is
named, but what the others no longer have *has* cleared. A peer that restarted has forgotten its
alerts until Prometheus repeats them, so what it no longer has may still fire.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, ParamSpec, TypeVar

from console.errors import SourceError
from console.sources.base.answers import decode
from console.sources.base.http import HttpClient, Params
from console.sources.base.mapping import parse_time

T = TypeVar("T")
P = ParamSpec("P")


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


class Answers:
    """What the peers said when asked for their alerts; ``errors`` are those of the peers that did not."""

    def __init__(self, bodies: dict[Peer, bytes], errors: list[SourceError]) -> None:
        self._bodies = bodies
        self.errors = errors

    def digest(self) -> tuple[object, ...]:
        """Return a short stand-in for all of it, to see that nothing has changed."""
        bodies = (
            (peer, hashlib.blake2b(body, digest_size=16).digest()) for peer, body in self._bodies.items()
        )
        return (*bodies, *(error.message for error in self.errors))

    def decode(self) -> dict[Peer, list[Any]]:
        """Return the records of each peer whose answer makes sense. Raises ``SourceError`` if none does."""
        payloads: dict[Peer, list[Any]] = {}
        for peer, body in self._bodies.items():
            try:
                payloads[peer] = _records(body, peer.client.place)
            except SourceError as error:
                self.errors.append(error)
        if not payloads:
            raise all_failed(self.errors)
        return payloads


async def ask_all(peers: Sequence[Peer], params: Params) -> Answers:
    """Ask every peer for its alerts, all at once. Raises ``SourceError`` if not one of them answers."""
    answers = await asyncio.gather(*(outcome(peer.client.get, "/api/v2/alerts", params) for peer in peers))
    bodies = {peer: answer for peer, answer in zip(peers, answers, strict=True) if isinstance(answer, bytes)}
    errors = [answer for answer in answers if isinstance(answer, SourceError)]
    if not bodies:
        raise all_failed(errors)
    return Answers(bodies, errors)


async def on_first(peers: Sequence[Peer], work: Callable[[HttpClient], Awaitable[T]]) -> T:
    """Do the work on the first peer that takes it; the cluster tells the others. Raises ``SourceError``."""
    errors = []
    for peer in peers:
        answer = await outcome(work, peer.client)
        if not isinstance(answer, SourceError):
            return answer
        errors.append(answer)
    raise all_failed(errors)


async def outcome(work: Callable[P, Awaitable[T]], *arguments: P.args, **named: P.kwargs) -> T | SourceError:
    """Return what the work returns, or the error it failed with, so that several can be awaited together."""
    try:
        return await work(*arguments, **named)
    except SourceError as error:
        return error


def all_failed(errors: Sequence[SourceError]) -> SourceError:
    """Return one error for several; it is permanent only if all are."""
    if len(errors) == 1:
        return errors[0]
    waits = [error.retry_after for error in errors if error.retry_after is not None]
    return SourceError(
        "no server of the cluster can be used: " + "; ".join(error.message for error in errors),
        hint=errors[0].hint,
        retry_after=min(waits, default=None),
        permanent=all(error.permanent for error in errors),
    )


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


def _records(body: bytes, place: str) -> list[Any]:
    payload = decode(body, place)
    if not isinstance(payload, list):
        raise SourceError(
            f"{place} answers with JSON that is no list of alerts",
            hint="is it an Alertmanager, version 0.16 or later?",
        )
    return payload
