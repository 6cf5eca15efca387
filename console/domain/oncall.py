"""Who other products say is on call: shown beside our own roster, never instead of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from console.domain.alert import Who


@dataclass(frozen=True, slots=True)
class OnCall:
    """Who a product says is on call: in which schedule or policy, at which level, from when until when (UTC)."""

    schedule: str
    who: Who
    level: int | None = None
    since: datetime | None = None
    until: datetime | None = None
