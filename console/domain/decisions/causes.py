"""The service where an incident probably begins."""

from __future__ import annotations

from console.domain import commands as cmd
from console.domain import events as ev
from console.domain.decisions.base import Context, Decision, NoChange, accept
from console.domain.incident import Incident

TELLING = 2
"""The same service is named again once it explains this many times as much as when it was named."""


def worth_naming(incident: Incident, service: str, explains: int) -> bool:
    """Return whether it is another service than before or explains far more; what a person has named stays."""
    if incident.root and not incident.root_explains:
        return False
    return incident.root != service or explains >= TELLING * incident.root_explains


def name_cause(incident: Incident, command: cmd.NameCause, _context: Context) -> Decision:
    """Name it where that is news."""
    if not worth_naming(incident, command.service, command.explains):
        return NoChange(f"{incident.id} probably begins at {incident.root}, as was said")
    body = ev.CauseNamed(command.service, command.why, command.explains)
    return accept(f"{incident.id} probably begins at {command.service}", body)
