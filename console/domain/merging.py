"""Into which incident another one may belong: the likeliest first."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from console.domain.policy import Policy
from console.domain.summary import Summary


@dataclass(frozen=True, slots=True)
class Candidate:
    """An open incident to merge into, and why it is likely; no words: nothing but its age speaks for it."""

    row: Summary
    why: str


def candidates(
    rows: Collection[Summary], open_rows: Iterable[Summary], policy: Policy
) -> tuple[Candidate, ...]:
    """Return where ``rows`` may be merged: one of several themselves, then what is related, then the newest."""
    several = len(rows) > 1
    names = {row.id for row in rows}
    found: list[tuple[int, float, str, Candidate]] = []
    for row in open_rows:
        if row.id in names and not several:
            continue
        if row.id in names:
            rank, why = 0, "one of the marked"
        else:
            rank, why = min((_kinship(one, row, policy) for one in rows), default=(_STRANGER, ""))
        found.append((rank, -row.reported_at.timestamp(), row.id, Candidate(row, why)))
    found.sort(key=lambda one: one[:3])
    return tuple(one[3] for one in found)


_STRANGER = 5


def _kinship(one: Summary, other: Summary, policy: Policy) -> tuple[int, str]:
    """Return how near two incidents are (low is near), and in a few words why."""
    if one.service and one.service == other.service:
        return 1, "same service"
    if _needs(one.service, other.service, policy):
        return 2, f"{one.service} needs it"
    if _needs(other.service, one.service, policy):
        return 3, f"it needs {one.service}"
    roots = {one.root or one.service} & {other.root or other.service} - {""}
    if roots:
        return 4, f"both from {roots.pop()}?"
    return _STRANGER, ""


def _needs(service: str, other: str, policy: Policy) -> bool:
    known = policy.services.get(service)
    return known is not None and other in known.depends_on


def what_follows(child: Summary, parent: Summary) -> str:
    """Return what a merge does to both."""
    ends = f"{child.id}'s clocks end unmeasured"
    if not child.firing:
        return f"{ends}; no alert of it fires now"
    alerts = "alert goes" if child.firing == 1 else f"{child.firing} alerts go"
    return f"{ends}; its {alerts} to {parent.id}"


def what_moves(child: Summary, parent: Summary) -> str:
    """Return what else changes: who has it, and from when the fix counts; empty where nothing does."""
    moved = []
    if child.reported_at < parent.reported_at:
        moved.append(f"the fix of {parent.id} counts from {child.id}'s earlier report")
    if child.owner and not parent.owner:
        moved.append(f"nobody has {parent.id} yet")
    return "; ".join(moved)
