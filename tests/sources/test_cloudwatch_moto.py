"""CloudWatch against a server that checks every signature."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from console.clock import SystemClock
from console.domain.priority import Priority
from console.errors import SourceError
from console.sources.cloudwatch import Options, Source
from tests.fakes.cloudwatch import profiles
from tests.servers.moto import ACCOUNT, ROLE, Aws, Key, aws, aws_server

__all__ = ["aws", "aws_server"]

Make = Callable[..., Source]


@pytest.fixture
def keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Key], None]]:
    """Let the environment hold somebody's key."""

    def hold(key: Key) -> None:
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", key.id)
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", key.secret)

    with profiles(tmp_path):
        yield hold


@pytest.fixture
async def make(aws: Aws) -> AsyncIterator[Make]:
    made: list[Source] = []

    def build(**more: Any) -> Source:
        table = {"regions": ["eu-west-1"], "endpoint": aws.url, "sts_endpoint": aws.url, **more}
        made.append(Source("prod", Options.model_validate(table), SystemClock()))
        return made[-1]

    yield build
    for source in made:
        await source.close()


async def test_alarms_of_two_regions_with_their_tags(
    aws: Aws, make: Make, keys: Callable[[Key], None]
) -> None:
    keys(aws.keys["reader"])
    aws.fire("orders-cpu", tags={"severity": "critical", "service": "checkout"})
    aws.fire("queue-age", "us-east-1")
    poll = await make(regions=["eu-west-1", "us-east-1"]).fetch()
    assert (poll.complete, poll.problems) == (True, ())
    assert [(alert.name, alert.service, alert.priority, alert.label("region")) for alert in poll.alerts] == [
        ("orders-cpu", "checkout", Priority.P1, "eu-west-1"),
        ("queue-age", "orders-db", Priority.P2, "us-east-1"),
    ]
    first = poll.alerts[0]
    assert first.ref.fingerprint == f"arn:aws:cloudwatch:eu-west-1:{ACCOUNT}:alarm:orders-cpu"
    assert (first.title, first.description) == ("97.1 is over 90", "Queries pile up")
    assert first.started_at is not None


async def test_what_recovers_leaves(aws: Aws, make: Make, keys: Callable[[Key], None]) -> None:
    keys(aws.keys["reader"])
    aws.fire("orders-cpu")
    source = make()
    assert len((await source.fetch()).alerts) == 1
    aws.client("cloudwatch", "eu-west-1").set_alarm_state(
        AlarmName="orders-cpu", StateValue="OK", StateReason="fine"
    )
    poll = await source.fetch()
    assert (poll.alerts, poll.complete) == ((), True)


@pytest.mark.parametrize("key_of", ["wrong secret", "unknown"])
async def test_keys_that_are_no_good_park_it(
    aws: Aws, make: Make, keys: Callable[[Key], None], key_of: str
) -> None:
    good = aws.keys["reader"]
    keys(Key(good.id, "wrong") if key_of == "wrong secret" else Key("AKIAUNKNOWN", "wrong"))
    source = make()
    for ask in (source.fetch, source.prove):
        with pytest.raises(SourceError) as caught:
            await ask()
        assert caught.value.parked
        assert "does not accept our keys" in caught.value.message
        assert "wrong" not in str(caught.value)
    keys(good)
    assert (await source.fetch()).complete  # found again, as after a login


async def test_a_policy_that_does_not_suffice_is_told(
    aws: Aws, make: Make, keys: Callable[[Key], None]
) -> None:
    keys(aws.keys["nobody"])
    source = make()
    with pytest.raises(SourceError, match="denies us cloudwatch:DescribeAlarms") as caught:
        await source.fetch()
    assert caught.value.parked
    proof = await source.prove()
    assert proof.identity == f"arn:aws:iam::{ACCOUNT}:user/nobody"
    assert proof.missing == ("eu-west-1: cloudwatch:DescribeAlarms on *: needed to see alarms",)


async def test_it_says_who_it_is(aws: Aws, make: Make, keys: Callable[[Key], None]) -> None:
    keys(aws.keys["reader"])
    aws.fire("orders-cpu")
    proof = await make().prove()
    assert (proof.identity, proof.missing, proof.unproven) == (
        f"arn:aws:iam::{ACCOUNT}:user/reader",
        (),
        (),
    )


async def test_a_role_is_taken_on(aws: Aws, make: Make, keys: Callable[[Key], None]) -> None:
    keys(aws.keys["keeper"])
    aws.fire("orders-cpu")
    source = make(accounts=[{"name": "payments", "role_arn": ROLE, "external_id": "e-1"}])
    assert [alert.label("account") for alert in (await source.fetch()).alerts] == ["payments"]
    assert (await source.prove()).identity == f"arn:aws:sts::{ACCOUNT}:assumed-role/reader/oncall-console"


async def test_a_role_that_may_not_be_taken_on_parks_it(
    aws: Aws, make: Make, keys: Callable[[Key], None]
) -> None:
    keys(aws.keys["nobody"])
    with pytest.raises(SourceError, match="account payments: STS denies us the role") as caught:
        await make(accounts=[{"name": "payments", "role_arn": ROLE}]).fetch()
    assert caught.value.parked
    assert "trust policy" in caught.value.hint
