"""Who told us of an incident, in words."""

from __future__ import annotations

from console.domain.vocabulary import ReporterKind

_UNNAMED = {
    ReporterKind.MONITORING: "by monitoring",
    ReporterKind.CLIENT: "by a client",
    ReporterKind.TEAM: "by a team member",
    ReporterKind.QA: "by QA",
    ReporterKind.SUPPORT: "by support",
    ReporterKind.ANONYMOUS: "anonymously",
}


def reported(kind: ReporterKind, name: str) -> str:
    """Return words that follow "reported": "by Rina (client)", "by QA", "anonymously"."""
    return f"by {name} ({kind.value})" if name else _UNNAMED[kind]
