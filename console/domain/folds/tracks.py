"""Parallel work: tracks as they were said last, and which of their checks have been told."""

from __future__ import annotations

from console.domain import events as ev
from console.domain.folds import Steps
from console.domain.incident import Incident
from console.domain.records import replace
from console.domain.tracks import Track, find


def track_set(incident: Incident, event: ev.Event, body: ev.TrackSet) -> Incident:
    """Keep what was said last, in the order of opening; that its check was told stays only with the same check."""
    before = find(incident.tracks, body.track)
    told_at = before.told_at if before is not None and before.check_at == body.check_at else None
    new = Track(
        name=before.name if before is not None else body.track,
        state=body.state,
        at=event.at,
        by=event.actor.name,
        what=body.what,
        owner=body.owner,
        note=body.note,
        check_at=body.check_at,
        told_at=told_at,
    )
    if before is not None and before.note == body.note:
        new = replace(new, noted_at=before.noted_at, noted_by=before.noted_by)
    elif body.note:
        new = replace(new, noted_at=event.at, noted_by=event.actor.name)
    if before is None:
        return replace(incident, tracks=(*incident.tracks, new))
    return replace(incident, tracks=tuple(new if one is before else one for one in incident.tracks))


def track_due(incident: Incident, event: ev.Event, body: ev.TrackDue) -> Incident:
    """Remember that a check was told; one that has been moved or taken back meanwhile was another."""
    tracks = tuple(
        replace(one, told_at=event.at) if (one.name, one.check_at) == (body.track, body.check_at) else one
        for one in incident.tracks
    )
    return replace(incident, tracks=tracks)


STEPS: Steps = {
    ev.TrackSet: track_set,
    ev.TrackDue: track_due,
}
