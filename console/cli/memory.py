"""What happened before an incident, as lines and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from console.cli.output import stamp
from console.domain.human import age, count, length
from console.domain.policy import Policy
from console.domain.similar import Memory, Past


def memory_lines(memory: Memory, policy: Policy, now: datetime) -> Iterator[str]:
    """Yield how often it was seen, how it ended last time, and what was like it with the reasons."""
    yield f"seen {count(memory.seen, 'time')} in the 30 days before"
    if memory.last is not None:
        yield f"  last time: {_line(memory.last, policy, now)}"
    yield "similar" if memory.similar else "nothing similar among the incidents that ended last"
    for one in memory.similar:
        yield f"  {_line(one.past, policy, now)}"
        yield f"    {one.past.title}"
        yield f"    because: {', '.join(one.why)}"


def memory_json(memory: Memory) -> dict[str, Any]:
    """Return the keys ``seen`` and ``similar`` of an incident."""
    return {
        "seen": {"count": memory.seen, "last": _past(memory.last) if memory.last else None},
        "similar": [
            {**_past(one.past), "score": one.score, "because": list(one.why)} for one in memory.similar
        ],
    }


def _line(past: Past, policy: Policy, now: datetime) -> str:
    parts = [past.id, past.service, f"{age(now - past.reported_at)} ago"]
    parts.append(f"took {length(past.lasted)}" if past.lasted is not None else "not resolved")
    if past.by:
        parts.append(policy.name_of(past.by))
    ended = " -> ".join(filter(None, (past.cause, past.resolution)))
    return ", ".join(filter(None, parts)) + f": {ended or 'cause and fix not written down'}"


def _past(past: Past) -> dict[str, Any]:
    return {
        "id": past.id,
        "title": past.title,
        "service": past.service or None,
        "reported_at": stamp(past.reported_at),
        "lasted_seconds": round(past.lasted.total_seconds()) if past.lasted is not None else None,
        "by": past.by or None,
        "cause": past.cause or None,
        "resolution": past.resolution or None,
    }
