"""Google Cloud Monitoring: several projects, their policies' documentation, and snoozes where asked for."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from console.domain.alert import Alert
from console.domain.vocabulary import EffectKind, EffectState
from console.errors import SourceError
from console.sources.base.reading.records import Record
from console.sources.gcp import Options, Source, parse
from console.sources.gcp.filters import filter_of, fulfils
from tests.fakes.google import FakeGoogle, alert, key_file
from tests.fakes.http import Reply, serving
from tests.paths import SHARED, needs_shared
from tests.sources.conftest import NOW, HeldClock
from tests.sources.incidents import done, effect, incident

SNOOZE, WAKE = EffectKind.SNOOZE, EffectKind.WAKE
EVENING = NOW + timedelta(hours=3)
PROJECT = "payments-prod"


def options(**more: Any) -> Options:
    return Options.model_validate({"projects": [PROJECT], **more})


@pytest.fixture
def fake() -> Iterator[FakeGoogle]:
    with serving(FakeGoogle()) as server:
        yield server


def chosen(fake: FakeGoogle, folder: Path, **more: Any) -> Options:
    return options(url=fake.url, credentials=str(key_file(folder, f"{fake.url}/token")), **more)


@pytest.fixture
async def source(fake: FakeGoogle, tmp_path: Path, clock: HeldClock) -> AsyncIterator[Source]:
    made = Source("prod", chosen(fake, tmp_path, actions=["snooze"]), clock)
    yield made
    await made.close()


@pytest.fixture
async def both(fake: FakeGoogle, tmp_path: Path, clock: HeldClock) -> AsyncIterator[Source]:
    """A source of two projects."""
    made = Source("prod", chosen(fake, tmp_path, projects=[PROJECT, "shop-prod"]), clock)
    fake.alerts = {PROJECT: [alert(1)], "shop-prod": [alert(2, "shop-prod")]}
    yield made
    await made.close()


async def firing(fake: FakeGoogle, source: Source, *numbers: int) -> tuple[Alert, ...]:
    fake.alerts[PROJECT] = [alert(number) for number in numbers or (1,)]
    return (await source.fetch()).alerts


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"projects": []}, "at least 1"),
        ({"projects": ["a/b"]}, "is not the id of a project"),
        ({"actions": ["ack"]}, "knows no ack"),
        ({"actions": ["resolve"]}, "its condition is no longer met"),
        ({"severity": {"sev0": 1}}, "is one of P1"),
    ],
)
def test_options_that_cannot_be(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        options(**wrong)


def test_nothing_is_done_there_unless_the_config_says_so() -> None:
    assert options(projects=["projects/payments-prod"], url="https://private.example/v3").projects == (
        PROJECT,
    )
    ability = options().ability
    assert not any(map(ability.can, EffectKind))
    able = options(actions=["snooze"]).ability
    assert (able.can(SNOOZE), able.can(WAKE), able.can(EffectKind.ACK), able.holds) == (
        True,
        True,
        False,
        True,
    )


async def test_what_is_asked_for(fake: FakeGoogle, source: Source) -> None:
    await source.fetch()
    (asked,) = fake.asked(f"/v3/projects/{PROJECT}/alerts")
    assert asked.query == {
        "filter": ['state="OPEN"'],
        "orderBy": ["open_time desc"],
        "pageSize": ["1000"],
    }
    assert {request.path for request in fake.requests} == {"/token", f"/v3/projects/{PROJECT}/alerts"}


async def test_all_pages_of_all_projects_are_read(fake: FakeGoogle, both: Source) -> None:
    fake.page = 2
    fake.alerts[PROJECT] = [alert(number) for number in range(1, 6)]
    poll = await both.fetch()
    assert (len(poll.alerts), poll.complete, poll.problems) == (6, True, ())


async def test_a_page_that_follows_itself_ends_in_an_error(fake: FakeGoogle, source: Source) -> None:
    await source.fetch()
    fake.replies.extend(Reply.json({"alerts": [], "nextPageToken": "again"}) for _ in range(2))
    with pytest.raises(SourceError, match="names the same page twice"):
        await source.fetch()
    fake.replies.append(Reply.json(["alerts"]))
    with pytest.raises(SourceError, match="no list of alerts"):
        await source.fetch()


async def test_beyond_the_cap_it_says_so(
    fake: FakeGoogle, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.sources.gcp.pages.MOST_PAGES", 2)
    fake.page = 2
    fake.alerts[PROJECT] = [alert(number) for number in range(1, 6)]
    poll = await source.fetch()
    assert (len(poll.alerts), poll.complete) == (4, False)
    assert poll.problems[0].startswith("payments-prod has more open alerts than")


async def test_a_project_that_cannot_be_read_is_named_and_nothing_counts_as_cleared(
    fake: FakeGoogle, both: Source
) -> None:
    fake.denied = {"shop-prod"}
    poll = await both.fetch()
    assert ([one.ref.fingerprint for one in poll.alerts], poll.complete) == (
        [f"projects/{PROJECT}/alerts/0.1"],
        False,
    )
    assert poll.problems[0].startswith("shop-prod: ")
    fake.denied.add(PROJECT)
    with pytest.raises(SourceError, match="no project can be read") as caught:
        await both.fetch()
    assert caught.value.parked


async def test_documentation_is_read_once_and_for_a_new_policy(
    fake: FakeGoogle, source: Source, clock: HeldClock
) -> None:
    path = f"/v3/projects/{PROJECT}/alertPolicies"
    written = {"content": "Look at the disk.", "subject": "Disk"}
    fake.policies[PROJECT] = [{"name": f"projects/{PROJECT}/alertPolicies/11", "documentation": written}]
    (one,) = await firing(fake, source)
    assert (one.title, one.description) == ("Disk", "Look at the disk.")
    await source.fetch()
    assert len(fake.asked(path)) == 1
    clock.pass_(61)
    fake.alerts[PROJECT].append(alert(2, policy="12"))
    await source.fetch()
    await source.fetch()
    assert len(fake.asked(path)) == 2


async def test_what_may_not_be_read_beside_the_alerts_is_said(fake: FakeGoogle, source: Source) -> None:
    fake.denied = {f"{PROJECT}/alertPolicies", f"{PROJECT}/snoozes"}
    fake.alerts[PROJECT] = [alert(1)]
    poll = await source.fetch()
    assert (len(poll.alerts), poll.complete) == (1, True)
    policies, snoozes = poll.problems
    assert policies.startswith("the policies of payments-prod cannot be read: ")
    assert snoozes.startswith("the snoozes of payments-prod cannot be read: ")


@pytest.mark.parametrize("payload", [None, [], {}, {"alerts": {}}, {"alerts": [], "snoozes": [None, {}]}])
def test_an_answer_without_alerts_has_none(payload: Any) -> None:
    assert parse(payload, "prod", options()).alerts == ()


@needs_shared
def test_a_notification_is_no_answer_of_the_api() -> None:
    samples = SHARED / "samples" / "alerts" / "gcp_monitoring"
    bodies = [json.loads(file.read_text(encoding="utf-8")) for file in sorted(samples.glob("*.json"))]
    poll = parse({"alerts": [body["incident"] for body in bodies]}, "prod", options())
    assert (poll.alerts, poll.complete, len(poll.problems)) == ((), False, len(bodies))


@given(st.dictionaries(st.from_regex(r"[a-z_]{1,8}", fullmatch=True), st.text(max_size=20), max_size=4))
def test_an_alert_fulfils_its_own_filter_and_another_does_not(labels: dict[str, str]) -> None:
    one = Record({"resource": {"labels": labels}})
    words = filter_of(one)
    if " AND " not in "".join(labels.values()):
        assert fulfils(one, words)
    for name, value in labels.items():
        other = Record({"resource": {"labels": {**labels, name: f"{value}!"}}})
        assert not fulfils(other, words)


def test_a_filter_that_we_cannot_read_covers_nothing() -> None:
    one = Record({"resource": {"labels": {"zone": "a"}}})
    assert fulfils(one, "  ")
    assert not fulfils(one, 'resource.labels.zone="a" OR resource.labels.zone="b"')
    assert not fulfils(one, 'resource.labels.zone!="b"')


async def test_a_snooze_is_of_the_policy_and_what_the_alert_is_about(
    fake: FakeGoogle, source: Source
) -> None:
    alerts = await firing(fake, source)
    settled = await source.act(effect(SNOOZE, until=EVENING, text="deploying"), incident(*alerts), NOW)
    (made,) = fake.snoozes.values()
    assert made["displayName"] == "Snoozed: INC-42 by Asha via oncall: deploying (op-1)"
    assert made["criteria"] == {
        "policies": [f"projects/{PROJECT}/alertPolicies/11"],
        "filter": 'resource.labels.instance_id="1" AND resource.labels.project_id="payments-prod"'
        ' AND resource.labels.zone="europe-west1-b"',
    }
    assert made["interval"] == {
        "startTime": "2026-01-05T09:02:00.000Z",
        "endTime": "2026-01-05T12:02:00.000Z",
    }
    assert (settled.state, settled.text) == (EffectState.DONE, "snoozed until 12:02Z")
    assert (settled.until, settled.handle) == (EVENING, made["name"])
    assert await source.act(effect(SNOOZE, until=EVENING), incident(*alerts), NOW) == settled
    assert len(fake.snoozes) == 1
    (muted,) = (await source.fetch()).alerts
    assert (muted.muted_until, muted.muted_by) == (EVENING, made["displayName"])


async def test_another_snooze_moves_its_end(fake: FakeGoogle, source: Source) -> None:
    alerts = await firing(fake, source)
    early = effect(SNOOZE, "op-1", until=NOW + timedelta(hours=1))
    first = await source.act(early, incident(*alerts), NOW)
    whole = incident(*alerts, effects=[done(early, first.handle)])
    later = await source.act(effect(SNOOZE, "op-2", until=EVENING, handle=first.handle), whole, NOW)
    assert (later.handle, later.until) == (first.handle, EVENING)
    (standing,) = fake.standing(NOW)
    assert standing["interval"]["endTime"] == "2026-01-05T12:02:00.000Z"


async def test_waking_ends_it(fake: FakeGoogle, source: Source) -> None:
    alerts = await firing(fake, source, 1, 2)
    snooze = effect(SNOOZE, "op-1", until=EVENING)
    settled = await source.act(snooze, incident(*alerts), NOW)
    assert settled.text == "snoozed until 12:02Z (2 snoozes)"
    whole = incident(cleared=alerts, effects=[done(snooze, settled.handle)])
    woken = await source.act(effect(WAKE, "op-2", handle=settled.handle), whole, NOW)
    assert woken.text == "2 snoozes ended"
    later = NOW + timedelta(seconds=6)
    assert fake.standing(later) == []
    again = await source.act(effect(WAKE, "op-2", handle=settled.handle), whole, later)
    assert (again.state, again.text) == (EffectState.DONE, "no longer snoozed")


async def test_what_is_over_needs_no_snooze(fake: FakeGoogle, source: Source) -> None:
    alerts = await firing(fake, source)
    fake.alerts[PROJECT][0]["state"] = "CLOSED"
    closed = await source.act(effect(SNOOZE, until=EVENING), incident(*alerts), NOW)
    fake.alerts[PROJECT].clear()
    gone = await source.act(effect(SNOOZE, until=EVENING), incident(*alerts), NOW)
    late = await source.act(effect(SNOOZE, until=NOW), incident(*alerts), NOW)
    assert {one.state for one in (closed, gone, late)} == {EffectState.DONE}
    assert fake.snoozes == {}


async def test_what_is_refused_is_said(fake: FakeGoogle, source: Source) -> None:
    alerts = await firing(fake, source, *range(1, 22))
    many = await source.act(effect(SNOOZE, until=EVENING), incident(*alerts), NOW)
    assert (many.state, many.text) == (
        EffectState.FAILED,
        "not snoozed: 21 alerts fire, more than 20 snoozes",
    )
    fake.denied = {f"{PROJECT}/snoozes"}
    denied = await source.act(effect(SNOOZE, until=EVENING), incident(alerts[0]), NOW)
    fake.denied = {PROJECT}
    hidden = await source.act(effect(SNOOZE, until=EVENING), incident(alerts[0]), NOW)
    assert (denied.state, hidden.state) == (EffectState.FAILED, EffectState.FAILED)
    assert "403" in denied.text
    acked = await source.act(effect(EffectKind.ACK), incident(*alerts), NOW)
    assert (acked.state, acked.text) == (EffectState.FAILED, "prod knows no ack")
    fake.replies.append(Reply(429))
    with pytest.raises(SourceError):
        await source.act(effect(SNOOZE, until=EVENING), incident(alerts[0]), NOW)


async def test_rights_are_tried_without_changing_anything(fake: FakeGoogle, source: Source) -> None:
    proof = await source.prove()
    assert proof.identity == "oncall@payments-prod.iam.gserviceaccount.example"
    assert (proof.missing, len(proof.unproven)) == ((), 1)
    fake.denied = {f"{PROJECT}/alerts", f"{PROJECT}/snoozes"}
    missing = (await source.prove()).missing
    assert [one.partition(":")[0] for one in missing] == [
        "monitoring.alerts.list in payments-prod",
        "monitoring.snoozes.list in payments-prod",
    ]
    fake.replies.append(Reply(404))
    assert (await source.prove()).missing == (
        "payments-prod: there is no such project, or it is hidden from us",
    )
    assert {request.method for request in fake.requests if request.path != "/token"} == {"GET"}
