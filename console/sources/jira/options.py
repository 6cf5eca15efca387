"""The config table of a Jira source."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from console.config.base import Line, Word
from console.config.secrets import Secret
from console.domain.ability import Ability
from console.domain.vocabulary import EffectKind, ReporterKind
from console.sources.base.options import ActingOptions, HttpOptions, Priorities
from console.sources.base.reports import ReportOptions
from console.web.options import Url

_QUOTED = re.compile(r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'")
_ORDER = re.compile(r"\border\s+by\b", re.IGNORECASE)
_LONGEST_JQL = 5000


def _bounded(value: str) -> str:
    """Jira Cloud refuses a query that restricts nothing."""
    text = " ".join(value.split())
    if not text or len(text) > _LONGEST_JQL or not text.isprintable():
        raise ValueError('says which issues are incidents, such as "project = OPS AND issuetype = Incident"')
    if _ORDER.search(_QUOTED.sub("", text)):
        raise ValueError("goes without ORDER BY: the newest issues are read first")
    return text


def _place(value: str) -> str:
    if value in {"component", "project", "type"} or re.fullmatch(r"label:\S+|customfield_\d+", value):
        return value
    raise ValueError(
        'is "component", "project", "type", "label:PREFIX" or the id of a field ("customfield_10042")'
    )


def _site(value: str) -> str:
    name = value.strip().removeprefix("https://").rstrip("/")
    if not re.fullmatch(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*", name):
        raise ValueError('is the name in the address, such as "acme" of https://acme.atlassian.net')
    return name if "." in name else f"{name}.atlassian.net"


class Options(HttpOptions, ActingOptions, ReportOptions):
    """``[[sources]]`` with ``kind = "jira"``."""

    DOES: ClassVar[Mapping[EffectKind, str]] = {
        EffectKind.ACK: "assigns the issue, if nobody has it yet",
        EffectKind.UNACK: "takes that assignment back",
        EffectKind.RESOLVE: "moves the issue to a status that is done",
        EffectKind.REOPEN: "moves the issue back to a status that is not done",
        EffectKind.NOTE: "comments on the issue",
        EffectKind.ASSIGN: "assigns the issue",
    }
    LACKS: ClassVar[Mapping[EffectKind, str]] = {
        EffectKind.SNOOZE: "cannot snooze: an issue is not held back until a time",
        EffectKind.ESCALATE: "cannot escalate: issues have no levels",
    }
    DEFAULT: ClassVar[tuple[EffectKind, ...]] = (
        EffectKind.ACK,
        EffectKind.RESOLVE,
        EffectKind.NOTE,
        EffectKind.ASSIGN,
    )
    OWNS: ClassVar[bool] = True

    reporter: ReporterKind = ReporterKind.TEAM
    """Who reports there, unless ``reporters`` says otherwise."""

    site: Annotated[Line, AfterValidator(_site)] | None = None
    """Jira Cloud: the name in ``https://NAME.atlassian.net``."""

    url: Url | None = None
    """Data Center and Server: the address. Cloud: only where the API has another one than ``site``
    (``https://api.atlassian.com/ex/jira/CLOUD-ID`` for tokens with scopes)."""

    deployment: Literal["cloud", "server"] | None = None
    """Left out: "cloud" where ``site`` is given, otherwise "server"."""

    username: Line | None = None
    """Email address that the API token belongs to; Data Center: leave out for a personal access token."""

    token: Secret
    """API token (Cloud), personal access token (Data Center) or password (Server)."""

    jql: Annotated[str, AfterValidator(_bounded)]
    """Which issues are incidents; those that are done are left out by themselves."""

    priority: Priorities = Field(default_factory=dict)
    """Priorities for your own names: ``{ "Urgent!" = "P1" }``. The usual ones are known."""

    service_from: tuple[Annotated[Word, AfterValidator(_place)], ...] = ("component", "project")
    """Where the service stands, the first that has one counts: "component", "project", "type",
    "label:PREFIX" (the rest of such a label) or the id of a field ("customfield_10042")."""

    ack: Literal["assign", "start"] = "assign"
    """What an ack is there, both ways: "assign": the issue is somebody's; "start": its status is in progress."""

    ack_as: Line | None = None
    """Email address of whoever gets an issue that is acked by somebody whom Jira does not know."""

    resolve_transition: Line | None = None
    """Name or id of the transition that resolves; left out: the first that leads to a status that is done."""

    resolution: Line = "Done"
    """What the resolution is set to where the transition asks for one."""

    @model_validator(mode="after")
    def _has_a_server(self) -> Self:
        if self.site is None and self.url is None:
            raise ValueError('needs site = "acme" (Jira Cloud) or url = "https://jira.acme.example"')
        if self.is_cloud and self.username is None:
            raise ValueError("username is missing: the email address that the API token belongs to")
        return self

    @property
    def is_cloud(self) -> bool:
        """Whether it is Jira Cloud, whose API differs from that of a server of one's own."""
        return (self.deployment or ("cloud" if self.site else "server")) == "cloud"

    @property
    def address(self) -> str:
        """Where the API is."""
        return self.url or f"https://{self.site}"

    @property
    def browse(self) -> str:
        """Where people read issues."""
        return f"https://{self.site}" if self.site else self.address

    @property
    def ability(self) -> Ability:
        """What it does with these options."""
        known = super().ability
        if self.ack == "assign":
            return known
        words = {
            EffectKind.ACK: "moves the issue to a status in progress",
            EffectKind.UNACK: "moves the issue back to a status that is to do",
        }
        does = tuple((kind, words.get(kind, said)) for kind, said in known.does)
        return Ability(does, known.lacks, owns=True)
