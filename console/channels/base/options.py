"""What the config tables of all channels have in common."""

from __future__ import annotations

from abc import abstractmethod
from typing import Annotated, ClassVar

from pydantic import Field

from console.config.base import Table
from console.domain.notify.channels import Channel
from console.web.options import WebOptions


class ChannelOptions(Table):
    """Keys that every channel takes besides ``kind`` and ``name``."""

    KIND: ClassVar[str]
    """The kind, as the config says it."""

    most_per_minute: Annotated[int, Field(ge=1, le=600)] = 10
    """Most messages a minute; the rest is told together in a digest. Urgent ones are never held back."""

    def reach(self, name: str) -> Channel:
        """Return whom a channel of this name can reach, for the rules."""
        contact, place = self._reaches()
        return Channel(name, self.KIND, contact, place, self.most_per_minute)

    @abstractmethod
    def _reaches(self) -> tuple[str, str]:
        """Return the kind of contact that is needed of a person, and the room; either may be empty."""


class WebChannelOptions(WebOptions, ChannelOptions):
    """Keys of every channel that is reached over HTTP."""

    max_body_mb: Annotated[int, Field(ge=1, le=1024)] = 1
    """Largest answer that is read, in megabytes."""
