"""What ties incidents together: a probable cause, and what is split off or stands alone again."""

from __future__ import annotations

from dataclasses import dataclass

from console.domain.alert import AlertRef


@dataclass(frozen=True, slots=True)
class CauseNamed:
    """The service where the trouble of this incident probably begins, and why we think so.

    Named by the rules from the service graph, or by a person. An empty ``service`` takes it back.
    ``explains``: how many failing services the rules explain by it; 0 where a person named it.
    """

    service: str
    why: str = ""
    explains: int = 0


@dataclass(frozen=True, slots=True)
class SplitOff:
    """Alerts of this incident went into one of their own; those ``services`` never join this one by rule again."""

    into: str
    refs: tuple[AlertRef, ...] = ()
    services: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unmerged:
    """This incident stands alone again: it was split off the one that it was part of."""

    out_of: str
