"""``[runbooks]``: where they lie, which addresses of alerts are files of ours or may be fetched, how they are run."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, field_validator, model_validator

from console.config.base import Line, Table, Word
from console.config.durations import PositiveDuration
from console.config.secrets import Secret
from console.domain.pages import PageRule
from console.domain.text import safe_url
from console.web.options import FilePath, Url


class Fetch(Table):
    """``[[runbooks.fetch]]``: addresses in alerts that may be fetched. Nothing else ever is."""

    url: Url
    """How they begin, such as "https://wiki.example/runbooks"; with http:// only those are fetched without TLS."""

    internal: bool = False
    """True: the host may lie on a private network or on this machine; left out: only on the public one."""

    token: Secret | None = None
    """Bearer token, sent to this host alone and only over https."""

    ca_file: FilePath | None = None
    """PEM file with the authority that signed the host's certificate; left out: the system's."""

    @model_validator(mode="after")
    def _token_over_tls(self) -> Self:
        if self.token is not None and not self.url.startswith("https:"):
            raise ValueError("token is sent over https only; url begins with http")
        return self

    @property
    def rule(self) -> PageRule:
        """The same without what is secret."""
        return PageRule(self.url, self.internal, self.token is not None or self.ca_file is not None)


class Runbooks(Table):
    """``[runbooks]``: where they lie."""

    paths: tuple[Line, ...] = ()
    """Folders with Markdown files, relative to this file."""

    urls: dict[Line, Line] = Field(default_factory=dict)
    """Which addresses in alerts are files of ours: the beginning of the address = the folder below a path above."""

    fetch: tuple[Fetch, ...] = ()
    """Which addresses in alerts may be fetched."""

    review_months: Annotated[int, Field(ge=1, le=120)] = 6
    """`oncall runbook lint` names runbooks that nobody has reviewed for so many months."""

    run: Literal["off", "ask"] = "off"
    """Whether `x` runs the commands of a step on this machine, after showing them: "ask"; else they are only copied."""

    run_only: tuple[Word, ...] = ()
    """With run = "ask": only scripts of these programs, such as ["kubectl", "systemctl"]; left out: any."""

    run_timeout: PositiveDuration = timedelta(minutes=1)
    """How long a script may take; then it is ended with all that it has started."""

    @field_validator("urls")
    @classmethod
    def _whole_beginnings(cls, urls: dict[str, str]) -> dict[str, str]:
        for url, folder in urls.items():
            if not safe_url(url) or urlsplit(url).query or urlsplit(url).fragment:
                raise ValueError(f'"{url}" is not the beginning of an http(s) address')
            if folder.startswith(("/", "~")) or ".." in folder.split("/"):
                raise ValueError(f'"{folder}" must be a folder inside one of [runbooks] paths, such as "."')
        return urls
