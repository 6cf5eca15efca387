"""The config table of a mailbox."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Annotated, ClassVar, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from console.config.base import Line, Word
from console.config.durations import PositiveDuration
from console.config.secrets import Secret
from console.domain.ability import Ability
from console.domain.priority import Priority
from console.domain.vocabulary import EffectKind
from console.sources.base.options import ActingOptions, OnePriority
from console.sources.base.reports import ReportOptions
from console.web.options import FilePath

_MOVES = frozenset({EffectKind.RESOLVE, EffectKind.REOPEN})
_HERE = frozenset({"localhost", "127.0.0.1", "::1"})


def _address(value: str) -> str:
    if not value.isascii() or " " in value or not all(value.partition("@")):
        raise ValueError('is not an address; write it like "oncall@shop.example"')
    return value


class Options(ReportOptions, ActingOptions):
    """``[[sources]]`` with ``kind = "email"``."""

    DOES: ClassVar[Mapping[EffectKind, str]] = {
        EffectKind.ACK: "puts a star on it",
        EffectKind.UNACK: "takes the star away",
        EffectKind.RESOLVE: "moves it to the folder for what is done",
        EffectKind.REOPEN: "moves it back",
    }
    LACKS: ClassVar[Mapping[EffectKind, str]] = {
        EffectKind.SNOOZE: "knows no snooze",
        EffectKind.NOTE: "keeps no notes; nothing is ever sent to the reporter",
        EffectKind.ASSIGN: "cannot be assigned",
        EffectKind.ESCALATE: "cannot be escalated",
    }
    DEFAULT: ClassVar[tuple[EffectKind, ...]] = (EffectKind.ACK, EffectKind.RESOLVE)
    """Of these, what needs ``done`` falls away where it is left out; see ``ability``."""

    OWNS: ClassVar[bool] = True

    host: Word
    """The IMAP server."""

    port: Annotated[int, Field(ge=1, le=65_535)] | None = None
    """Its port; left out: 993, or 143 with ``encryption = "starttls"`` or ``"none"``."""

    encryption: Literal["tls", "starttls", "none"] = "tls"
    """"none" sends the password in the clear: for a server on this machine only."""

    ca_file: FilePath | None = None
    """PEM file with the authority that signed the server's certificate; left out: the system's."""

    username: Line
    """The mailbox."""

    password: Secret | None = None
    """Its password, best one made for this application. Or:"""

    token: Secret | None = None
    """OAuth access token for servers that take no passwords (XOAUTH2: Gmail, Microsoft 365); fetched anew
    for each connection, so a command that prints a fresh one does."""

    folder: Line = "INBOX"
    """Where reports arrive."""

    done: Line | None = None
    """Folder that a resolved report is moved to; left out: it is not moved."""

    subject: Line | None = None
    """Only messages with these words in the subject."""

    to: Annotated[Line, AfterValidator(_address)] | None = None
    """Only messages to this address (in To or Cc), such as ``oncall@shop.example``."""

    days: Annotated[int, Field(ge=1, le=365)] = 14
    """How old a message may be."""

    automatic: bool = False
    """True: what a machine sent is a report too: notifications, out-of-office replies, bounces."""

    lists: bool = True
    """False: what came through a mailing list is no report. Groups (as Google's) mark all their mail as such."""

    service: Line = "unknown"
    """The service that reports are about, unless ``services`` knows better."""

    services: dict[Line, Line] = Field(default_factory=dict)
    """Services by words of the subject or an address the message was sent to: ``{ "checkout" = "payments" }``.
    The first that fits counts."""

    priority: OnePriority = Priority.P3
    """How bad a report is, provisionally; one that its sender marked as important is one step worse."""

    timeout: PositiveDuration = timedelta(seconds=15)
    """How long the server may take for one answer."""

    interval: PositiveDuration = timedelta(seconds=30)
    """How often to look."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if (self.password is None) == (self.token is None):
            raise ValueError("takes either password or token")
        if self.done is not None and self.done == self.folder:
            raise ValueError("done must be another folder than folder")
        if self.done is None and EffectKind.RESOLVE in (self.actions or ()):
            raise ValueError('actions: "resolve" needs done = "…", the folder that it is moved to')
        return self

    @property
    def ability(self) -> Ability:
        """What is done there with these options: nothing is moved without a folder to move it to."""
        ability = super().ability
        if self.done is not None:
            return ability
        stays = dict.fromkeys(sorted(_MOVES), "moves nothing: the config names no folder for it (done)")
        return replace(
            ability,
            does=tuple(pair for pair in ability.does if pair[0] not in _MOVES),
            lacks=(*stays.items(), *(pair for pair in ability.lacks if pair[0] not in _MOVES)),
        )

    @property
    def server_port(self) -> int:
        """The port that is connected to."""
        return self.port or (993 if self.encryption == "tls" else 143)

    @property
    def place(self) -> str:
        """The server as errors name it."""
        return f"{self.host}:{self.server_port}"

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the user should be reminded of as long as this table stays as it is."""
        clear = self.encryption == "none" and self.host not in _HERE
        return ("the password goes over the network unencrypted (encryption)",) if clear else ()
