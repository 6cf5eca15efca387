"""Priority, pauses, notes, runbook steps, client updates, upstream effects."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from console.domain.priority import Priority
from console.domain.vocabulary import EffectKind, EffectState, PauseReason, StepState


@dataclass(frozen=True, slots=True)
class PrioritySet:
    """Somebody decided the priority. None takes it back to ``P?``."""

    priority: Priority | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class BreachedOnReclassify:
    """The new priority's deadline had passed already; told once (V6)."""

    deadline: datetime


@dataclass(frozen=True, slots=True)
class Paused:
    """The resolve clock stands still, for a reason, P3/P4 only."""

    reason: PauseReason
    text: str = ""


@dataclass(frozen=True, slots=True)
class Resumed:
    """The resolve clock runs again."""

    text: str = ""


@dataclass(frozen=True, slots=True)
class Noted:
    """A note. ``flagged`` notes (written with a leading ``!``) land in the handover."""

    text: str
    flagged: bool = False


@dataclass(frozen=True, slots=True)
class NoiseMarked:
    """Somebody said that it should never have paged anybody, and why; ``noise`` False takes that back."""

    reason: str = ""
    noise: bool = True


@dataclass(frozen=True, slots=True)
class StepMarked:
    """A runbook step's state changed. ``step`` counts from 1; ``text`` is the step as it read then."""

    step: int
    state: StepState
    text: str
    runbook: str = ""
    result: str = ""


@dataclass(frozen=True, slots=True)
class UpdatePosted:
    """Clients were told; ``outlets`` are where it is to appear, each an effect of kind PUBLISH.

    The comms clock restarts only when every outlet has it (V23), or at once where there are none.
    """

    text: str
    outlets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EffectAsked:
    """A source was asked for something; the engine carries it out from the outbox.

    ``renews`` is the earlier effect that is prolonged by this one, as a silence that would run out.
    """

    effect: str
    source: str
    kind: EffectKind
    until: datetime | None = None
    renews: str = ""


@dataclass(frozen=True, slots=True)
class EffectSettled:
    """What became of it. ``text`` says it in the source's terms ("silenced until 21:30").

    ``handle`` is the source's own id of what was made (a silence id), kept for taking it back.
    """

    effect: str
    source: str
    kind: EffectKind
    state: EffectState
    text: str
    handle: str = ""
    until: datetime | None = None
