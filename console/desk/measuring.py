"""Making measures from logs, a few incidents at a time, and reading a report of them."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from console.desk.worker import StoreWorker
from console.domain.events import Event
from console.domain.fold import fold
from console.domain.measures import Measure, count_pages, measure_of, pages_of
from console.domain.policy import Policy
from console.domain.reports.report import Report, Scope, make, page_spans, span_of, weeks_of
from console.errors import StoreError
from console.ports.measures import Behind, Made
from console.ports.store import IncidentStore

READ_WITHIN = 30.0
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
    now = store.now()
    weeks = weeks_of(scope, now, policy)
    since, start, end = span_of(scope, weeks)
    spans = page_spans(scope, weeks)
    missing, unread = _fresh(store, policy)
    measures: Sequence[Measure] = store.measures(since, end)
    first = store.first_measured()
    if not missing:
        counts = store.page_counts(spans)
        return make(scope, weeks, measures, counts, policy, now=now, first=first, unread=unread)
    named = {one.measure.incident for one in missing}
    measures = [one for one in measures if one.incident not in named]
    measures += [one.measure for one in missing if since <= one.measure.reported_at < end]
    measures.sort(key=lambda one: (one.reported_at, one.incident))
    pages = [one for one in store.pages(start, end) if one.incident not in named]
    pages += [page for one in missing for page in one.pages]
    firsts = [one.measure.reported_at for one in missing] + ([first] if first else [])
    counts = count_pages(pages, spans)
    return make(scope, weeks, measures, counts, policy, now=now, first=min(firsts), unread=unread)


async def report_beside(store: IncidentStore, worker: StoreWorker, policy: Policy, scope: Scope) -> Report:
    """Return the same, measuring what is missing in pieces, so that whoever acks meanwhile goes in between. Raises ``StoreError``."""
    reached: int | None = 0
    with suppress(StoreError):  # who may keep nothing reads all the same
        while reached is not None:
            reached = await worker.run(catch_up, store, policy, reached, deadline=READ_WITHIN)
    return await worker.run(read_report, store, policy, scope, deadline=READ_WITHIN)


def _fresh(store: IncidentStore, policy: Policy) -> tuple[list[Made], tuple[str, ...]]:
    """Measure what is missing, in order, so that none is passed over; return what could not be kept, and not be read.

    What cannot be kept, as only the engine may or the store can only be read, counts all the same.
    """
    behind = store.all_unmeasured()
    missing: list[Made] = []
    unread: list[str] = []
    for start in range(0, len(behind), AT_ONCE):
        made, lost = made_of(store, behind[start : start + AT_ONCE], policy)
        unread += lost
        if missing or not _kept(store, made):
            missing += made
    return missing, tuple(unread)


def _kept(store: IncidentStore, made: Sequence[Made]) -> bool:
    try:
        store.keep_measures(made)
    except StoreError:
        return False
    return True
