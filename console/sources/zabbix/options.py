"""The config table of a Zabbix source."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field

from console.config.base import Line, Word
from console.config.secrets import Secret
from console.domain.vocabulary import EffectKind
from console.sources.base.options import ActingOptions, HttpOptions, Priorities
from console.web.options import Url


def _frontend(url: str) -> str:
    return url.removesuffix("/api_jsonrpc.php").removesuffix("/zabbix.php").rstrip("/")


class Options(HttpOptions, ActingOptions):
    """``[[sources]]`` with ``kind = "zabbix"``."""

    OWNS: ClassVar[bool] = True

    DOES: ClassVar[Mapping[EffectKind, str]] = {
        EffectKind.ACK: "acknowledges it",
        EffectKind.UNACK: "takes the acknowledgement back",
        EffectKind.SNOOZE: "suppresses it until then (6.2 and later)",
        EffectKind.WAKE: "ends the suppression",
        EffectKind.RESOLVE: "closes it, where its trigger allows that by hand",
        EffectKind.NOTE: "adds the note to it as a message",
    }

    LACKS: ClassVar[Mapping[EffectKind, str]] = {
        EffectKind.REOPEN: "cannot open it again: the next problem of the trigger is another one",
        EffectKind.ASSIGN: "cannot be assigned: Zabbix knows no assignees",
        EffectKind.ESCALATE: "cannot escalate: its actions do that by themselves",
    }

    DEFAULT: ClassVar[tuple[EffectKind, ...]] = (
        EffectKind.ACK,
        EffectKind.SNOOZE,
        EffectKind.RESOLVE,
        EffectKind.NOTE,
    )

    url: Annotated[Url, AfterValidator(_frontend)]
    """Address of the web page, with its path: "https://zabbix.example.com/zabbix"."""

    token: Secret
    """API token of a user that sees the hosts."""

    severities: tuple[Annotated[int, Field(ge=0, le=5)], ...] = ()
    """Only problems this bad: 0 not classified, 1 information, 2 warning, 3 average, 4 high, 5 disaster."""

    groupids: tuple[Word, ...] = ()
    """Only problems of hosts in these host groups, by the numbers in their addresses."""

    service_tags: tuple[Line, ...] = ("service",)
    """Tags that say which service a problem is about; the first one present counts, else the host's name."""

    severity: Priorities = Field(default_factory=dict)
    """Priorities for severities by their English names: ``{ average = "P2" }``."""
