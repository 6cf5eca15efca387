"""Making measures from logs, a few incidents at a time, and reading a report of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from console.domain.events import Event
from console.domain.fold import fold
from console.domain.measures import measure_of, pages_of
from console.domain.policy import Policy
from console.domain.reports.report import Report, Scope, make, span_of, weeks_of
from console.errors import StoreError
from console.ports.measures import Behind, Made
from console.ports.store import IncidentStore

AT_ONCE = 100
"""Incidents whose logs are read and folded together: some tens of milliseconds."""


def catch_up(store: IncidentStore, policy: Policy, after: int = 0) -> int | None:
    """Keep the measures of the next few incidents that have changed; return the position to go on after.

    None where there is nothing to do. An incident whose log cannot be read is stepped over. Raises ``StoreError``.
    """
    behind = store.unmeasured(after, AT_ONCE)
    if not behind:
        return None
    made, _ = made_of(store, behind, policy)
    store.keep_measures(made)
    return behind[-1].position


def made_of(
    store: IncidentStore, behind: Sequence[Behind], policy: Policy
) -> tuple[tuple[Made, ...], tuple[str, ...]]:
    """Return the measures of incidents, and those whose logs this version cannot read. Raises ``StoreError``."""
    try:
        logs = store.logs([one.incident for one in behind])
    except StoreError:
        if len(behind) == 1:
            return (), (behind[0].incident,)
        halves = behind[: len(behind) // 2], behind[len(behind) // 2 :]
        (one, few), (other, more) = (made_of(store, half, policy) for half in halves)
        return (*one, *other), (*few, *more)
    found = [(one, _made(one, logs[one.incident], policy)) for one in behind]
    return (
        tuple(made for _, made in found if made is not None),
        tuple(one.incident for one, made in found if made is None),
    )


def _made(one: Behind, log: Sequence[Event], policy: Policy) -> Made | None:
    try:
        incident = fold(log)
    except ValueError:
        return None
    return Made(one.position, measure_of(incident), pages_of(incident, policy))


def read_report(store: IncidentStore, policy: Policy, scope: Scope) -> Report:
    """Return a report; what is not measured yet is measured now, and kept where that is allowed. Raises ``StoreError``."""
    weeks = weeks_of(scope, store.now(), policy)
    since, _, end = span_of(scope, weeks)
    fresh, unread = _fresh(store, policy)
    replaced = {one.measure.incident for one in fresh}
    measures = [one.measure for one in fresh if since <= one.measure.reported_at < end]
    pages = [page for one in fresh if not one.measure.merged for page in one.pages]
    first = min((one.measure.reported_at for one in fresh), default=None)
    measures += [one for one in store.measures(since, end) if one.incident not in replaced]
    pages += [one for one in store.pages(since, end) if one.incident not in replaced]
    first = _earliest(first, store.first_measured())
    measures.sort(key=lambda one: (one.reported_at, one.incident))
    pages.sort(key=lambda one: (one.at, one.incident))
    return make(scope, weeks, measures, pages, policy, first=first, unread=unread)


def _fresh(store: IncidentStore, policy: Policy) -> tuple[list[Made], tuple[str, ...]]:
    """Return the measures of what is not kept, and what cannot be read. Kept in order, so that none is passed over."""
    behind = store.all_unmeasured()
    found: list[Made] = []
    unread: list[str] = []
    keeping = True
    for start in range(0, len(behind), AT_ONCE):
        made, missing = made_of(store, behind[start : start + AT_ONCE], policy)
        found += made
        unread += missing
        if keeping:
            try:
                store.keep_measures(made)
            except StoreError:  # only the engine may, or the store can only be read: they count all the same
                keeping = False
    return found, tuple(unread)


def _earliest(one: datetime | None, other: datetime | None) -> datetime | None:
    return min((at for at in (one, other) if at is not None), default=None)
