"""A key acts on the incident that was painted under the cursor, or on none (V24, peer bugs B1, B32)."""

from __future__ import annotations

SETTLE = 0.4
"""Seconds a row has to have been in its place before a key may act on it: about a reaction time."""


def may_act(painted_id: str, row_changed_at: float | None, pressed_at: float) -> bool:
    """Return whether a key pressed at ``pressed_at`` may act on the incident painted under the cursor.

    ``row_changed_at`` is when another incident slid under the cursor, None where that has not
    happened; both in seconds on one clock that never jumps. Exactly ``SETTLE`` later it may.
    A key from before the change was meant for another row and may not.
    """
    if not painted_id:
        return False
    return row_changed_at is None or pressed_at - row_changed_at >= SETTLE
