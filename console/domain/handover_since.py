"""What has changed since a handover was offered: the first thing its incoming person wants to know."""

from __future__ import annotations

from collections.abc import Iterator

from console.domain.handover_document import Handover, OpenIncident
from console.domain.human import count
from console.domain.text import one_line

LONGEST_NOTE = 120
"""Characters of a note that are told; the incident has all of it."""


def changed(before: Handover, now: Handover) -> tuple[str, ...]:
    """Return in a line for each incident how ``now`` differs from what was offered, most urgent first; then the rest.

    That incidents went from the outgoing to the incoming person is what a handover is for: it is not told.
    """
    then = {one.id: one for one in before.open}
    lines = []
    for one in now.open:
        known = then.get(one.id)
        if known is None:
            how = _how_it_came(one, before)
            lines.append(f"{_named(one)}: {how}, owner {one.owner or 'nobody'}")
        elif parts := tuple(_differences(known, one, before)):
            lines.append(f"{_named(one)}: {', '.join(parts)}")
    still = {one.id for one in now.open}
    resolved = {one.id: one for one in now.resolved}
    for one in before.open:
        if one.id in resolved:
            owner = f", owner {resolved[one.id].owner}" if resolved[one.id].owner else ""
            lines.append(f"{_named(one)}: resolved{owner}")
        elif one.id not in still:
            into = dict(now.merged).get(one.id, "")
            lines.append(f"{_named(one)}: {f'part of {into} now' if into else 'not open any more'}")
    return (*lines, *_around(before, now))


def _how_it_came(one: OpenIncident, before: Handover) -> str:
    if any(one.id == resolved.id for resolved in before.resolved):
        return "opened again since it was offered"
    if one.id in dict(before.merged):
        return f"stands alone again, it was part of {dict(before.merged)[one.id]}"
    if one.split_from:
        return f"split off {one.split_from} since it was offered"
    return "new since it was offered"


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
    yield from _said(before, now)


def _said(before: OpenIncident, now: OpenIncident) -> Iterator[str]:
    """Yield what was noted, and what its tickets say now."""
    read = max((line.n for line in before.last_events), default=0)
    for line in now.last_events:
        if line.n > read and line.kind == "noted":
            yield f"{one_line(line.text, LONGEST_NOTE)} ({line.actor})"
    known = dict(before.tickets)
    for key, state in now.tickets:
        if key not in known:
            yield f"ticket {key} is new"
        elif known[key] != state:
            yield f"ticket {key} {state or 'unknown'} (was {known[key] or 'unknown'})"


def _around(before: Handover, now: Handover) -> Iterator[str]:
    known = set(before.written)
    new = [one for one in now.written if one not in known]
    if new:
        yield f"{count(len(new), 'line')} written for the handover since: {'; '.join(one.text for one in new[:3])}"
    then, follows = _next(before), _next(now)
    if then != follows:
        yield f"on the roster {follows or 'nobody'} follows as {now.role} now (was {then or 'nobody'})"
    blind = {one.name for one in before.not_live}
    for gap in now.not_live:
        if gap.name not in blind:
            yield f"source {gap.name} is {gap.status} now"


def _next(one: Handover) -> str:
    """Return who has the role after the shift, by the roster."""
    return next((contact.person for contact in one.next_shift if contact.role == one.role), "")
