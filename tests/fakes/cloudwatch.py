"""CloudWatch of a few regions and accounts: alarms in pages, tags, mute rules, STS.

Every request is held against the service's own model, which botocore brings, and must be signed, the
operation's header included. That signatures are right is in ``test_cloudwatch_moto.py``.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

from botocore.loaders import Loader
from botocore.model import ServiceModel
from botocore.validate import ParamValidator

from tests.fakes.http import FakeServer, Reply, Request, serving

AT = re.compile(r"at\((\d{4}-\d\d-\d\dT\d\d:\d\d)\)")
MINUTES = re.compile(r"PT(\d+)M")
AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=(\w+)/\d{8}/([\w-]+)/(\w+)/aws4_request, SignedHeaders=([\w;-]+), Signature=\w{64}"
)
CONFIG = """
[profile payments]
aws_access_key_id = AKIDPAYMENTS
aws_secret_access_key = made-up
[profile search]
aws_access_key_id = AKIDSEARCH
aws_secret_access_key = made-up
[profile with-code]
source_profile = payments
role_arn = arn:aws:iam::111122223333:role/reader
mfa_serial = arn:aws:iam::111122223333:mfa/asha
[profile sso]
sso_start_url = https://made-up.awsapps.example/start
sso_region = eu-west-1
sso_account_id = 111122223333
sso_role_name = reader
[profile cannot]
credential_process = /bin/false
"""
ACCOUNTS = {"AKIDPAYMENTS": "111122223333", "AKIDSEARCH": "444455556666"}


def arn(name: str, region: str = "eu-west-1", account: str = "111122223333") -> str:
    return f"arn:aws:cloudwatch:{region}:{account}:alarm:{name}"


def record(
    name: str, region: str = "eu-west-1", account: str = "111122223333", **more: Any
) -> dict[str, Any]:
    """Return a metric alarm as DescribeAlarms lists it; with ``AlarmRule`` it is a composite one."""
    return {
        "AlarmName": name,
        "AlarmArn": arn(name, region, account),
        "ActionsEnabled": True,
        "StateValue": "ALARM",
        "StateReason": "Threshold Crossed: 1 datapoint [97.1] was greater than the threshold (90.0).",
        "StateUpdatedTimestamp": 1767603600.5,
        "StateTransitionedTimestamp": 1767603600.123,
        **more,
    }


@cache
def model() -> Any:
    """Return the service's own model."""
    return ServiceModel(Loader().load_service_model("cloudwatch", "service-2"), "cloudwatch")


def broken(operation: str, body: Any) -> str:
    """Return what is wrong with a request, empty if nothing is."""
    report = ParamValidator().validate(body, model().operation_model(operation).input_shape)
    return str(report.generate_report()) if report.has_errors() else ""


