"""The config table of a source for Jira Service Management's operations."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import BeforeValidator, Field, model_validator

from console.config.base import Line, Word
from console.config.secrets import Secret
from console.sources.base.operations.options import OperationsOptions
from console.web.options import Url


def _with_scheme(value: object) -> object:
    return f"https://{value}" if isinstance(value, str) and value.strip() and "://" not in value else value


SiteUrl = Annotated[Url, BeforeValidator(_with_scheme)]


class Options(OperationsOptions):
    """``[[sources]]`` with ``kind = "jsm"``."""

    site: SiteUrl | None = None
    """The site, such as ``example.atlassian.net``: its id is asked for there once, and links lead there."""

    cloud_id: Word | None = None
    """The site's id, where it is not to be asked for."""

    username: Line
    """Email address of the account that the token belongs to."""

    token: Secret
    """API token of that account; whatever is done there is done in its name."""

    url: Url = "https://api.atlassian.com"
    """Where the API is; only a test has another."""

    accounts: dict[Word, Line] = Field(default_factory=dict)
    """Account ids of people, by their id in this config: ``{ asha = "712020:9ae5…" }``. Others are found by email."""

    @model_validator(mode="after")
    def _has_a_site(self) -> Self:
        if self.site is None and self.cloud_id is None:
            raise ValueError('needs site = "example.atlassian.net" (or cloud_id)')
        return self

    @property
    def web(self) -> str:
        """The address of the page of an alert, with ``{id}`` in it; empty where the site is not known."""
        return f"{self.site}/jira/ops/alerts/{{id}}" if self.site else ""
