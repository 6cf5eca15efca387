"""One fact of each kind with every field filled; a kind without a sample here fails a test."""

from __future__ import annotations

from console.domain.team.facts import (
    CoverEnded,
    CoverMade,
    FactBody,
    ItemAnswered,
    ItemState,
    LeaveEnded,
    LeaveTaken,
    MaintenanceEnded,
    MaintenanceSet,
)
from console.domain.team.handoverfacts import (
    HandoverAccepted,
    HandoverNoted,
    HandoverOffered,
    HandoverReturned,
    Section,
)
from tests.store.made import at

ONE_FACT_OF_EACH: tuple[FactBody, ...] = (
    CoverMade("S1a", "payments", "primary", "budi", at(0), at(3600.5), "wedding – „yes“", "swap", "S1"),
    CoverEnded("S1a", at(60)),
    LeaveTaken("L1", "asha", at(0), at(86400), "fever"),
    LeaveEnded("L1", at(4000)),
    MaintenanceSet("M1", ("payments", "ledger"), ("core",), at(0), at(7200), "move"),
    MaintenanceEnded("M1", at(100)),
    ItemAnswered("start", "vpn", "asha", "shift-1", ItemState.FAILED, "12.5", "no route", "INC-7"),
    HandoverNoted("payments/primary/2026-03-02T09:00Z", "E1", Section.NOT_RESOLVED, "vendor – „no“\nsecond"),
    HandoverOffered(
        "payments/primary/2026-03-02T09:00Z",
        "payments",
        "primary",
        "asha",
        "budi",
        at(0),
        at(3600),
        (("INC-1", "asha"), ("INC-2", "")),
        "call me",
        "eJw=",
    ),
    HandoverAccepted("payments/primary/2026-03-02T09:00Z", "budi", ("INC-1",), "budi", "thanks"),
    HandoverReturned("payments/primary/2026-03-02T09:00Z", "INC-1 has no next step"),
)
