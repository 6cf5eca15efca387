"""The config table of a Slack channel."""

from __future__ import annotations

import re
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field

from console.channels.base.options import WebChannelOptions
from console.config.base import Word
from console.config.secrets import Secret
from console.web.options import Url


def _room(value: str) -> str:
    if not re.fullmatch(r"[CG][A-Z0-9]{5,20}|#?[a-z0-9_\w-]{1,80}", value):
        raise ValueError('is a channel: its id, such as "C01234567", or its name, such as "#ops"')
    return value if re.fullmatch(r"[CG][A-Z0-9]{5,20}", value) else f"#{value.removeprefix('#')}"


def _emoji(value: str) -> str:
    name = value.strip(":").partition("::")[0]
    if not re.fullmatch(r"[a-z0-9_+'-]{1,100}", name):
        raise ValueError('is the name of an emoji, such as "eyes"')
    return name


class Options(WebChannelOptions):
    """``[[channels]]`` with ``kind = "slack"``."""

    KIND: ClassVar[str] = "slack"

    url: Url = "https://slack.com/api"
    """Address of Slack's API."""

    token: Secret
    """Bot token of an app that your workspace made for itself (``xoxb-…``)."""

    room: Annotated[Word, AfterValidator(_room)] | None = None
    """The channel for everybody: its id (better: ids stay, and we can look whether a message has arrived) or name."""

    contact: Literal["slack", "email"] = "slack"
    """How people are found: by their member id in ``contacts.slack``, or by the address in ``contacts.email``."""

    acked_by: Annotated[tuple[Annotated[Word, AfterValidator(_emoji)], ...], Field(max_length=20)] = (
        "eyes",
        "white_check_mark",
        "ack",
    )
    """Reactions on a message that ack its incident; ``[]``: none do, and reactions are not read."""

    def _reaches(self) -> tuple[str, str]:
        return self.contact, self.room or ""
