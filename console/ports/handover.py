"""The handover as a front end works with it: the document, how far it is, what has changed, the ones before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from console.domain.handover_document import Handover
from console.domain.team.commands import OfferHandover
from console.domain.team.handovers import Handing
from console.domain.team.shifts import HandoverShift
from console.ports.desk import Outcome


@dataclass(frozen=True, slots=True, eq=False)
class HandoverView:
    """One handover. ``document`` is as it was offered, or so far where it is not on offer.

    ``since`` says what has changed since the offer; ``earlier`` are the team's others, the latest first.
    """

    shift: HandoverShift
    handing: Handing
    document: Handover
    since: tuple[str, ...] = ()
    earlier: tuple[Handing, ...] = ()


class Sheets(Protocol):
    """Reads and packs documents; blocking, for the store's thread. Raises ``StoreError``, ``UsageError``."""

    def look(self, handover: str = "", team: str = "", role: str = "") -> HandoverView:
        """Return the handover that concerns the person now, or the one with an id.

        Of several roles that the person has it is the first that is not handed over yet; ``role``: that one.

        Raises ``UsageError`` where nobody holds the role, or there is no such handover.
        """
        ...

    def offer(self, to: str = "", remarks: str = "", team: str = "", role: str = "") -> OfferHandover:
        """Return the offer of the person's own shift as it stands; ``to`` empty: to who follows on the roster."""
        ...


class Handovers(Protocol):
    """The same for the event loop. Raises ``StoreError``, ``UsageError``."""

    async def look(self, handover: str = "") -> HandoverView:
        """Return the handover that concerns the person now, or the one with an id."""
        ...

    async def offer(self, to: str, remarks: str, op: str) -> Outcome:
        """Offer the person's shift as it stands."""
        ...
