"""The config table of a Jira for tickets."""

from __future__ import annotations

import re
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field

from console.config.base import Line
from console.config.escalation import PriorityName
from console.domain.priority import Priority
from console.tickets.base.options import TicketOptions, priorities_of
from console.web.options import Url


def _browsable(value: str) -> str:
    return value.removesuffix("/browse").rstrip("/")


class Options(TicketOptions):
    """``[[tickets]]`` with ``kind = "jira"``."""

    KIND: ClassVar[str] = "jira"

    url: Annotated[Url, AfterValidator(_browsable)]
    """Where people read issues, such as "https://acme.atlassian.net"."""

    api_url: Url | None = None
    """Where the API is, if it is not there ("https://api.atlassian.com/ex/jira/CLOUD-ID" for tokens with scopes)."""

    username: Line | None = None
    """Email address that the API token belongs to (Cloud); left out: a personal access token of Data Center."""

    deployment: Literal["cloud", "server"] | None = None
    """Left out: "cloud" where there is a username, otherwise "server"."""

    issue_type: Line = "Incident"
    """Name of the type of issue that is made; the project has to have it."""

    priorities: dict[PriorityName, Line] = Field(default_factory=dict)
    """Names of the priorities there: { P1 = "Highest" }; one that is not in it leaves Jira's own default."""

    @property
    def is_cloud(self) -> bool:
        """Whether it is Jira Cloud, whose API differs from that of a server of one's own."""
        return (self.deployment or ("cloud" if self.username else "server")) == "cloud"

    def _web(self) -> str:
        return self.url

    def _check_project(self, name: str) -> None:
        if not re.fullmatch(r"[A-Z][A-Z0-9_]{0,30}", name):
            raise ValueError(f'project "{name}" is no key of a Jira project, such as "OPS"')

    def _issue_type(self) -> str:
        return self.issue_type

    def _priorities(self) -> tuple[tuple[Priority, str], ...]:
        return priorities_of(self.priorities)
