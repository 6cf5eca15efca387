"""The config table of a CloudWatch source."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, ClassVar, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from console.config.base import Line, Table, Word
from console.config.durations import PositiveDuration
from console.domain.vocabulary import EffectKind
from console.sources.base.options import ActingOptions, HttpOptions, Priorities
from console.web.options import Url

LONGEST_MUTE = timedelta(days=15)
"""CloudWatch: a mute rule holds back for at most ``P15D``."""

_REGION = re.compile(r"[a-z]{2,}(-[a-z]+)+-\d")
_ROLE = re.compile(r"arn:aws[a-z-]*:iam::\d{12}:role/[\w+=,.@/-]+", re.ASCII)


def _region(value: str) -> str:
    if not _REGION.fullmatch(value):
        raise ValueError(f'"{value}" is not a region; write it like "eu-west-1"')
    return value


def _role(value: str) -> str:
    if not _ROLE.fullmatch(value):
        raise ValueError('is not a role; write it like "arn:aws:iam::123456789012:role/oncall-reader"')
    return value


class Account(Table):
    """``accounts = [{ name = "payments", profile = "payments-ro" }]``: whose alarms, and as whom we ask."""

    name: Word
    """What the account is called here."""

    profile: Line | None = None
    """Profile of ``~/.aws/config``; left out: what the environment or the machine's role says."""

    role_arn: Annotated[str, AfterValidator(_role)] | None = None
    """Role to take on, with what the profile or the environment gives."""

    external_id: Line | None = None
    """The external id that the role's owner asks for."""

    @model_validator(mode="after")
    def _for_a_role(self) -> Self:
        if self.external_id is not None and self.role_arn is None:
            raise ValueError("external_id needs role_arn beside it")
        return self


WHOEVER = Account.model_construct(name="")
"""Where no accounts are named: whom the environment, the default profile or the machine's role says."""


class Options(HttpOptions, ActingOptions):
    """``[[sources]]`` with ``kind = "cloudwatch"``."""

    DOES: ClassVar[Mapping[EffectKind, str]] = {
        EffectKind.ACK: "mutes the alarm's actions, mute_for at a time",
        EffectKind.UNACK: "ends the mute",
        EffectKind.SNOOZE: "mutes the alarm's actions until then",
        EffectKind.WAKE: "ends the mute",
    }
    LACKS: ClassVar[Mapping[EffectKind, str]] = {
        EffectKind.RESOLVE: "cannot be resolved: an alarm ends when it is evaluated and its condition no longer holds",
        EffectKind.NOTE: "keeps no notes",
        EffectKind.ASSIGN: "knows no assignee",
        EffectKind.ESCALATE: "knows no escalation",
    }
    HOLDS: ClassVar[bool] = True

    regions: tuple[Annotated[str, AfterValidator(_region)], ...]
    """Regions to ask, in every account."""

    accounts: tuple[Account, ...] = ()
    """Accounts to ask; left out: the one of the environment, the default profile or the machine's role."""

    types: Annotated[tuple[Literal["metric", "composite", "log"], ...], Field(min_length=1)] = (
        "metric",
        "composite",
        "log",
    )
    """Kinds of alarm to ask for."""

    include_insufficient_data: bool = False
    """True: alarms that lack data fire too, as P3."""

    name_prefix: Line | None = None
    """Only alarms whose names begin with this."""

    service_tags: tuple[Line, ...] = ("service", "Service")
    """Tags that say which service an alarm is about; the first one present counts."""

    service_dimensions: tuple[Line, ...] = (
        "ServiceName",
        "ApiName",
        "FunctionName",
        "DBClusterIdentifier",
        "DBInstanceIdentifier",
        "CacheClusterId",
        "QueueName",
        "TopicName",
        "TableName",
        "LoadBalancer",
        "AutoScalingGroupName",
        "ClusterName",
        "StreamName",
        "BucketName",
    )
    """Dimensions that say it where no tag does; after them the metric's namespace."""

    severity_tags: tuple[Line, ...] = ("severity", "priority")
    """Tags that say how bad it is; the first one present counts."""

    severity: Priorities = Field(default_factory=dict)
    """Priorities for your own words in those tags: ``{ sev0 = "P1" }``. The common ones are known."""

    priorities: Priorities = Field(default_factory=dict)
    """Priorities by the alarm's name, before any tag: ``{ "*-critical" = "P1" }``."""

    mute_for: PositiveDuration = timedelta(hours=1)
    """How long the mute of an ack lasts; for as long as the incident is acked, it is extended by as much."""

    endpoint: Url | None = None
    """Address of CloudWatch; left out: the region's public one. With a private endpoint: one source a region."""

    sts_endpoint: Url | None = None
    """Address of STS, likewise."""

    interval: PositiveDuration = timedelta(seconds=60)
    """How often to poll. CloudWatch bills no calls to DescribeAlarms but slows down who asks too often."""

    @model_validator(mode="after")
    def _sensible(self) -> Self:
        if not self.regions:
            raise ValueError('regions: name at least one, like "eu-west-1"')
        names = [account.name for account in self.accounts]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise ValueError(f'accounts: there are two called "{twice}"')
        if self.mute_for > LONGEST_MUTE:
            raise ValueError("mute_for: CloudWatch mutes for at most 15d")
        if self.endpoint is not None and len(self.regions) > 1 and self.endpoint.endswith(".amazonaws.com"):
            raise ValueError("endpoint: a private endpoint serves one region; make one source a region")
        return self

    @property
    def wants_tags(self) -> bool:
        """Whether the tags of alarms are asked for at all."""
        return bool(self.service_tags or self.severity_tags)

    @property
    def whose(self) -> tuple[Account, ...]:
        """The accounts to ask, at least one."""
        return self.accounts or (WHOEVER,)
