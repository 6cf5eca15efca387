"""A drill's score for programs."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from console.domain.drill.score import Score


def to_json(score: Score, name: str, speed: float) -> dict[str, Any]:
    """Return a score as one document; times in it are words in the drill's own time."""
    return {
        "drill": name,
        "speed": speed,
        "got": score.got,
        "most": score.most,
        "points": [asdict(point) for point in score.points],
        "left_out": [{"name": name, "why": why} for name, why in score.left_out],
    }
