"""What somebody or something changed in the world: a deployment, a rollout, a flag. Often why it broke."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ChangeKind(StrEnum):
    """What sort of change; the values are the stored format."""

    DEPLOY = "deploy"
    ROLLBACK = "rollback"
    FLAG = "flag"  # a feature switched for all or some
    CONFIG = "config"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Change:
    """One change. ``id`` is unique for ever: ``<source>:<its id there>``, so that it is kept once.

    ``at`` is when it took effect (UTC), ``seen_at`` when we heard of it. An empty ``service`` concerns
    them all. ``what`` is one line ("v42 canary 5 %"), ``actor`` who did it, as the source names them; both
    have been through ``text.safe``. ``source`` is the name of the feed, ``cli`` where a person told us.
    """

    id: str
    at: datetime
    service: str
    what: str
    kind: ChangeKind = ChangeKind.OTHER
    actor: str = ""
    url: str = ""
    source: str = ""
    seen_at: datetime | None = None
