"""Handovers that a test sets the stage of; offers are kept."""

from __future__ import annotations

from dataclasses import dataclass, field

from console.domain.handover_document import Handover
from console.domain.team.handovers import Handing, Stage
from console.domain.team.shifts import HandoverShift
from console.errors import OncallError
from console.ports.desk import Outcome, Saved
from console.ports.handover import HandoverView


@dataclass
class FakeHandovers:
    """See ``console.ports.handover.Handovers``."""

    document: Handover
    handing: Handing
    outgoing: str = "asha"
    incoming: str = "budi"
    since: tuple[str, ...] = ()
    earlier: tuple[Handing, ...] = ()
    breaks: OncallError | None = None
    offers: list[tuple[str, str]] = field(default_factory=list)
    looked: list[str] = field(default_factory=list)

    async def look(self, handover: str = "") -> HandoverView:
        self.looked.append(handover)
        if self.breaks is not None:
            raise self.breaks
        start, end = self.document.shift_start, self.document.shift_end
        shift = HandoverShift(
            self.handing.id, "payments", "primary", self.outgoing, self.incoming, start, end
        )
        return HandoverView(shift, self.handing, self.document, self.since, self.earlier)

    async def offer(self, to: str, remarks: str, op: str) -> Outcome:
        self.offers.append((to, remarks))
        return Saved("", op, f"offered to {to}")


def draft(document: Handover, stage: Stage = Stage.DRAFT, **fields: object) -> Handing:
    """Return a handover of the document's shift at some stage."""
    known: dict[str, object] = {"team": "payments", "role": "primary", "outgoing": "asha", "incoming": "budi"}
    offered = {"start": document.shift_start, "end": document.shift_end, "offered_at": document.generated_at}
    return Handing("payments/primary/x", stage, **{**known, **offered, **fields})  # type: ignore[arg-type]
