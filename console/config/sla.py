"""``[sla.P1]`` … ``[sla.P4]``: targets and what follows from them. What is left out keeps its default."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Annotated, Any

from pydantic import Field

from console.config.base import OffOrDuration, Table
from console.config.durations import Duration, PositiveDuration
from console.config.hours import OffOrHours
from console.domain.policy import DEFAULT_TARGETS, Target
from console.domain.priority import Priority


class Targets(Table):
    """Targets of one priority. None here means "not said": the default of that priority counts."""

    ack: PositiveDuration | None = None
    """Time from the report to the first human ack (default 5m)."""

    resolve: PositiveDuration | None = None
    """Time from the report to the resolution (defaults: P1, P2 90m; P3 24h; P4 5d)."""

    nudge_after: OffOrDuration = None
    """Ask "still on it?" after this long without activity (P1 20m, P2 30m, P3 8h, P4 "off")."""

    pausable: bool | None = None
    """Whether the resolve clock may stand still while waiting (P3, P4: true)."""

    stable_for: OffOrDuration = None
    """Resolve by itself when acked and clear for this long; "off": only propose (P3, P4: 5m)."""

    first_update: OffOrDuration = None
    """When the first message to clients is due (P1, P2: 5m; else "off")."""

    update_every: OffOrDuration = None
    """How often after that (P1 20m, P2 60m; else "off")."""

    escalates: bool | None = None
    """Whether the chain goes on by itself (P4: false)."""

    max_level: Annotated[int, Field(ge=0, le=50)] | None = None
    """The last level the chain reaches by itself, counted from 0 (P3: 1)."""

    asleep: OffOrHours = None
    """Hours of the night, local to whoever is paged, in which nobody is (P4: "22:00-07:00"; else "off")."""

    def over(self, default: Target) -> Target:
        """Return the default with everything that was said here put over it."""
        said: dict[str, Any] = {name: getattr(self, name) for name in self.model_fields_set}
        return replace(default, **said)


class Sla(Table):
    """The targets of all priorities and the warnings on the way."""

    P1: Targets = Targets()
    """Service or business down."""

    P2: Targets = Targets()
    """A major function degraded, no way round."""

    P3: Targets = Targets()
    """Partial or minor, with a way round."""

    P4: Targets = Targets()
    """Cosmetic, a request, a question."""

    nudge_answer: Duration = timedelta(minutes=10)
    """How long the owner has to answer "still on it?" before the incident goes back to the queue."""

    warn_ack: Annotated[float, Field(gt=0, lt=1)] = 0.5
    """Share of the ack target after which its clock warns."""

    warn_resolve: Annotated[float, Field(gt=0, lt=1)] = 0.75
    """Share of the resolve target after which its clock warns."""

    wake_before: Duration = timedelta(minutes=15)
    """A snooze ends at the latest this long before the fix is due."""

    warn_holds: Duration = timedelta(minutes=15)
    """The console says so long before that a maintenance, a silence or a snooze ends."""

    def targets(self) -> dict[Priority, Target]:
        """Return the domain's targets of all four priorities."""
        said = {Priority.P1: self.P1, Priority.P2: self.P2, Priority.P3: self.P3, Priority.P4: self.P4}
        return {priority: said[priority].over(DEFAULT_TARGETS[priority]) for priority in Priority}
