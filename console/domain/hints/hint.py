"""One line of advice: what to do, the action whose key does it, and how loud it is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Tone(StrEnum):
    """How loud a hint is."""

    CALM = "calm"
    WARN = "warn"
    ALARM = "alarm"


@dataclass(frozen=True, slots=True)
class Hint:
    """What to do next. ``action`` is the id of the action whose key does it, empty where no key helps.

    ``incident`` is the one it is about. ``also`` is the action whose key is pressed after that of ``action``.
    ``then`` is what comes after all that.
    """

    text: str
    action: str = ""
    incident: str = ""
    tone: Tone = Tone.WARN
    then: Hint | None = None
    also: str = ""
