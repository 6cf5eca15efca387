"""What ``oncall check`` finds."""

from __future__ import annotations

from dataclasses import dataclass

OK, WARN, FAIL = "ok", "warn", "fail"
MARKS = {OK: "✓", WARN: "!", FAIL: "✕"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was tried. ``code`` is what the command ends with if it failed."""

    area: str
    name: str
    result: str
    text: str
    code: int = 1
