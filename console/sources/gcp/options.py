"""The config table of a Google Cloud Monitoring source."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field

from console.config.base import Word
from console.config.durations import PositiveDuration
from console.domain.vocabulary import EffectKind
from console.sources.base.options import ActingOptions, HttpOptions, Priorities
from console.web.options import FilePath, Url

_SERVICE = ("service", "app", "service_name", "container_name", "namespace_name", "module_id")


def _project(value: str) -> str:
    name = value.removeprefix("projects/")
    if not all(letter.isalnum() or letter in "-:." for letter in name) or not name.isascii():
        raise ValueError('is not the id of a project; write it like "payments-prod"')
    return name


def _server(url: str) -> str:
    return url.removesuffix("/v3").rstrip("/")


Projects = Annotated[
    tuple[Annotated[Word, AfterValidator(_project)], ...], Field(min_length=1, max_length=50)
]


class Options(HttpOptions, ActingOptions):
    """``[[sources]]`` with ``kind = "gcp"``."""

    DOES: ClassVar[Mapping[EffectKind, str]] = {
        EffectKind.SNOOZE: "snoozes its policies until then, for the resources that the alerts are about",
        EffectKind.WAKE: "ends the snoozes",
    }
    LACKS: ClassVar[Mapping[EffectKind, str]] = {
        EffectKind.ACK: "knows no ack by its API",
        EffectKind.RESOLVE: "cannot be resolved: an alert closes when its condition is no longer met",
        EffectKind.NOTE: "keeps no notes",
        EffectKind.ASSIGN: "knows no assignees",
        EffectKind.ESCALATE: "does not escalate",
    }
    HOLDS: ClassVar[bool] = True

    interval: PositiveDuration = timedelta(seconds=30)
    """How often to poll; a poll takes one request for each project, and one more where something is open."""

    url: Annotated[Url, AfterValidator(_server)] = "https://monitoring.googleapis.com"
    """Where the API is: a private endpoint of your own."""

    projects: Projects
    """Ids of the projects whose alerts are wanted."""

    credentials: FilePath | None = None
    """Key of a service account (JSON); left out: application default credentials, as gcloud and all of
    Google's libraries find them."""

    service_labels: tuple[Word, ...] = _SERVICE
    """Labels that say which service it is about; the first one present counts, the policy's before the resource's."""

    severity_label: Word = "severity"
    """Label of the policy that says how bad it is; it counts before the policy's own severity."""

    severity: Priorities = Field(default_factory=dict)
    """Priorities for your own severities: ``{ sev0 = "P1" }``. Google's own are known."""

    refresh: PositiveDuration = timedelta(minutes=10)
    """How often the policies' documentation is read again."""
