"""What ties incidents together: a probable cause, what is split off, what stands alone again."""

from __future__ import annotations

from console.domain import events as ev
from console.domain.folds import Steps
from console.domain.folds.parts import chain_anew
from console.domain.incident import Incident
from console.domain.records import replace


def cause_named(incident: Incident, _event: ev.Event, body: ev.CauseNamed) -> Incident:
    """Keep the latest belief."""
    return replace(incident, root=body.service, root_why=body.why, root_explains=body.explains)


def split_off(incident: Incident, _event: ev.Event, body: ev.SplitOff) -> Incident:
    """Give alerts away; the clocks stay, even where the earliest report has gone with them (they never get later)."""
    gone = set(body.refs)
    return replace(
        incident,
        members=tuple((ref, member) for ref, member in incident.members if ref not in gone),
        children=tuple(child for child in incident.children if child != body.into),
        apart=tuple(dict.fromkeys((*incident.apart, *body.services))),
    )


def unmerged(incident: Incident, event: ev.Event, body: ev.Unmerged) -> Incident:
    """Stand alone again, as before the merge; its chain starts anew where nobody has it."""
    after = replace(incident, merged_into="", merged_at=None, split_from=body.out_of)
    return after if after.is_acked else chain_anew(after, event.at)


STEPS: Steps = {
    ev.CauseNamed: cause_named,
    ev.SplitOff: split_off,
    ev.Unmerged: unmerged,
}
