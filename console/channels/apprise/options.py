"""The config table of what apprise sends to."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, ClassVar

from pydantic import Field

from console.channels.base.options import ChannelOptions
from console.config.base import Line
from console.config.durations import PositiveDuration
from console.config.secrets import Secret


class Options(ChannelOptions):
    """``[[channels]]`` with ``kind = "apprise"``."""

    KIND: ClassVar[str] = "apprise"

    urls: Annotated[tuple[Secret, ...], Field(min_length=1, max_length=20)]
    """Where to, in apprise's way of writing (``ntfys://ntfy.example/oncall``); they hold tokens, so each is a secret."""

    room: Line = "all"
    """What they are called on screen, together."""

    timeout: PositiveDuration = timedelta(seconds=45)
    """How long one message may take to all of them; the first one loads the library, which takes seconds."""

    def _reaches(self) -> tuple[str, str]:
        return "", self.room
