"""Priority, pauses, notes, runbook steps, client updates, upstream effects."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from console.domain.priority import Priority
from console.domain.vocabulary import ComponentState, EffectKind, EffectState, PauseReason, Stage, StepState


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
    """A runbook step's state changed. ``step`` counts from 1; ``text`` is the step as it read then.

    With a ``note`` only that was written down: ``state`` is what it was, and stays.
    """

    step: int
    state: StepState
    text: str
    runbook: str = ""
    result: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class StepRan:
    """A runbook step's command was run at somebody's console, and came to its end.

    ``command`` is the whole script as it was run, ``output`` what it wrote, shortened in the middle; both
    without secrets and control codes. ``code`` is its exit code, None where it was ended from outside:
    ``ended`` says why. ``host`` the machine it ran on.
    """

    step: int
    text: str
    runbook: str
    command: str
    code: int | None
    took: timedelta
    output: str = ""
    ended: str = ""
    host: str = ""

    @property
    def words(self) -> str:
        """How it ended, in a few words: ``exit code 0 after 3.2 s``, ``timed out after 60.0 s``."""
        how = self.ended or ("ended" if self.code is None else f"exit code {self.code}")
        return f"{how} after {self.took.total_seconds():.1f} s"

    @property
    def shown(self) -> str:
        """The command on one line: its first line, and how many there are more."""
        first, *more = self.command.split("\n")
        return f"`{first}`" + (f" (and {len(more)} more line{'s' * (len(more) > 1)})" if more else "")

    @property
    def last(self) -> str:
        """The last line it wrote that says something."""
        return next((line for line in reversed(self.output.split("\n")) if line.strip()), "")


@dataclass(frozen=True, slots=True)
class UpdatePosted:
    """Clients were told; ``outlets`` are where it is to appear, each an effect of kind PUBLISH.

    The comms clock restarts only when every outlet has it (V23), or at once where there are none. ``impact`` is
    what clients see, ``next_at`` when they were promised to hear of us again (UTC). ``components`` are the services
    it is about, ``failing`` how they stand. ``stage`` None: a text without a template.
    """

    text: str
    outlets: tuple[str, ...] = ()
    stage: Stage | None = None
    next_at: datetime | None = None
    impact: str = ""
    components: tuple[str, ...] = ()
    failing: ComponentState | None = None


@dataclass(frozen=True, slots=True)
class UpdateWaived:
    """Somebody said that clients need no update that says it is over, and why."""

    reason: str


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
