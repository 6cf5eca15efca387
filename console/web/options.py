"""Keys of the config with which a server is reached over HTTP, whoever speaks to it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import SplitResult, urlsplit

from pydantic import AfterValidator, Field, ValidationInfo, model_validator

from console.config.base import Line, Table
from console.config.durations import PositiveDuration
from console.config.secrets import Secret
from console.domain.text import safe_url


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


class Login(WebOptions):
    """How a server is reached that takes whatever credentials it was set up with."""

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
