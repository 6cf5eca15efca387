"""How an engine works and who it is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Identity:
    """Who holds the lease. ``holder`` is unique to this run (host, pid and something random).

    ``kind``: see ``EngineReport``.
    """

    holder: str
    host: str
    pid: int
    policy_digest: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Settings:
    """All spans in seconds.

    ``ttl``: how long the lease outlives the last heartbeat. ``poll_deadline``: when a source that
    hangs is given up, unless its own deadline is later. ``slowest_retry`` caps every back-off; a source
    that fails for good (no such path) is asked again that rarely, and after ``parked_retry`` where it
    does not accept our credentials: asking again and again gets an account locked. ``blind_after``: misses until the journal says so (V21).
    ``send_deadline``: when a channel that hangs is given up that should have given up itself; after ``most_sends`` tries a message is given up.
    ``stale_update``: an update for clients that waited longer is not published any more.
    """

    ttl: float = 10.0
    poll_deadline: float = 30.0
    quickest_retry: float = 5.0
    slowest_retry: float = 300.0
    parked_retry: float = 1800.0
    jitter: float = 0.1
    blind_after: int = 3
    act_deadline: float = 15.0
    stale_update: float = 1800.0
    most_attempts: int = 20
    send_deadline: float = 75.0
    most_sends: int = 8