class FakeCloudWatch(FakeServer):
    """``denied``: operations that the policy does not allow. ``refused``: a code for every request of a region."""

    def __init__(self) -> None:
        super().__init__()
        self.alarms: list[Any] = []
        self.tags: dict[str, dict[str, str]] = {}
        self.rules: dict[tuple[str, str], dict[str, Any]] = {}
        self.denied: set[str] = set()
        self.refused: dict[str, str] = {}
        self._listed: dict[tuple[str, str, str | None], list[Any]] = {}
        self.now = datetime(2026, 1, 5, 9, 2)  # noqa: DTZ001 - as rules write it

    def operations(self) -> list[str]:
        """Return the operations asked for, in order."""
        found = [header(one, "x-amz-target").rpartition(".")[2] for one in self.requests]
        return [one for one in found if one]

    def bodies(self, operation: str) -> list[Any]:
        asked = [one for one in self.requests if header(one, "x-amz-target").endswith(f".{operation}")]
        return [one.body for one in asked]

    def answer(self, request: Request) -> Reply:
        signed = AUTHORIZATION.fullmatch(header(request, "authorization"))
        if signed is None:
            return failure("MissingAuthenticationToken", 403)
        key, region, service, names = signed.groups()
        covered = {
            "content-type",
            "host",
            "x-amz-date",
            *(["x-amz-target"] if service == "monitoring" else []),
        }
        if not covered <= set(names.split(";")):
            return failure("IncompleteSignature", 403)
        if region in self.refused:
            return failure(self.refused[region], 400)
        account = ACCOUNTS.get(key)
        if account is None:
            return failure("InvalidClientTokenId", 403)
        if service == "sts":
            who = {"Arn": f"arn:aws:sts::{account}:assumed-role/oncall/asha", "Account": account}
            return amazon({"GetCallerIdentityResponse": {"GetCallerIdentityResult": who}})
        return self._operate(request, region, account)

    def _operate(self, request: Request, region: str, account: str) -> Reply:
        operation = header(request, "x-amz-target").rpartition(".")[2]
        if wrong := broken(operation, request.body):
            return failure("ValidationError", 400, wrong)
        if operation in self.denied:
            return failure("AccessDenied", 403, f"account {account} is not authorized")
        if operation == "DescribeAlarms":
            return self._describe(request.body, region, account)
        carry_out = {
            "ListTagsForResource": self._tags,
            "PutAlarmMuteRule": self._put_rule,
            "GetAlarmMuteRule": self._rule,
            "DeleteAlarmMuteRule": self._delete_rule,
        }
        return carry_out[operation](request.body, region)

    def _describe(self, body: Any, region: str, account: str) -> Reply:
        start, most = int(body.get("NextToken", "0")), body["MaxRecords"]
        place = (region, account, body.get("StateValue"))
        if not start:  # the following pages are of what was there at the first
            self._listed[place] = [one for one in self.alarms if self._wanted(one, body, region, account)]
        wanted = self._listed[place]
        page = wanted[start : start + most]
        answer: dict[str, Any] = {"MetricAlarms": [], "CompositeAlarms": [], "LogAlarms": []}
        for one in page:
            composite = isinstance(one, dict) and "AlarmRule" in one
            answer["CompositeAlarms" if composite else "MetricAlarms"].append(one)
        if start + most < len(wanted):
            answer["NextToken"] = str(start + most)
        return amazon(answer)

    def _wanted(self, one: Any, body: Any, region: str, account: str) -> bool:
        if not isinstance(one, dict) or "AlarmArn" not in one:
            return bool(body.get("StateValue") == "ALARM")
        kind = "CompositeAlarm" if "AlarmRule" in one else "MetricAlarm"
        return (
            one["AlarmArn"].startswith(arn("", region, account))
            and kind in body.get("AlarmTypes", ["MetricAlarm"])
            and one["StateValue"] == body.get("StateValue", one["StateValue"])
            and one["AlarmName"].startswith(body.get("AlarmNamePrefix", ""))
        )

    def _tags(self, body: Any, _region: str) -> Reply:
        tags = self.tags.get(body["ResourceARN"], {})
        return amazon({"Tags": [{"Key": name, "Value": value} for name, value in tags.items()]})

    def _put_rule(self, body: Any, region: str) -> Reply:
        schedule = body["Rule"]["Schedule"]
        lasts = MINUTES.fullmatch(schedule["Duration"])
        if not AT.fullmatch(schedule["Expression"]) or lasts is None or not 1 <= int(lasts[1]) <= 15 * 1440:
            return failure("ValidationError", 400, "schedule")
        known = {one["AlarmName"] for one in self.alarms if isinstance(one, dict) and "AlarmName" in one}
        if not set(body["MuteTargets"]["AlarmNames"]) <= known:
            return failure("ValidationError", 400, "no such alarm")
        self.rules[region, body["Name"]] = body
        return amazon({})

    def _rule(self, body: Any, region: str) -> Reply:
        rule = self.rules.get((region, body["AlarmMuteRuleName"]))
        if rule is None:
            return failure("ResourceNotFoundException", 404)
        return amazon({**rule, "Status": "EXPIRED" if self.ends(rule) <= self.now else "ACTIVE"})

    def _delete_rule(self, body: Any, region: str) -> Reply:
        self.rules.pop((region, body["AlarmMuteRuleName"]), None)
        return amazon({})

    @staticmethod
    def ends(rule: dict[str, Any]) -> datetime:
        """Return when a rule ends, in UTC without saying so."""
        schedule = rule["Rule"]["Schedule"]
        start, lasts = AT.fullmatch(schedule["Expression"]), MINUTES.fullmatch(schedule["Duration"])
        assert start
        assert lasts
        return datetime.fromisoformat(start[1]) + timedelta(minutes=int(lasts[1]))


def header(request: Request, name: str) -> str:
    return next((text for key, text in request.headers.items() if key.lower() == name), "")


def amazon(value: Any, status: int = 200) -> Reply:
    reply = Reply.json(value, status)
    reply.headers["x-amzn-RequestId"] = "0a1b2c3d"
    return reply


def failure(code: str, status: int, message: str = "") -> Reply:
    return amazon({"__type": f"com.amazonaws.cloudwatch#{code}", "message": message}, status)


@contextlib.contextmanager
def profiles(folder: Path) -> Iterator[None]:
    """Let the AWS chain find our made-up profiles and nothing else of this machine."""
    file = folder / "aws-config"
    file.write_text(CONFIG)
    kept = {name: text for name, text in os.environ.items() if not name.startswith("AWS_")}
    ours = {
        "AWS_CONFIG_FILE": str(file),
        "AWS_SHARED_CREDENTIALS_FILE": str(folder / "none"),
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    with patch.dict(os.environ, {**kept, **ours}, clear=True):
        yield


@contextlib.contextmanager
def fake_cloudwatch(folder: Path) -> Iterator[FakeCloudWatch]:
    with profiles(folder), serving(FakeCloudWatch()) as fake:
        yield fake
