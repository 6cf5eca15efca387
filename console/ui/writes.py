"""What became of the keys pressed here: pending, saved, refused, not saved, waiting, or not known.

An action is shown as saved only once the store has said so (peer bug B30), and a failed one is
never rolled back into the list: the rows come from the store alone (peer bug B34).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from console.domain.commands import Command, Undo
from console.ports.desk import NotSaved, Outcome, Refused, Saved, Unknown, Waiting


class Stage(StrEnum):
    """How far a command has come."""

    SAVING = "saving"
    SAVED = "saved"
    REFUSED = "refused"
    NOT_SAVED = "not saved"
    WAITING = "waiting"  # a note kept on this machine until the store takes it
    UNKNOWN = "unknown"


PASSING = frozenset({Stage.SAVED, Stage.REFUSED})
"""Stages that a row tells for a moment only."""
OPEN = frozenset({Stage.UNKNOWN, Stage.WAITING})
"""Stages that an answer to come will end."""
STAGES: dict[type[Outcome], Stage] = {
    Saved: Stage.SAVED,
    Refused: Stage.REFUSED,
    NotSaved: Stage.NOT_SAVED,
    Waiting: Stage.WAITING,
    Unknown: Stage.UNKNOWN,
}
"""What a row tells of an outcome; of any other it has nothing to tell."""


_LOUDER = (Stage.SAVED, Stage.SAVING, Stage.REFUSED, Stage.WAITING, Stage.NOT_SAVED, Stage.UNKNOWN)
"""Of several commands on one row the last of these is told."""


@dataclass(frozen=True, slots=True)
class Write:
    """One command on its way. ``verb`` as a row says it ("ack"); ``at`` is when it was last touched.

    Times are seconds of ``clock.ticks``. ``seen_n`` is the incident's last event when the key was
    pressed: once the row is past it, the row itself tells what happened.
    """

    op: str
    incident: str
    verb: str
    command: Command
    seen_n: int
    at: float
    stage: Stage = Stage.SAVING


class Writes:
    """The commands of this console that a row still has something to say about."""

    def __init__(self) -> None:
        self._by_op: dict[str, Write] = {}
        self._last: Write | None = None

    def begin(self, write: Write) -> None:
        """Note that a command was sent; a failed one of the same kind on that incident is forgotten."""
        for op, old in list(self._by_op.items()):
            if old.incident == write.incident and old.stage is Stage.NOT_SAVED and old.verb == write.verb:
                del self._by_op[op]
        self._by_op[write.op] = write

    def settle(self, op: str, outcome: Outcome, at: float) -> None:
        """Note what became of a command."""
        write = self._by_op.pop(op, None)
        if write is None:
            return
        stage = STAGES.get(type(outcome))
        if stage is not None:
            self._by_op[op] = replace(write, stage=stage, at=at)
        if stage is Stage.SAVED and not isinstance(write.command, Undo):
            self._last = self._by_op[op]

    def late(self, outcome: Outcome, at: float) -> Write | None:
        """Note an answer that came after its ``Unknown`` or ``Waiting``; return the command it belongs to."""
        op = getattr(outcome, "op", "")
        waiting = [
            write
            for write in self._by_op.values()
            if write.stage in OPEN and (write.op == op or (not op and write.incident == outcome.incident))
        ]
        if not waiting:
            return None
        self.settle(waiting[0].op, outcome, at)
        return waiting[0]

    def drop_told(self, rows: dict[str, int], now: float, keep: float = 3.0) -> bool:
        """Forget commands that need no more telling: their row shows them by now, or after ``keep`` seconds.

        ``rows`` maps incidents in view to their last event. True where any was forgotten.
        """
        gone = [
            op
            for op, write in self._by_op.items()
            if write.stage in PASSING
            and (rows.get(write.incident, write.seen_n) > write.seen_n or now - write.at > keep)
        ]
        for op in gone:
            del self._by_op[op]
        return bool(gone)

    def dismiss(self, incident: str) -> bool:
        """Forget what was not saved on an incident; True where there was something."""
        gone = [op for op, w in self._by_op.items() if w.incident == incident and w.stage is Stage.NOT_SAVED]
        for op in gone:
            del self._by_op[op]
        return bool(gone)

    def of(self) -> dict[str, Write]:
        """Return, per incident, the command to show: trouble before what is on its way, the latest first."""
        shown: dict[str, Write] = {}
        rank = {stage: n for n, stage in enumerate(_LOUDER)}
        for write in self._by_op.values():
            other = shown.get(write.incident)
            if other is None or rank[write.stage] >= rank[other.stage]:
                shown[write.incident] = write
        return shown

    @property
    def under_way(self) -> int:
        """How many commands have no final answer yet; notes that wait are safe and not among them."""
        return self._count(Stage.SAVING, Stage.UNKNOWN)

    @property
    def waiting(self) -> int:
        """How many notes are kept on this machine until the store takes them."""
        return self._count(Stage.WAITING)

    @property
    def not_saved(self) -> int:
        """How many commands are shown as not saved."""
        return self._count(Stage.NOT_SAVED)

    @property
    def passing(self) -> bool:
        """Whether a row tells something that is to go by itself."""
        return self._count(*PASSING) > 0

    def _count(self, *stages: Stage) -> int:
        return sum(1 for write in self._by_op.values() if write.stage in stages)

    def undoable(self) -> Write | None:
        """Return this console's last saved command, the one that ``u`` takes back."""
        return self._last

    def undone(self) -> None:
        """Forget the last command: it has been taken back."""
        self._last = None
