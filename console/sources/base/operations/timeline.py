"""The timeline of a schedule, which both products tell alike: rotations with periods."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from math import ceil
from urllib.parse import quote

from console.domain.alert import Who
from console.errors import SourceError
from console.ports.sources import VendorShift
from console.sources.base.operations.api import Api, record_of
from console.sources.base.reading.records import Record
from console.web.exchange import Params
from console.web.times import time_text

_DAY = timedelta(days=1)


async def shifts_of(  # noqa: PLR0913, PLR0917 - what the products differ in
    api: Api,
    schedule: str,
    start: datetime,
    end: datetime,
    who: Callable[[Record], Who | None],
    more: Params = (),
) -> tuple[VendorShift, ...]:
    """Return the shifts of a schedule in [start, end), of all its rotations, overrides and forwarding respected.

    ``who`` tells who has a period, None for nobody. Raises ``SourceError``.
    """
    days = ceil((end - start) / _DAY)
    params = (*more, ("date", time_text(start)), ("interval", str(days)), ("intervalUnit", "days"))
    path = f"/schedules/{quote(schedule, safe='')}/timeline"
    answer = await api.ask("GET", path, params, accept={404})
    if answer.status == 404:
        raise SourceError(
            f'there is no schedule "{schedule}"', hint="is its id or name right?", permanent=True
        )
    timeline = api.inside(record_of(answer)).record("finalTimeline")
    return tuple(one for one in _shifts(timeline, who) if one.start < end and one.end > start)


def _shifts(timeline: Record, who: Callable[[Record], Who | None]) -> Iterator[VendorShift]:
    for rotation in timeline.records("rotations"):
        for period in rotation.records("periods"):
            begin, over, person = period.time("startDate"), period.time("endDate"), who(period)
            if begin is not None and over is not None and begin < over and person is not None:
                yield VendorShift(person, begin, over)
