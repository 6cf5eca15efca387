"""Mute rules: what an ack or a snooze is at CloudWatch. Alarms are evaluated on, their actions are held back.

A rule is for alarms of one region of one account, begins at a full minute and lasts full minutes. Ending
one whose alarm is in ALARM makes CloudWatch carry the actions out after all, so a rule is prolonged
in place: its start stays and it lasts longer.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from console.domain.alert import Alert
from console.errors import SourceError
from console.sources.base.held import Hold
from console.sources.cloudwatch.options import LONGEST_MUTE
from console.sources.cloudwatch.reader import home_of, name_of

if TYPE_CHECKING:
    from console.sources.cloudwatch.place import Place

Home = tuple[str, str]
"""An account as it is called in the config, and a region."""

_MOST_NAMES = 100  # CloudWatch: alarms in one rule
_MINUTE = timedelta(minutes=1)
_AT = re.compile(r"at\((\d{4}-\d\d-\d\dT\d\d:\d\d)\)", re.ASCII)
_DURATION = re.compile(r"P(?:(\d{1,4})D)?(?:T(?:(\d{1,4})H)?(?:(\d{1,6})M)?)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Target:
    """What one rule holds back: alarms of one place by their names."""

    home: Home
    names: frozenset[str]


@dataclass(frozen=True, slots=True)
class Rule(Hold):
    """A mute rule. Its id is account, region and name with slashes between."""

    start: datetime | None = None


def targets(alerts: Sequence[Alert]) -> list[Target]:
    """Return what is to be muted: the alarms of each place, as many together as one rule may name."""
    found: dict[Home, list[str]] = {}
    for alert in alerts:
        found.setdefault(home_of(alert), []).append(name_of(alert))
    return [
        Target(home, frozenset(names[start : start + _MOST_NAMES]))
        for home, names in found.items()
        for start in range(0, len(names), _MOST_NAMES)
    ]


class Mutes:
    """The mute rules of all places, as ``Holder`` wants them."""

    def __init__(self, places: Mapping[Home, Place]) -> None:
        self._places = places

    async def known(self, handles: Collection[str], now: datetime) -> Sequence[Hold]:
        """Return the rules with these ids. One that is not there any more ended now, for all we know."""
        return [await self._rule(handle, now) for handle in sorted(handles)]

    async def make(self, covers: Hashable, note: str, until: datetime, now: datetime) -> str:
        """Make a rule. It begins with the next full minute: one that began in the past might never."""
        target = _target(covers)
        digest = blake2b(f"{note.rpartition('(')[2]} {sorted(target.names)}".encode(), digest_size=8)
        name = f"oncall-{digest.hexdigest()}"  # the same at a second attempt, which then changes this one
        await self._put(target, name, note, _next_minute(now), until)
        return "/".join((*target.home, name))

    async def prolong(self, hold: Hold, note: str, until: datetime, now: datetime) -> str:
        """Let a rule last until another time; its start stays as long as CloudWatch allows that."""
        start = hold.start if isinstance(hold, Rule) and hold.start else _next_minute(now)
        if until - start > LONGEST_MUTE:
            start = _next_minute(now)
        await self._put(_target(hold.covers), hold.id.rpartition("/")[2], note, start, until)
        return hold.id

    async def end(self, hold: Hold, now: datetime) -> None:  # noqa: ARG002 - it is gone at once
        """Delete a rule. CloudWatch takes one that is not there for deleted."""
        place, name = self._found(hold.id)
        await place.call("DeleteAlarmMuteRule", {"AlarmMuteRuleName": name})

    async def _put(self, target: Target, name: str, note: str, start: datetime, until: datetime) -> None:
        minutes = max(-((start - until) // _MINUTE), 1)
        if minutes * _MINUTE > LONGEST_MUTE:
            raise SourceError("CloudWatch mutes for at most 15 days", hint="snooze for less", permanent=True)
        rule = {
            "Name": name,
            "Description": note,
            "Rule": {"Schedule": {"Expression": f"at({start:%Y-%m-%dT%H:%M})", "Duration": f"PT{minutes}M"}},
            "MuteTargets": {"AlarmNames": sorted(target.names)},
        }
        await self._place(target.home).call("PutAlarmMuteRule", rule)

    async def _rule(self, handle: str, now: datetime) -> Rule:
        place, name = self._found(handle)
        try:
            answer = await place.call("GetAlarmMuteRule", {"AlarmMuteRuleName": name})
        except SourceError as error:
            if error.status == 404:
                return Rule(handle, None, "", now, in_force=False)
            raise
        schedule = answer.get("Rule", {}).get("Schedule", {})
        start, lasts = _start(schedule.get("Expression")), _lasts(schedule.get("Duration"))
        end = start + lasts if start is not None and lasts is not None else None
        names = answer.get("MuteTargets", {}).get("AlarmNames", [])
        return Rule(
            handle,
            covers=Target((place.account.name, place.region), frozenset(map(str, names))),
            note=str(answer.get("Description", "")),
            ends_at=end,
            in_force=answer.get("Status") != "EXPIRED" and end is not None and end > now,
            start=start,
        )

    def _found(self, handle: str) -> tuple[Place, str]:
        home, _, name = handle.rpartition("/")
        account, _, region = home.rpartition("/")
        return self._place((account, region)), name

    def _place(self, home: Home) -> Place:
        place = self._places.get(home)
        if place is None:
            raise SourceError(
                f"{' '.join(home).strip()} is no longer among accounts and regions",
                hint="its mute rules end by themselves",
                permanent=True,
            )
        return place


def _target(covers: Hashable) -> Target:
    if not isinstance(covers, Target):
        raise TypeError("a mute rule is for a target")
    return covers


def _next_minute(now: datetime) -> datetime:
    return now.replace(second=0, microsecond=0) + _MINUTE


def _start(expression: Any) -> datetime | None:
    found = _AT.fullmatch(expression) if isinstance(expression, str) else None
    return datetime.fromisoformat(found[1]).replace(tzinfo=UTC) if found else None


def _lasts(duration: Any) -> timedelta | None:
    found = _DURATION.fullmatch(duration) if isinstance(duration, str) else None
    if found is None:
        return None
    days, hours, minutes = (int(part or 0) for part in found.groups())
    return timedelta(days=days, hours=hours, minutes=minutes)
