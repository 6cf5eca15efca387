"""What happened before: how often an incident was seen, how it ended last time, and what was like it.

Likeness is a sum of plain reasons, so that a person sees why something is shown (``Match.why``). What
stands in the rows is weighed first, as two thousand of them are cheap to read; labels are in the logs, which are
read of the best few only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache

from console.domain.human import count
from console.domain.incident import Incident

LOOKED_AT = 2000
"""Ended incidents, the latest, among which similar ones are looked for."""
READ = 20
"""Of these so many logs are read, the best ones."""
SHOWN = 5
SEEN_WITHIN = timedelta(days=30)
LEAST = 4
"""The least score that counts as similar: a service alone is not enough, nor are two words."""

_ALERT, _SERVICE, _MOST_WORDS, _MOST_LABELS = 4, 2, 4, 3
_OF_ONE_KIND = 2
"""So many of the very same alert and service are shown; how often it was seen tells of the others."""
_WORD = re.compile(r"[^\W\d_][\w.-]{2,}")
_EMPTY_WORDS = frozenset(
    {
        *(
            "the",
            "and",
            "for",
            "are",
            "was",
            "has",
            "have",
            "not",
            "with",
            "from",
            "into",
            "over",
            "than",
            "that",
        ),
        *(
            "this",
            "above",
            "below",
            "critical",
            "warning",
            "alert",
            "alerts",
            "firing",
            "resolved",
            "high",
            "low",
        ),
        *("more", "less"),
    }
)
_EVERYWHERE = frozenset({"alertname", "service", "severity", "priority", "job"})
"""Labels that say what is weighed already, or what most alerts have in common."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """An incident that is over, as much of it as is weighed."""

    id: str
    title: str
    service: str
    alert_name: str
    reported_at: datetime


@dataclass(frozen=True, slots=True)
class Match:
    """An earlier incident, how alike it is, and why in words."""

    earlier: Earlier
    score: int
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Past:
    """How an earlier incident went. ``lasted``: report to the last resolution; ``by`` is who resolved it."""

    id: str
    title: str
    service: str
    reported_at: datetime
    lasted: timedelta | None = None
    by: str = ""
    cause: str = ""
    resolution: str = ""
    merged_into: str = ""


@dataclass(frozen=True, slots=True)
class Similar:
    """An earlier incident that is like the one looked at, and why."""

    past: Past
    score: int
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Memory:
    """What is remembered about an incident. ``seen`` counts the same grouping key in the 30 days before it."""

    seen: int = 0
    last: Past | None = None
    similar: tuple[Similar, ...] = ()


def best(incident: Incident, earlier: Iterable[Earlier]) -> tuple[Match, ...]:
    """Return the likeliest by service, alert and words of the title, the best first and of equals the latest."""
    mine = words_of(incident.title, incident.service)
    found = [
        match for one in earlier if one.id != incident.id and (match := _weigh(incident, mine, one)).score
    ]
    found.sort(key=_rank)
    return tuple(found[:READ])


def similar(incident: Incident, matches: Iterable[Match], whole: dict[str, Incident]) -> tuple[Similar, ...]:
    """Return the few that are shown, their labels weighed too; ``whole`` are the matches' incidents by id."""
    mine = _labels(incident)
    weighed = []
    for match in matches:
        other = whole.get(match.earlier.id)
        shared = len(mine & _labels(other)) if other is not None else 0
        if shared:
            why = (*match.why, f"{count(shared, 'label')} in common")
            weighed.append(replace(match, score=match.score + min(shared, _MOST_LABELS), why=why))
        else:
            weighed.append(match)
    shown: list[Similar] = []
    same = 0
    for match in sorted(weighed, key=_rank):
        other = whole.get(match.earlier.id)
        if other is None or match.score < LEAST:
            continue
        if _same(incident, match.earlier):
            same += 1
            if same > _OF_ONE_KIND:
                continue
        shown.append(Similar(past_of(other), match.score, match.why))
    return tuple(shown[:SHOWN])


def past_of(incident: Incident) -> Past:
    """Return how an incident went."""
    ended = incident.epoch.resolved_at
    return Past(
        incident.id,
        incident.title,
        incident.service,
        incident.reported_at,
        ended - incident.reported_at if ended else None,
        incident.resolved_by.name if incident.resolved_by else incident.owner,
        incident.cause,
        incident.resolution,
        incident.merged_into,
    )


@lru_cache(8192)
def words_of(title: str, service: str = "") -> frozenset[str]:
    """Return the words of a title that tell something: no numbers, no filling words, not the service's name."""
    return frozenset(
        word
        for found in _WORD.findall(title[:300])
        if (word := found.casefold().rstrip(".-")) not in _EMPTY_WORDS and word != service.casefold()
    )


def _weigh(incident: Incident, mine: frozenset[str], other: Earlier) -> Match:
    score = 0
    why = []
    service = bool(incident.service) and other.service == incident.service
    if incident.alert_name and other.alert_name == incident.alert_name:
        score += _ALERT
        why.append("same alert" if service else "same alert on another service")
    if service:
        score += _SERVICE
        why.append("same service")
    shared = len(mine & words_of(other.title, other.service))
    if shared:
        score += min(shared, _MOST_WORDS)
        why.append(f"{count(shared, 'word')} in common")
    return Match(other, score, tuple(why))


def _rank(match: Match) -> tuple[int, float]:
    return -match.score, -match.earlier.reported_at.timestamp()


def _same(incident: Incident, other: Earlier) -> bool:
    return bool(incident.alert_name) and (incident.service, incident.alert_name) == (
        other.service,
        other.alert_name,
    )


def _labels(incident: Incident) -> frozenset[tuple[str, str]]:
    return frozenset(
        pair
        for _, member in incident.members[:50]
        for pair in member.alert.labels
        if pair[0] not in _EVERYWHERE
    )
