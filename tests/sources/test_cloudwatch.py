"""CloudWatch against a fake that holds each request against the service's own model."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from console.domain.priority import Priority
from console.domain.vocabulary import EffectKind, EffectState
from console.errors import SourceError
from console.sources.cloudwatch import Options, Source, parse
from console.sources.cloudwatch import place as places
from tests.fakes.cloudwatch import FakeCloudWatch, arn, fake_cloudwatch, header, record
from tests.fakes.http import Reply
from tests.paths import SHARED, needs_shared
from tests.sources.conftest import NOW, HeldClock
from tests.sources.incidents import asked_again, done, effect, incident

ACK, UNACK, SNOOZE, WAKE = EffectKind.ACK, EffectKind.UNACK, EffectKind.SNOOZE, EffectKind.WAKE
OTHER = "444455556666"
BOTH = [{"name": "payments", "profile": "payments"}, {"name": "search", "profile": "search"}]
Make = Callable[..., Source]


@pytest.fixture
def fake(tmp_path: Path) -> Iterator[FakeCloudWatch]:
    with fake_cloudwatch(tmp_path) as server:
        yield server


@pytest.fixture
async def make(fake: FakeCloudWatch, clock: HeldClock) -> AsyncIterator[Make]:
    made: list[Source] = []

    def build(**more: Any) -> Source:
        table = {
            "regions": ["eu-west-1"],
            "accounts": BOTH[:1],
            "endpoint": fake.url,
            "sts_endpoint": fake.url,
            **more,
        }
        made.append(Source("prod", Options.model_validate(table), clock))
        return made[-1]

    yield build
    for source in made:
        await source.close()


async def failure(source: Source) -> SourceError:
    with pytest.raises(SourceError) as caught:
        await source.fetch()
    return caught.value


async def test_every_region_of_every_account_is_asked(fake: FakeCloudWatch, make: Make) -> None:
    fake.alarms = [
        record("a"),
        record("b", "us-east-1"),
        record("c", account=OTHER),
        record("d", "us-east-1", OTHER),
        record("e", "sa-east-1"),
    ]
    poll = await make(regions=["eu-west-1", "us-east-1"], accounts=BOTH).fetch()
    assert (poll.complete, poll.problems) == (True, ())
    found = {alert.name: (alert.label("account"), alert.label("region")) for alert in poll.alerts}
    assert found == {
        "a": ("payments", "eu-west-1"),
        "b": ("payments", "us-east-1"),
        "c": ("search", "eu-west-1"),
        "d": ("search", "us-east-1"),
    }


async def test_metric_and_composite_alarms_are_asked_for(fake: FakeCloudWatch, make: Make) -> None:
    fake.alarms = [record("cpu"), record("shop-down", AlarmRule="ALARM(cpu)")]
    poll = await make(name_prefix="s").fetch()
    assert [(alert.name, alert.label("type"), alert.label("rule")) for alert in poll.alerts] == [
        ("shop-down", "composite", "ALARM(cpu)")
    ]
    asked = fake.bodies("DescribeAlarms")[0]
    assert asked["AlarmTypes"] == ["MetricAlarm", "CompositeAlarm", "LogAlarm"]


async def test_alarms_without_data_fire_where_that_is_wanted(fake: FakeCloudWatch, make: Make) -> None:
    fake.alarms = [record("quiet", StateValue="INSUFFICIENT_DATA"), record("fine", StateValue="OK")]
    assert (await make().fetch()).alerts == ()
    poll = await make(include_insufficient_data=True).fetch()
    assert [(alert.name, alert.priority) for alert in poll.alerts] == [("quiet", Priority.P3)]


async def test_one_region_that_fails_is_named_and_clears_nothing(fake: FakeCloudWatch, make: Make) -> None:
    fake.alarms = [record("a"), record("b", "us-east-1")]
    fake.refused = {"us-east-1": "AccessDenied"}
    poll = await make(regions=["eu-west-1", "us-east-1"]).fetch()
    assert [alert.name for alert in poll.alerts] == ["a"]
    assert not poll.complete
    assert poll.problems == (
        "CloudWatch in payments us-east-1 denies us cloudwatch:DescribeAlarms (AccessDenied)",
    )


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("ExpiredToken", "says our login has ended"),
        ("ExpiredTokenException", "aws sso login --profile payments"),
        ("UnrecognizedClientException", "does not accept our keys"),
        ("InvalidSignatureException", "this machine's clock"),
        ("AccessDeniedException", "allow cloudwatch:DescribeAlarms in our policy"),
    ],
)
async def test_credentials_that_are_no_good_park_it(
    fake: FakeCloudWatch, make: Make, code: str, said: str
) -> None:
    fake.refused = {"eu-west-1": code}
    error = await failure(make())
    assert error.parked
    assert said in str(error)
    assert "made-up" not in str(error)


@pytest.mark.parametrize("code", ["Throttling", "ThrottlingException", "RequestLimitExceeded"])
async def test_throttling_is_no_refusal(fake: FakeCloudWatch, make: Make, code: str) -> None:
    fake.refused = {"eu-west-1": code}
    error = await failure(make())
    assert (error.permanent, error.parked) == (False, False)
    assert "ask too often" in error.message


async def test_a_request_that_is_refused_hints_at_log_alarms(fake: FakeCloudWatch, make: Make) -> None:
    fake.refused = {"eu-west-1": "ValidationError"}
    assert 'types = ["metric", "composite"]' in (await failure(make())).hint
    assert "types" not in (await failure(make(types=["metric"]))).hint


async def test_a_token_that_comes_back_ends_the_poll(fake: FakeCloudWatch, make: Make) -> None:
    body = json.dumps({"MetricAlarms": [], "CompositeAlarms": [], "NextToken": "again"}).encode()
    fake.replies.extend(Reply(200, body) for _ in range(3))
    assert "in circles" in (await failure(make())).message
    assert len(fake.requests) == 2


async def test_more_than_we_read_is_said(
    fake: FakeCloudWatch, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "MOST_PAGES", 2)
    fake.alarms = [record(f"a{number:03}") for number in range(250)]
    poll = await make().fetch()
    assert (len(poll.alerts), poll.complete) == (200, False)
    (said,) = poll.problems
    assert said.startswith(
        "payments eu-west-1: more than 200 alarms in state ALARM, the others are not shown"
    )


async def test_tags_say_service_and_priority_and_are_asked_for_once(fake: FakeCloudWatch, make: Make) -> None:
    fake.alarms = [record("a", Dimensions=[{"Name": "ServiceName", "Value": "lesser"}]), record("b")]
    fake.tags = {arn("a"): {"team-service": "checkout", "severity": "critical"}}
    source = make(service_tags=["team-service"])
    first, second = [await source.fetch() for _ in range(2)]
    assert [(alert.service, alert.priority) for alert in first.alerts] == [
        ("checkout", Priority.P1),
        ("unknown", Priority.P2),
    ]
    assert first.alerts[0] is second.alerts[0]
    assert fake.operations().count("ListTagsForResource") == 2


async def test_only_so_many_tags_are_asked_for_in_one_poll(
    fake: FakeCloudWatch, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "TAGS_A_POLL", 3)
    fake.alarms = [record(f"a{number}") for number in range(5)]
    fake.tags = {arn(f"a{number}"): {"priority": "P4"} for number in range(5)}
    source = make()
    polls = [await source.fetch() for _ in range(3)]
    known = [sum(alert.priority is Priority.P4 for alert in poll.alerts) for poll in polls]
    assert known == [3, 5, 5]


async def test_tags_we_may_not_see_hide_no_alarm(fake: FakeCloudWatch, make: Make) -> None:
    fake.alarms = [record(f"a{number}") for number in range(30)]
    fake.denied = {"ListTagsForResource"}
    poll = await make().fetch()
    assert (len(poll.alerts), poll.complete) == (30, True)
    assert len(poll.problems) == 1
    assert "cloudwatch:ListTagsForResource" in poll.problems[0]
    assert fake.operations().count("ListTagsForResource") <= 8


async def test_a_tag_called_like_a_fact_misleads_nobody(fake: FakeCloudWatch, make: Make) -> None:
    fake.alarms = [record("a")]
    many = {f"t{number:02}": "x" for number in range(48)}
    fake.tags = {arn("a"): {"account": "search", "region": "mars", **many}}
    source = make(actions=["ack"])
    alerts = (await source.fetch()).alerts
    assert (alerts[0].label("account"), alerts[0].label("region")) == ("payments", "eu-west-1")
    settled = await source.act(effect(ACK), incident(*alerts), NOW)
    assert settled.handle.startswith("payments/eu-west-1/oncall-")


async def test_the_config_may_name_priorities(fake: FakeCloudWatch, make: Make) -> None:
    fake.alarms = [record("Orders-Critical"), record("b")]
    fake.tags = {arn("Orders-Critical"): {"severity": "low"}, arn("b"): {"severity": "sev0"}}
    poll = await make(priorities={"*-critical": "P1"}, severity={"SEV0": "P1"}).fetch()
    assert [alert.priority for alert in poll.alerts] == [Priority.P1, Priority.P1]


def test_what_it_mutes_is_off_unless_it_is_configured() -> None:
    table: dict[str, Any] = {"regions": ["eu-west-1"]}
    assert Options.model_validate(table).ability.does == ()
    ability = Options.model_validate({**table, "actions": ["ack"]}).ability
    assert [kind for kind, _ in ability.does] == [ACK, UNACK]
    assert ability.holds
    assert "ends when it is evaluated" in ability.words(EffectKind.RESOLVE)


@pytest.fixture
def muting(make: Make) -> Source:
    return make(regions=["eu-west-1", "us-east-1"], actions=["ack", "snooze"], mute_for="30m")


async def test_an_ack_mutes_the_alarms_of_each_place(fake: FakeCloudWatch, muting: Source) -> None:
    fake.alarms = [record("a"), record("b"), record("c", "us-east-1")]
    alerts = (await muting.fetch()).alerts
    settled = await muting.act(effect(ACK, text="looking"), incident(*alerts), NOW)
    assert (settled.state, settled.until) == (EffectState.DONE, NOW + timedelta(minutes=30))
    rules = {region: rule for (region, _name), rule in fake.rules.items()}
    assert rules["eu-west-1"]["MuteTargets"] == {"AlarmNames": ["a", "b"]}
    assert rules["us-east-1"]["MuteTargets"] == {"AlarmNames": ["c"]}
    assert rules["us-east-1"]["Rule"]["Schedule"] == {
        "Expression": "at(2026-01-05T09:03)",
        "Duration": "PT29M",
    }
    assert rules["us-east-1"]["Description"] == "Acked: INC-42 by Asha via oncall: looking (op-1)"
    assert "SetAlarmState" not in fake.operations()


async def test_a_second_attempt_makes_no_second_rule(fake: FakeCloudWatch, muting: Source) -> None:
    fake.alarms = [record("a")]
    alerts = (await muting.fetch()).alerts
    settled = [await muting.act(effect(ACK), incident(*alerts), NOW) for _ in range(2)]
    assert settled[0] == settled[1]
    assert len(fake.rules) == 1


async def test_a_mute_is_prolonged_without_a_gap(fake: FakeCloudWatch, muting: Source) -> None:
    """Ending a rule would let CloudWatch carry out what it held back."""
    fake.alarms = [record("a")]
    alerts = (await muting.fetch()).alerts
    first = await muting.act(effect(ACK), incident(*alerts), NOW)
    earlier = done(effect(ACK), first.handle, first.until)
    again = effect(ACK, "op-2", handle=first.handle)
    then = incident(*alerts, effects=[earlier, asked_again(again, "op-1")])
    second = await muting.act(again, then, NOW + timedelta(minutes=25))
    assert (second.state, second.handle) == (EffectState.DONE, first.handle)
    assert second.until == NOW + timedelta(minutes=60)
    (rule,) = fake.rules.values()
    assert rule["Rule"]["Schedule"] == {"Expression": "at(2026-01-05T09:03)", "Duration": "PT59M"}
    assert "DeleteAlarmMuteRule" not in fake.operations()


async def test_a_mute_that_somebody_removed_is_not_made_again(fake: FakeCloudWatch, muting: Source) -> None:
    fake.alarms = [record("a")]
    alerts = (await muting.fetch()).alerts
    first = await muting.act(effect(ACK), incident(*alerts), NOW)
    fake.rules.clear()
    again = effect(ACK, "op-2", handle=first.handle)
    effects = [done(effect(ACK), first.handle, first.until), asked_again(again, "op-1")]
    second = await muting.act(again, incident(*alerts, effects=effects), NOW + timedelta(minutes=25))
    assert (second.state, second.text) == (EffectState.FAILED, "mute rule was removed at prod")
    assert not fake.rules


async def test_a_snooze_mutes_until_then_and_waking_ends_it(fake: FakeCloudWatch, muting: Source) -> None:
    fake.alarms = [record("a")]
    alerts = (await muting.fetch()).alerts
    evening = NOW + timedelta(hours=7, seconds=20)
    settled = await muting.act(effect(SNOOZE, until=evening), incident(*alerts), NOW)
    assert settled.until == evening
    (rule,) = fake.rules.values()
    assert fake.ends(rule).replace(tzinfo=UTC) == evening.replace(second=0) + timedelta(minutes=1)
    woken = await muting.act(
        effect(WAKE, "op-2", handle=settled.handle),
        incident(*alerts, effects=[done(effect(SNOOZE), settled.handle, settled.until)]),
        NOW,
    )
    assert (woken.state, woken.text) == (EffectState.DONE, "mute rule ended")
    assert not fake.rules


async def test_more_than_fifteen_days_are_refused(fake: FakeCloudWatch, muting: Source) -> None:
    fake.alarms = [record("a")]
    alerts = (await muting.fetch()).alerts
    settled = await muting.act(effect(SNOOZE, until=NOW + timedelta(days=16)), incident(*alerts), NOW)
    assert settled.state is EffectState.FAILED
    assert "at most 15 days" in settled.text


async def test_a_missing_right_to_mute_is_named(fake: FakeCloudWatch, muting: Source) -> None:
    fake.alarms = [record("a")]
    fake.denied = {"PutAlarmMuteRule"}
    alerts = (await muting.fetch()).alerts
    settled = await muting.act(effect(ACK), incident(*alerts), NOW)
    assert settled.state is EffectState.FAILED
    assert "allow cloudwatch:PutAlarmMuteRule" in settled.text


async def test_a_place_that_left_the_config_is_named(muting: Source) -> None:
    settled = await muting.act(effect(UNACK, handle="search/eu-west-1/oncall-x"), incident(), NOW)
    assert settled.state is EffectState.FAILED
    assert "search eu-west-1 is no longer among accounts and regions" in settled.text


async def test_throttled_mutes_are_tried_again(fake: FakeCloudWatch, muting: Source) -> None:
    fake.alarms = [record("a")]
    alerts = (await muting.fetch()).alerts
    fake.refused = {"eu-west-1": "Throttling"}
    with pytest.raises(SourceError, match="too often"):
        await muting.act(effect(ACK), incident(*alerts), NOW)


async def test_it_says_who_it_is_and_which_rights_are_missing(fake: FakeCloudWatch, make: Make) -> None:
    fake.alarms = [record("a", StateValue="OK")]
    fake.denied = {"ListTagsForResource", "GetAlarmMuteRule"}
    proof = await make(accounts=BOTH, actions=["ack"]).prove()
    assert proof.identity == (
        "arn:aws:sts::111122223333:assumed-role/oncall/asha, arn:aws:sts::444455556666:assumed-role/oncall/asha"
    )
    assert proof.missing == (
        "payments eu-west-1: cloudwatch:ListTagsForResource: service and priority by tag",
        "payments eu-west-1: cloudwatch:GetAlarmMuteRule: needed to prolong a mute",
        "search eu-west-1: cloudwatch:GetAlarmMuteRule: needed to prolong a mute",
    )
    assert proof.unproven == (
        "cloudwatch:PutAlarmMuteRule and DeleteAlarmMuteRule: only a mute would show them",
        "cloudwatch:ListTagsForResource: there is no alarm to try it on",
    )
    assert not fake.rules


@pytest.mark.parametrize(
    ("profile", "parked", "said"),
    [
        ("nowhere", False, 'there is no AWS profile "nowhere"'),
        ("with-code", True, "asks for an MFA code"),
        ("sso", True, "the AWS login has ended: aws sso login --profile sso"),
        ("cannot", False, "aws sts get-caller-identity --profile cannot"),
        (None, True, "no AWS credentials are found"),
    ],
)
async def test_without_credentials_nothing_is_sent(
    fake: FakeCloudWatch, make: Make, profile: str | None, *, parked: bool, said: str
) -> None:
    error = await failure(make(accounts=[{"name": "x", "profile": profile}]))
    assert error.parked == parked
    assert said in str(error)
    assert str(error).isprintable()
    assert not fake.requests


async def test_the_package_that_is_missing_is_named(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "botocore.auth", None)
    error = await failure(make())
    assert error.hint == "pip install 'oncall-console[aws]'"


async def test_the_signature_covers_the_operation(fake: FakeCloudWatch, make: Make) -> None:
    await make().fetch()
    signed = header(fake.requests[0], "authorization")
    assert "SignedHeaders=content-type;host;x-amz-date;x-amz-target" in signed
    assert header(fake.requests[0], "content-type") == "application/x-amz-json-1.0"


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({}, "regions"),
        ({"regions": []}, "regions"),
        ({"regions": ["Ireland"]}, "is not a region"),
        ({"regions": ["eu-west-1"], "accounts": [BOTH[0], BOTH[0]]}, 'two called "payments"'),
        ({"regions": ["eu-west-1"], "accounts": [{"name": "a", "external_id": "x"}]}, "needs role_arn"),
        ({"regions": ["eu-west-1"], "accounts": [{"name": "a", "role_arn": "reader"}]}, "is not a role"),
        ({"regions": ["eu-west-1"], "mute_for": "16d"}, "at most 15d"),
        ({"regions": ["eu-west-1"], "actions": ["resolve"]}, "cannot be resolved"),
        (
            {"regions": ["eu-west-1", "us-east-1"], "endpoint": "https://vpce-1.monitoring.eu-west-1.vpce.amazonaws.com"},
            "one source a region",
        ),
    ],
)  # fmt: skip
def test_a_config_that_cannot_work_is_refused(table: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        Options.model_validate(table)


async def test_public_addresses_are_the_regions_own(clock: HeldClock) -> None:
    source = Source("prod", Options.model_validate({"regions": ["eu-west-1", "cn-north-1"]}), clock)
    assert [place._client.url for place in source._places] == [
        "https://monitoring.eu-west-1.amazonaws.com",
        "https://monitoring.cn-north-1.amazonaws.com.cn",
    ]
    await source.close()


async def test_only_a_few_places_are_asked_at_once(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    running = most = 0

    async def listing(_place: places.Place) -> places.Listing:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0)
        running -= 1
        return places.Listing(())

    monkeypatch.setattr(places.Place, "listing", listing)
    await make(regions=[f"eu-west-{number}" for number in range(1, 10)]).fetch()
    assert most == 4


@needs_shared
@pytest.mark.parametrize("file", sorted((SHARED / "samples/alerts/cloudwatch").glob("*.json")), ids=str)
def test_notifications_are_no_alarms_and_are_named(file: Path) -> None:
    """The samples are what SNS and Lambda are sent, not what DescribeAlarms answers."""
    poll = parse(json.loads(file.read_text()), "prod", Options.model_validate({"regions": ["eu-west-1"]}))
    assert (poll.alerts, poll.complete) == ((), False)
    assert poll.problems == ("alarm 1 of the answer cannot be read: it has no AlarmArn",)
