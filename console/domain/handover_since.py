"""What has changed since a handover was offered: the first thing its incoming person wants to know."""

from __future__ import annotations

from collections.abc import Iterator

from console.domain.handover_document import Handover, OpenIncident
from console.domain.human import count


def changed(before: Handover, now: Handover) -> tuple[str, ...]:
    """Return in a line for each incident how ``now`` differs from what was offered, most urgent first; then the rest.

    That incidents went from the outgoing to the incoming person is what a handover is for: it is not told.
    """
    then = {one.id: one for one in before.open}
    lines = []
    for one in now.open:
        known = then.get(one.id)
        if known is None:
            lines.append(f"{_named(one)}: new since it was offered, owner {one.owner or 'nobody'}")
        elif parts := tuple(_differences(known, one, before)):
            lines.append(f"{_named(one)}: {', '.join(parts)}")
    still = {one.id for one in now.open}
    resolved = {one.id: one for one in now.resolved}
    for one in before.open:
        if one.id in resolved:
            owner = f", owner {resolved[one.id].owner}" if resolved[one.id].owner else ""
            lines.append(f"{_named(one)}: resolved{owner}")
        elif one.id not in still:
            lines.append(f"{_named(one)}: not open any more")
    return (*lines, *_around(before, now))


def _named(one: OpenIncident) -> str:
    return f"{one.id} {one.priority} {one.title}"


def _differences(before: OpenIncident, now: OpenIncident, offered: Handover) -> Iterator[str]:
    if now.total > before.total:
        yield f"+{count(now.total - before.total, 'alert')}"
    if now.firing != before.firing:
        yield f"{now.firing} of {now.total} firing (was {before.firing} of {before.total})"
    if now.priority != before.priority:
        yield f"{now.priority} (was {before.priority})"
    handed = (before.owner, now.owner) == (offered.outgoing, offered.incoming)
    if now.owner != before.owner and not handed:
        yield f"owner {now.owner or 'nobody'} (was {before.owner or 'nobody'})"
    if now.state is not before.state:
        yield f"{now.state.words} (was {before.state.words})"
    if now.updated_at and now.updated_at != before.updated_at:
        yield "clients were told"


def _around(before: Handover, now: Handover) -> Iterator[str]:
    known = set(before.written)
    new = [one for one in now.written if one not in known]
    if new:
        yield f"{count(len(new), 'line')} written for the handover since: {'; '.join(one.text for one in new[:3])}"
    blind = {one.name for one in before.not_live}
    for gap in now.not_live:
        if gap.name not in blind:
            yield f"source {gap.name} is {gap.status} now"
