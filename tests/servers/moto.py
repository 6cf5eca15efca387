"""A CloudWatch, STS and IAM that check signatures: moto's server as a process on a free loopback port.

Take the fixture ``aws``: users with keys and policies are there (``READER`` may read alarms, ``NOBODY``
may do nothing, ``KEEPER`` may take on ``ROLE``), and from then on every request's signature is checked.
One server serves the session of a worker. Where moto or flask is missing the tests are skipped, saying
so; with ``ONCALL_REQUIRE_MOTO=1`` they fail instead.

moto knows no composite alarms, no pages and no mute rules: those are tried on ``tests/fakes/cloudwatch.py``.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import httpx
import pytest
from botocore.session import Session

from tests.servers.alertmanager import free_port
from tests.servers.processes import Guard, until

REQUIRE = "ONCALL_REQUIRE_MOTO"
START_WITHIN = 30.0  # seconds; usually 2
STOP_WITHIN = 5.0
ACCOUNT = "123456789012"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/reader"
# moto names the right after the endpoint, AWS after the service.
READ = ["cloudwatch:DescribeAlarms", "cloudwatch:ListTagsForResource", "monitoring:DescribeAlarms", "monitoring:ListTagsForResource"]  # fmt: skip
POLICIES = {"reader": READ, "nobody": ["s3:GetObject"], "keeper": ["sts:AssumeRole"]}


@dataclass(frozen=True)
class Key:
    """Somebody's key."""

    id: str
    secret: str


class Aws:
    """A running server. ``keys`` by user."""

    def __init__(self, url: str, process: subprocess.Popen[bytes]) -> None:
        self.url = url
        self.process = process
        self.keys: dict[str, Key] = {}
        self._session = Session()
        self._master = Key("AKIAMASTER", "made-up")

    def client(self, service: str, region: str = "us-east-1") -> Any:
        """Return botocore's own client, which sets things up."""
        return self._session.create_client(
            service,
            region_name=region,
            endpoint_url=self.url,
            aws_access_key_id=self._master.id,
            aws_secret_access_key=self._master.secret,
        )

    def prepare(self) -> None:
        """Make users with their keys and a role; then check every signature."""
        iam = self.client("iam")
        for user, actions in {**POLICIES, "master": ["*"]}.items():
            iam.create_user(UserName=user)
            iam.put_user_policy(UserName=user, PolicyName=user, PolicyDocument=_policy(actions))
            made = iam.create_access_key(UserName=user)["AccessKey"]
            self.keys[user] = Key(made["AccessKeyId"], made["SecretAccessKey"])
        trust = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
        document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
        iam.create_role(RoleName="reader", AssumeRolePolicyDocument=document)
        iam.put_role_policy(RoleName="reader", PolicyName="reader", PolicyDocument=_policy(READ))
        self._master = self.keys["master"]
        plain = {"Content-Type": "text/plain"}
        httpx.post(f"{self.url}/moto-api/reset-auth", content=b"0", headers=plain).raise_for_status()

    def fire(self, name: str, region: str = "eu-west-1", tags: dict[str, str] | None = None) -> None:
        """Put an alarm and let it be in ALARM."""
        cloudwatch = self.client("cloudwatch", region)
        cloudwatch.put_metric_alarm(
            AlarmName=name,
            AlarmDescription="Queries pile up",
            Namespace="AWS/RDS",
            MetricName="CPUUtilization",
            Dimensions=[{"Name": "DBInstanceIdentifier", "Value": "orders-db"}],
            Statistic="Average",
            Period=60,
            EvaluationPeriods=1,
            Threshold=90,
            ComparisonOperator="GreaterThanThreshold",
            Tags=[{"Key": key, "Value": value} for key, value in (tags or {}).items()],
        )
        cloudwatch.set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="97.1 is over 90")

    def clear(self, region: str) -> None:
        """Delete all alarms of a region."""
        cloudwatch = self.client("cloudwatch", region)
        listed = cloudwatch.describe_alarms()["MetricAlarms"]
        if listed:
            cloudwatch.delete_alarms(AlarmNames=[one["AlarmName"] for one in listed])


def _policy(actions: list[str]) -> str:
    statement = {"Effect": "Allow", "Action": actions, "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/moto-api/data.json").is_success
    except httpx.HTTPError:
        return False


@pytest.fixture(scope="session")
def aws_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aws]:
    """The server of this worker; take ``aws`` instead."""
    if any(find_spec(name) is None for name in ("moto", "flask", "flask_cors")):
        missing = "moto, flask or flask-cors is not installed (they are in the dev extra)"
        if os.environ.get(REQUIRE) == "1":
            pytest.fail(missing)
        pytest.skip(missing)
    folder = tmp_path_factory.mktemp("moto")
    port = free_port()
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,  # Ctrl-C is for pytest, which then ends it in order
        )
    guard = Guard(process.pid, folder)
    try:
        aws = Aws(f"http://127.0.0.1:{port}", process)
        until(lambda: process.poll() is not None or answers(aws.url), START_WITHIN)
        assert process.poll() is None, Path(folder / "log").read_text()
        aws.prepare()
        yield aws
    finally:
        process.terminate()
        try:
            process.wait(STOP_WITHIN)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(STOP_WITHIN)
        guard.dismiss()


@pytest.fixture
def aws(aws_server: Aws) -> Iterator[Aws]:
    """A server without alarms."""
    yield aws_server
    for region in ("eu-west-1", "us-east-1"):
        aws_server.clear(region)
