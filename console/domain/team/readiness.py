"""Which checklists somebody has to fill in now, how far they are, and whether that makes them ready for the shift."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo
from enum import StrEnum

from console.domain.human import length, until
from console.domain.policy import Policy
from console.domain.team.checklist import Checklist, Item, When
from console.domain.team.facts import ItemState
from console.domain.team.occasions import Occasion, occasions, turns_around
from console.domain.team.state import Answer, TeamState


@dataclass(frozen=True, slots=True)
class ItemStatus:
    """One item for one occasion. ``at`` is when it was answered (UTC).

    ``carried``: the answer was given for an earlier occasion and still holds; ``expired``: it was, and no
    longer does. ``holds_until`` is when it expires.
    """

    item: Item
    state: ItemState = ItemState.TODO
    at: datetime | None = None
    value: str = ""
    text: str = ""
    incident: str = ""
    carried: bool = False
    expired: bool = False
    holds_until: datetime | None = None

    @property
    def wanting(self) -> bool:
        """Whether it is required and was not done."""
        return self.item.required and self.state is not ItemState.DONE


@dataclass(frozen=True, slots=True)
class ListStatus:
    """A checklist of a person for one occasion. ``late``: it should have been done by now."""

    checklist: Checklist
    occasion: Occasion
    person: str
    items: tuple[ItemStatus, ...]
    late: bool

    def count(self, *states: ItemState) -> int:
        """Return how many items stand so."""
        return sum(1 for one in self.items if one.state in states)

    @property
    def open(self) -> int:
        """How many items nobody has answered."""
        return self.count(ItemState.TODO)

    @property
    def done(self) -> int:
        """How many are done."""
        return self.count(ItemState.DONE)

    @property
    def overdue(self) -> int:
        """How many are open although their time is over."""
        return self.open if self.late else 0

    @property
    def wanting(self) -> tuple[ItemStatus, ...]:
        """The required items that are open, failed or were skipped."""
        return tuple(one for one in self.items if one.wanting)


def due(policy: Policy, state: TeamState, person: str, now: datetime) -> tuple[ListStatus, ...]:
    """Return the checklists that a person can fill in now, the one to be done first first, late ones last.

    A pre-shift list stays to the end of the shift, so that what failed can be mended. Once it is late it is
    no longer listed where every item is done, and where nobody began it and the next one is due.
    """
    if not policy.checklists or not person:
        return ()
    own = turns_around(policy, person, now)
    found = [
        _status(checklist, occasion, person, state.answers, now)
        for checklist in policy.checklists
        for occasion in occasions(checklist, own, policy, now)
    ]
    in_time = {one.checklist.id for one in found if not one.late}
    found = [one for one in found if not (_pre(one) and one.late and _settled(one, in_time))]
    return tuple(sorted(found, key=lambda one: (one.late, one.occasion.due)))


def _settled(status: ListStatus, in_time: set[str]) -> bool:
    """Return whether a late list has nothing more to ask; ``in_time``: the lists that are due anew."""
    never_begun = status.open == len(status.items) and status.checklist.id in in_time
    return never_begun or status.done == len(status.items)


def _pre(status: ListStatus) -> bool:
    return status.checklist.when is When.PRE_SHIFT


def _status(
    checklist: Checklist, occasion: Occasion, person: str, answers: Iterable[Answer], now: datetime
) -> ListStatus:
    own = [one for one in answers if (one.body.checklist, one.body.person) == (checklist.id, person)]
    items = tuple(_item(item, occasion, own, now) for item in checklist.items)
    return ListStatus(checklist, occasion, person, items, now >= occasion.due)


def _item(item: Item, occasion: Occasion, own: list[Answer], now: datetime) -> ItemStatus:
    """Return how an item stands: its own answer for the occasion, else an earlier "done" that still holds."""
    every = sorted((one for one in own if one.body.item == item.id), key=lambda one: one.at)
    here = next((one for one in reversed(every) if one.body.occasion == occasion.key), None)
    if here is not None and here.body.state is ItemState.TODO:
        return ItemStatus(item)  # taken back: an older answer does not come back by that
    if here is None and item.expires is not None:
        here = next((one for one in reversed(every) if one.body.state is ItemState.DONE), None)
    if here is None:
        return ItemStatus(item)
    body = here.body
    ends = here.at + item.expires if item.expires and body.state is ItemState.DONE else None
    if ends is not None and ends <= now:
        return ItemStatus(item, at=here.at, expired=True, holds_until=ends)
    carried = body.occasion != occasion.key
    return ItemStatus(
        item, body.state, here.at, body.value, body.text, body.incident, carried=carried, holds_until=ends
    )


class Ready(StrEnum):
    """Whether somebody is ready for their shift."""

    READY = "ready"
    NOT_READY = "not ready"
    UNKNOWN = "checklist open"
    NOT_ASKED = ""  # no pre-shift list is due: nothing to say


@dataclass(frozen=True, slots=True)
class Readiness:
    """``wanting`` are the items that are in the way, most serious first."""

    ready: Ready
    wanting: tuple[ItemStatus, ...] = ()


def readiness(lists: Iterable[ListStatus], team: str = "") -> Readiness:
    """Return what somebody's pre-shift lists come to; ``team`` empty: for any of their teams.

    A required item that failed or was skipped means not ready, to the end of the shift. One that is
    open is not known to be right while the list is due, and no more said once it is late: then it was not asked.
    """
    asked = [one for one in lists if _pre(one) and team in {"", one.occasion.team}]
    wanting = [item for one in asked for item in one.wanting]
    bad = tuple(item for item in wanting if item.state is not ItemState.TODO)
    if bad:
        return Readiness(Ready.NOT_READY, bad)
    still = tuple(item for one in asked if not one.late for item in one.wanting)
    if still:
        return Readiness(Ready.UNKNOWN, still)
    complete = [one for one in asked if not one.wanting]
    return Readiness(Ready.READY) if complete else Readiness(Ready.NOT_ASKED)


def readiness_words(policy: Policy, state: TeamState, person: str, now: datetime, zone: tzinfo) -> str:
    """Return somebody's readiness in a few words: ``not ready: VPN failed 08:10``; empty where nothing is asked."""
    found = readiness(due(policy, state, person, now))
    if found.ready is not Ready.NOT_READY:
        return found.ready.value
    first, more = found.wanting[0], len(found.wanting) - 1
    when = f" {until(first.at, now, zone)}" if first.at else ""
    tail = f" and {more} more" if more else ""
    return f"not ready: {first.item.text} {first.state.value}{when}{tail}"


def pressing(lists: Iterable[ListStatus], now: datetime) -> Iterator[str]:
    """Yield in words what NEXT should say of somebody's lists: those with required items open, in their time."""
    for one in lists:
        if one.late or not any(item.state is ItemState.TODO for item in one.wanting):
            continue
        yield f"{one.checklist.name}: {one.open} of {len(one.items)} open, {_when(one, now)}"


def _when(status: ListStatus, now: datetime) -> str:
    occasion = status.occasion
    if status.checklist.when is When.DAILY:
        return f"due in {length(occasion.due - now)}"
    if status.checklist.when is When.END:
        return f"shift ends in {length(occasion.due - now)}"
    if occasion.begins is not None and occasion.begins > now:
        return f"shift begins in {length(occasion.begins - now)}"
    return "the shift has begun"
