"""An incident that fires and clears by turns: its sign in the list, and what the detail says of it."""

from __future__ import annotations

from console.domain.flapping import flapping_words, held_down_until
from console.domain.human import until
from console.domain.incident import Incident
from console.domain.policy import Policy
from console.domain.summary import Summary
from console.ui.text import Spans
from console.ui.views.frame import Frame
from console.ui.views.head import INDENT


def flapping_sign(row: Summary, frame: Frame) -> Spans:
    """Return what stands before the title; nothing where it does not flap."""
    return ((f"{frame.glyphs.flaps} ", "note bold"),) if row.flapping_since is not None else ()


def flapping_remark(row: Summary, policy: Policy, frame: Frame) -> Spans:
    """Return what stands behind the title where there is room."""
    if row.flapping_since is None:
        return ()
    held = held_down_until(row, policy.grouping.flapping)
    words = f"flaps, held down until {until(held, frame.now, frame.zone)}" if held else "flaps"
    return ((words, "note italic"),)


def flapping_parts(incident: Incident, policy: Policy, frame: Frame) -> list[Spans]:
    """Return what stands above the timeline, nothing where it does not flap."""
    words = flapping_words(incident, policy.grouping.flapping, lambda at: until(at, frame.now, frame.zone))
    if not words:
        return []
    return [((f"{f'{frame.glyphs.flaps} flaps':<{INDENT}}", "note"), (words, "bold"))]
