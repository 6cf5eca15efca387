"""What the config tables of all sources have in common."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, ClassVar, Self
from urllib.parse import SplitResult, urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, model_validator

from console.config.base import Line, Table
from console.config.durations import PositiveDuration
from console.config.secrets import Secret
from console.domain.ability import NOTHING, Ability
from console.domain.priority import Priority
from console.domain.text import safe_url
from console.domain.vocabulary import EffectKind


def _anchored(value: Path, info: ValidationInfo) -> Path:
    folder: Path | None = (info.context or {}).get("folder")
    path = value.expanduser()
    return folder / path if folder else path


FilePath = Annotated[Path, AfterValidator(_anchored)]
"""A file; relative to the config file, which the loader names by ``context={"folder": Path}``."""


def _address(value: str) -> str:
    try:
        parts = urlsplit(value.strip())
        with_user = "@" in parts.netloc
    except ValueError:
        parts, with_user = SplitResult("", "", "", "", ""), False
    if with_user:
        raise ValueError("must not hold a user name; use the keys username and password")
    url = safe_url(value)
    if not url or parts.query:
        raise ValueError('is not an address; write it like "https://alertmanager.example.com:9093"')
    return url.partition("#")[0].rstrip("/")


Url = Annotated[str, AfterValidator(_address)]
"""An http or https address without a user name, a query or a slash at the end."""


def _proxy(value: str) -> str:
    return value if value == "none" else _address(value)


ProxyUrl = Annotated[str, AfterValidator(_proxy)]
"""Address of a proxy, or ``"none"``."""


def _priority(value: object) -> Priority:
    if isinstance(value, Priority):
        return value
    names = Priority.__members__
    if not isinstance(value, str) or value.upper() not in names:
        raise ValueError(f"is one of {', '.join(names)}")
    return names[value.upper()]


def _lower(table: dict[str, Priority]) -> dict[str, Priority]:
    return {name.strip().casefold(): priority for name, priority in table.items()}


OnePriority = Annotated[Priority, BeforeValidator(_priority)]
"""``"P1"`` to ``"P4"``."""

Priorities = Annotated[dict[str, OnePriority], AfterValidator(_lower)]
"""A table of a product's own words for how bad it is, in any case: ``{ sev0 = "P1" }``."""


class WebOptions(Table):
    """How a server is reached over HTTP: sources and channels take these keys."""

    deadline: PositiveDuration = timedelta(seconds=30)
    """How long one poll, or one message, may take, all its requests together."""

    ca_file: FilePath | None = None
    """PEM file with the authority that signed the server's certificate; left out: the system's."""

    cert_file: FilePath | None = None
    """PEM file with our client certificate (and its key, if ``key_file`` is left out)."""

    key_file: FilePath | None = None
    """PEM file with the key of ``cert_file``."""

    insecure: bool = False
    """True: do not check the server's certificate. Anybody on the way can then read the token."""

    proxy: ProxyUrl | None = None
    """Proxy to go through; left out: what HTTPS_PROXY and NO_PROXY of the environment say; "none": none."""

    timeout: PositiveDuration = timedelta(seconds=10)
    """How long one request may take from connecting to the last byte."""

    max_body_mb: Annotated[int, Field(ge=1, le=1024)] = 32
    """Largest answer that is read, in megabytes."""

    @model_validator(mode="after")
    def _key_with_certificate(self) -> Self:
        if self.key_file is not None and self.cert_file is None:
            raise ValueError("key_file needs cert_file beside it")
        return self

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the user should be reminded of as long as this table stays as it is."""
        return ("the server's certificate is not checked (insecure = true)",) if self.insecure else ()


class SourceOptions(Table):
    """Keys that every source takes besides ``kind`` and ``name``."""

    interval: PositiveDuration = timedelta(seconds=15)
    """How often to poll."""

    deadline: PositiveDuration = timedelta(seconds=30)
    """How long one poll may take, all its pages together."""

    watchdogs: tuple[Line, ...] = ()
    """Names of alerts that must always fire here: one that is missing is an incident."""

    watchdog_after: PositiveDuration = timedelta(minutes=5)
    """How long a watchdog may be missing before that is an incident."""

    @property
    def ability(self) -> Ability:
        """What the source does upstream with these options."""
        return NOTHING


class HttpOptions(WebOptions, SourceOptions):
    """Keys of every source that is reached over HTTP."""


class LoginOptions(HttpOptions):
    """Keys of a source whose server takes whatever credentials it was set up with."""

    username: Line | None = None
    """User name for basic authentication."""

    password: Secret | None = None
    """Password for basic authentication."""

    token: Secret | None = None
    """Bearer token, sent as ``Authorization: Bearer …``."""

    @model_validator(mode="after")
    def _one_login(self) -> Self:
        if (self.username is None) != (self.password is None):
            raise ValueError("username and password go together; one of them is missing")
        if self.username is not None and self.token is not None:
            raise ValueError("takes either username and password, or token, not both")
        return self


COUNTERS = {
    EffectKind.ACK: EffectKind.UNACK,
    EffectKind.SNOOZE: EffectKind.WAKE,
    EffectKind.RESOLVE: EffectKind.REOPEN,
}
"""What comes with an action of the config, where the product has it: taking it back."""


class ActingOptions(SourceOptions):
    """Keys of a source that can be acted on. A kind says in ``DOES`` and ``LACKS`` what is possible there."""

    DOES: ClassVar[Mapping[EffectKind, str]] = {}
    """What the product can do, in words that stand after the source's name ("resolves it")."""

    LACKS: ClassVar[Mapping[EffectKind, str]] = {}
    """What it cannot, and why ("cannot be resolved: it ends when the metric recovers")."""

    DEFAULT: ClassVar[tuple[EffectKind, ...]] = ()
    """What is done where ``actions`` is left out: all that means the same there as here."""

    HOLDS: ClassVar[bool] = False
    """True where an ack or snooze is a hold with an end (``Ability.holds``)."""

    OWNS: ClassVar[bool] = False
    """True where the product keeps incidents of its own (``Ability.owns``)."""

    actions: tuple[EffectKind, ...] | None = None
    """What is done there when it is done here; left out: see the page of the source. ``[]``: nothing."""

    @model_validator(mode="after")
    def _possible(self) -> Self:
        for kind in self.actions or ():
            if kind not in self.DOES:
                why = self.LACKS.get(kind)
                possible = ", ".join(one.value for one in self.DOES if one not in COUNTERS.values())
                raise ValueError(
                    f'actions: "{kind.value}" {why}'
                    if why
                    else f'actions: no "{kind.value}"; there are: {possible}'
                )
        return self

    @property
    def ability(self) -> Ability:
        """What is done there with these options."""
        asked = self.DEFAULT if self.actions is None else self.actions
        wanted = {*asked, *(COUNTERS[kind] for kind in asked if kind in COUNTERS)}
        off = {kind: "is switched off in the config (actions)" for kind in self.DOES if kind not in wanted}
        return Ability(
            does=tuple((kind, words) for kind, words in self.DOES.items() if kind in wanted),
            lacks=(*off.items(), *self.LACKS.items()),
            holds=self.HOLDS,
            owns=self.OWNS,
        )
