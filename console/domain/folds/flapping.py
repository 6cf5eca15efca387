"""An incident that fires and clears by turns is held down: it stays as it was until it has been quiet."""

from __future__ import annotations

from console.domain import events as ev
from console.domain.folds import Steps
from console.domain.folds.parts import unacked_state
from console.domain.incident import Incident, State
from console.domain.records import replace


def began(incident: Incident, _event: ev.Event, body: ev.FlappingBegan) -> Incident:
    """Hold it down."""
    return replace(incident, flapping_since=body.since, flaps=body.times)


def ended(incident: Incident, _event: ev.Event, _body: ev.FlappingEnded) -> Incident:
    """Let it be what its alerts say again: cleared, where none of them fires and nobody has it."""
    after = replace(incident, flapping_since=None, flaps=0)
    return replace(after, state=unacked_state(after)) if after.state is State.TRIGGERED else after


STEPS: Steps = {
    ev.FlappingBegan: began,
    ev.FlappingEnded: ended,
}
