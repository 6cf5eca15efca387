"""``[runbooks]``: where they lie, which addresses of alerts are files of ours, how often they are reviewed."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field, field_validator

from console.config.base import Line, Table, Word
from console.config.durations import PositiveDuration
from console.domain.text import safe_url


class Runbooks(Table):
    """``[runbooks]``: where they lie."""

    paths: tuple[Line, ...] = ()
    """Folders with Markdown files, relative to this file."""

    urls: dict[Line, Line] = Field(default_factory=dict)
    """Which addresses in alerts are files of ours: the beginning of the address = the folder below a path above."""

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
