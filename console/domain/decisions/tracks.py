"""Tracks: open, change and end parallel work inside one incident."""

from __future__ import annotations

from datetime import datetime

from console.domain import commands as cmd
from console.domain import events as ev
from console.domain.decisions.base import Context, Decision, NoChange, Rejected, accept, stranger
from console.domain.human import length
from console.domain.incident import Incident
from console.domain.records import replace
from console.domain.text import one_line
from console.domain.tracks import LONGEST_NAME, LONGEST_TEXT, MOST_TRACKS, Track, find, open_tracks
from console.domain.vocabulary import TrackState


def set_track(incident: Incident, command: cmd.SetTrack, context: Context) -> Decision:
    """Open a track or change one; what the command leaves at None stays as it is. Done needs no check."""
    name = one_line(command.track, LONGEST_NAME + 1)
    before = find(incident.tracks, name)
    if wrong := _wrong(incident, name, before, command, context):
        return Rejected(wrong)
    body = _wanted(name, before, command)
    if before is not None and body == _as_it_is(before):
        return NoChange(f"track {before.name} of {incident.id} is so already")
    if body.state is TrackState.DONE:
        return accept(f"track {body.track} of {incident.id} is done", body)
    text = f"track {body.track} of {incident.id}: {body.state.value}"
    at = body.check_at
    late = at is not None and at <= context.now
    if late:
        text += ", its check is due"
    elif at is not None:
        text += f", reminds in {length(at - context.now)}"
    return accept(text, body)


def tracks_open(incident: Incident) -> str:
    """Return the question before an end: which tracks are open; empty where none is."""
    names = [track.name for track in open_tracks(incident.tracks)]
    if not names:
        return ""
    number = "1 track is open" if len(names) == 1 else f"{len(names)} tracks are open"
    return f"{number}: {', '.join(names)} — resolve anyway?"


def moved_tracks(incident: Incident, tracks: tuple[Track, ...]) -> tuple[ev.TrackSet, ...]:
    """Return what opens another incident's tracks on this one; a name that is taken gets a number."""
    taken = {one.name.casefold() for one in incident.tracks}
    found = []
    for track in open_tracks(tracks):
        name, n = track.name, 2
        while name.casefold() in taken:
            end = f"-{n}"
            name, n = f"{track.name[: LONGEST_NAME - len(end)]}{end}", n + 1
        taken.add(name.casefold())
        found.append(replace(_as_it_is(track), track=name))
    return tuple(found)


def _as_it_is(track: Track) -> ev.TrackSet:
    return ev.TrackSet(track.name, track.state, track.what, track.owner, track.note, track.check_at)


def _wanted(name: str, before: Track | None, command: cmd.SetTrack) -> ev.TrackSet:
    state = command.state or (before.state if before is not None else TrackState.DOING)
    what, owner = command.what, command.owner
    check: datetime | None = None
    if state is not TrackState.DONE and not command.no_check:
        check = command.check_at or (before.check_at if before is not None else None)
    return ev.TrackSet(
        before.name if before is not None else name,
        state,
        one_line(what) if what is not None else before.what if before is not None else "",
        one_line(owner, 100) if owner is not None else before.owner if before is not None else "",
        one_line(command.note) or (before.note if before is not None else ""),
        check,
    )


def _wrong(
    incident: Incident, name: str, before: Track | None, command: cmd.SetTrack, context: Context
) -> str:
    """Return why the track cannot be so; empty where it can."""
    ends = command.state is TrackState.DONE
    opens = before is None or (not before.is_open and not ends)
    check = command.check_at
    answers = (
        (not name, "give the track a name, such as vendor, support or fix"),
        (len(name) > LONGEST_NAME, f"the track's name is longer than {LONGEST_NAME} characters: shorten it"),
        (
            max(len(command.what or ""), len(command.note)) > LONGEST_TEXT,
            f"a track's text is longer than {LONGEST_TEXT} characters: write a note on {incident.id} instead",
        ),
        (before is None and ends, f"{incident.id} has no track {name}: nothing is done"),
        (
            not incident.is_open and not ends,
            f"{incident.id} is over: its tracks can only be ended; reopen it to go on",
        ),
        (
            opens and len(open_tracks(incident.tracks)) >= MOST_TRACKS,
            f"{incident.id} has {MOST_TRACKS} open tracks: end one first",
        ),
        (
            not ends and check is not None and check <= context.now,
            "that time has passed: give the check a later one",
        ),
    )
    stranger_words = stranger(command.owner, context.policy) if command.owner else ""
    return next((words for holds, words in answers if holds), stranger_words)
