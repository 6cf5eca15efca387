"""The tracks of one incident: how each stands, whose it is, and when it is to be looked after."""

from __future__ import annotations

from console.domain.human import age, length, until
from console.domain.incident import Incident
from console.domain.policy import Policy
from console.domain.tracks import Track, open_tracks
from console.domain.vocabulary import TrackState
from console.ui.text import Spans, wrap_spans
from console.ui.views.frame import Frame

STYLES = {TrackState.DOING: "state-acked", TrackState.WAITING: "clock-warn", TrackState.DONE: "dim"}


def check_words(track: Track, frame: Frame) -> str:
    """Return ``, check 10:30 in 12m``, ``, check 10:30, due for 5m``; empty where there is none."""
    if track.check_at is None:
        return ""
    at = until(track.check_at, frame.now, frame.zone)
    left = track.check_at - frame.now
    if track.check_at <= frame.now:
        return f", check {at}, due for {length(-left)}"
    return f", check {at} in {age(left)}"


def track_lines(incident: Incident, policy: Policy, frame: Frame, width: int, key: str = "") -> list[Spans]:
    """Return the tracks, those to be looked after first on top, done ones last; ``key`` opens one."""
    tracks = (*open_tracks(incident.tracks), *(one for one in incident.tracks if not one.is_open))
    lines = [line for track in tracks for line in _lines(track, incident, policy, frame, width)]
    hint = f"{key} opens a track: a vendor, the support desk, a second fix" if key else ""
    if lines:
        return lines
    return wrap_spans((("no parallel work", "dim"), (f" · {hint}" if hint else "", "dim")), width, 2)


def _lines(track: Track, incident: Incident, policy: Policy, frame: Frame, width: int) -> list[Spans]:
    who = track.owner or incident.owner
    name = policy.name_of(who) if who else "nobody"
    late = track.check_at is not None and track.check_at <= frame.now
    check = check_words(track, frame) or (", no check is set" if track.is_open else "")
    head: Spans = (
        (f"{track.state.value:<8}", f"{STYLES[track.state]} bold"),
        (track.name, "name bold" if track.is_open else "dim"),
        (f"  {track.what}" if track.what else "", "" if track.is_open else "dim"),
        (f"  {name}" if track.is_open else "", "dim"),
        (check, "clock-late bold" if late else "dim"),
    )
    lines = wrap_spans(head, width, 8)
    if track.note:
        at = until(track.noted_at or track.at, frame.now, frame.zone)
        by = policy.name_of(track.noted_by or track.by)
        lines += wrap_spans((("        ", ""), (track.note, ""), (f"  {by} {at}", "dim")), width, 8)
    return lines
