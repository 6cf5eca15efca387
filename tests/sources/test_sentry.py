"""Sentry: issues page by page, archived ones as muted, and what the keys change there."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from console.domain.alert import Alert
from console.domain.people import Person
from console.domain.vocabulary import EffectKind, EffectState
from console.errors import SourceError
from console.sources.sentry import Options, Source, parse
from console.sources.sentry.pages import next_cursor
from tests.fakes.http import Reply, serving
from tests.fakes.sentry import ISSUES, FakeSentry, issue
from tests.sources.conftest import NOW, HeldClock
from tests.sources.incidents import effect, incident

EVENING = NOW + timedelta(hours=3)
PEOPLE = {
    "asha": Person(id="asha", name="Asha", contacts=(("email", "asha@ops.example"),)),
    "eko": Person(id="eko", name="Eko", contacts=(("email", "eko@ops.example"),)),
    "dewi": Person(id="dewi", name="Dewi"),
}


def options(**more: Any) -> Options:
    return Options.model_validate({"organization": "acme", "token": "secret-made-up", **more})


@pytest.fixture
def fake() -> Iterator[FakeSentry]:
    with serving(FakeSentry()) as server:
        yield server


@pytest.fixture
async def source(fake: FakeSentry, clock: HeldClock) -> AsyncIterator[Source]:
    made = Source("prod", options(url=fake.url), clock)
    yield made
    await made.close()


async def firing(fake: FakeSentry, source: Source, *numbers: int) -> tuple[Alert, ...]:
    fake.issues = [issue(number) for number in numbers or (1,)]
    return (await source.fetch()).alerts


def test_the_address_may_be_pasted_from_the_api() -> None:
    assert options().url == "https://sentry.io"
    assert options(url="https://de.sentry.io/api/0/").url == "https://de.sentry.io"
    assert "made-up" not in repr(options())


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"actions": ["ack"]}, "knows no ack"),
        ({"stats_period": "a day"}, "should match pattern"),
        ({"organization": "two words"}, "one word"),
        ({"levels": {"error": "bad"}}, "is one of P1"),
    ],
)
def test_options_that_cannot_be(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        options(**wrong)


def test_what_it_does_there_if_nothing_else_is_said() -> None:
    ability = options().ability
    done = {kind for kind in EffectKind if ability.can(kind)}
    assert done == {
        EffectKind.RESOLVE, EffectKind.REOPEN, EffectKind.SNOOZE, EffectKind.WAKE, EffectKind.ASSIGN,
    }  # fmt: skip
    assert ability.words(EffectKind.ACK).startswith("knows no ack")
    assert not ability.holds
    assert not any(map(options(actions=[]).ability.can, EffectKind))


async def test_what_is_asked_for(fake: FakeSentry, clock: HeldClock) -> None:
    chosen = options(
        url=fake.url, projects=["shop", "web"], environments=["prod", "canary"], query="error.unhandled:true"
    )
    source = Source("prod", chosen, clock)
    await source.fetch()
    await source.close()
    opened, archived = fake.asked(ISSUES)
    assert opened.one("query") == "is:unresolved project:[shop,web] error.unhandled:true"
    assert archived.one("query") == (
        "is:archived_until_condition_met project:[shop,web] error.unhandled:true"
    )
    assert opened.query["environment"] == ["prod", "canary"]
    assert (opened.one("project"), opened.one("sort"), opened.one("statsPeriod")) == ("-1", "new", "24h")
    assert {name.lower(): text for name, text in opened.headers.items()}["authorization"] == (
        "Bearer secret-made-up"
    )


async def test_one_project_needs_no_list(fake: FakeSentry, clock: HeldClock) -> None:
    source = Source("prod", options(url=fake.url, projects=["shop"], archived=False), clock)
    await source.fetch()
    await source.close()
    (asked,) = fake.asked(ISSUES)
    assert asked.one("query") == "is:unresolved project:shop"


async def test_pages_are_read_until_the_link_says_that_nothing_follows(
    fake: FakeSentry, source: Source
) -> None:
    alerts = await firing(fake, source, *range(1, 251))
    assert [alert.ref.fingerprint for alert in alerts] == [str(number) for number in range(1, 251)]
    cursors = [one.one("cursor") for one in fake.asked(ISSUES) if "is:unresolved" in one.one("query")]
    assert cursors == ["", "0:100:0", "0:200:0"]


async def test_a_page_that_follows_itself_ends_in_an_error(fake: FakeSentry, source: Source) -> None:
    link = f'<{fake.url}>; rel="next"; results="true"; cursor="0:100:0"'
    fake.replies.extend(Reply(200, b"[]", {"Link": link}) for _ in range(2))
    with pytest.raises(SourceError, match="names the same page twice"):
        await source.fetch()


async def test_beyond_the_cap_it_says_so(
    fake: FakeSentry, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.sources.sentry.source._MOST_PAGES", 2)
    fake.issues = [issue(number) for number in range(1, 251)]
    poll = await source.fetch()
    assert (len(poll.alerts), poll.complete) == (200, False)
    assert poll.problems == (
        "Sentry has more than the 200 issues that are read: narrow projects, query or stats_period",
    )


async def test_an_answer_that_is_no_list_fails_the_poll(fake: FakeSentry, source: Source) -> None:
    fake.replies.append(Reply.json({"issues": []}))
    with pytest.raises(SourceError, match="without a list of issues"):
        await source.fetch()


async def test_an_old_server_is_told_from_a_broken_one(fake: FakeSentry, source: Source) -> None:
    refused = Reply.json({"detail": "Invalid value for is search"}, 400)
    fake.replies.extend([Reply.json([]), refused])
    with pytest.raises(SourceError) as caught:
        await source.fetch()
    assert "archived = false" in caught.value.hint
    fake.replies.extend([Reply.json([]), Reply(429)])
    with pytest.raises(SourceError) as caught:
        await source.fetch()
    assert caught.value.status == 429


@pytest.mark.parametrize(
    ("link", "cursor"),
    [
        ('<https://s/?a=1,2&cursor=0:1:0>; rel="next"; results="true"; cursor="0:1:0"', "0:1:0"),
        ('<x>; rel="next"; results="false"; cursor="0:1:0"', ""),
        ('<x>; rel="previous"; results="true"; cursor="0:0:1"', ""),
        ('<x>; cursor="1:2:3"; results="true"; rel="next"', "1:2:3"),
        ('<x>; rel="next"; results="true"; cursor="a&b=c"', ""),
        ("", ""),
    ],
)
def test_the_next_page_is_named_in_the_link(link: str, cursor: str) -> None:
    assert next_cursor(link) == cursor


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["next", "previous"]),
            st.booleans(),
            st.from_regex(r"[0-9]{1,9}:[0-9]{1,9}:[01]", fullmatch=True),
        )
    )
)
def test_only_a_next_page_with_results_follows(pages: list[tuple[str, bool, str]]) -> None:
    link = ", ".join(
        f'<https://s/?q=a,b>; rel="{rel}"; results="{str(more).lower()}"; cursor="{cursor}"'
        for rel, more, cursor in pages
    )
    following = [cursor for rel, more, cursor in pages if rel == "next" and more]
    assert next_cursor(link) == (following[0] if following else "")


@pytest.mark.parametrize("payload", [None, {}, "issues", 7])
def test_what_is_no_list_has_no_alerts(payload: Any) -> None:
    assert parse(payload, "prod", options()).alerts == ()


async def test_resolving_and_reopening(fake: FakeSentry, source: Source) -> None:
    alerts = await firing(fake, source, 1, 2, 3)
    resolved = await source.act(effect(EffectKind.RESOLVE), incident(*alerts[:2]), NOW)
    assert (resolved.state, resolved.text, resolved.handle) == (
        EffectState.DONE,
        "resolved (2 issues)",
        "1 2",
    )
    assert [one["status"] for one in fake.issues] == ["resolved", "resolved", "unresolved"]
    assert await source.act(effect(EffectKind.RESOLVE), incident(*alerts[:2]), NOW) == resolved
    assert [alert.ref.fingerprint for alert in (await source.fetch()).alerts] == ["3"]
    cleared = incident(cleared=alerts[:2])
    reopened = await source.act(effect(EffectKind.REOPEN, "op-2", handle="1"), cleared, NOW)
    assert reopened.text == "reopened"
    assert [one["status"] for one in fake.issues] == ["unresolved", "resolved", "unresolved"]
    await source.act(effect(EffectKind.REOPEN, "op-3"), cleared, NOW)
    assert {one["status"] for one in fake.issues} == {"unresolved"}


async def test_snoozing_archives_and_waking_opens_what_is_still_archived(
    fake: FakeSentry, source: Source
) -> None:
    alerts = await firing(fake, source, 1, 2)
    snoozed = await source.act(effect(EffectKind.SNOOZE, until=EVENING), incident(*alerts), NOW)
    assert (snoozed.text, snoozed.until) == ("archived until 12:02Z (2 issues)", EVENING)
    (asked,) = fake.asked(ISSUES, "PUT")
    assert asked.body == {"status": "ignored", "statusDetails": {"ignoreDuration": 180}}
    poll = await source.fetch()
    assert [(alert.muted_until, alert.muted_by) for alert in poll.alerts] == [(EVENING, "archived")] * 2
    fake.issues[0]["status"] = "resolved"
    woken = await source.act(effect(EffectKind.WAKE, "op-2", handle=snoozed.handle), incident(*alerts), NOW)
    assert woken.text == "taken out of the archive"
    assert [one["status"] for one in fake.issues] == ["resolved", "unresolved"]
    del fake.issues[0]
    again = await source.act(effect(EffectKind.WAKE, "op-2", handle=snoozed.handle), incident(*alerts), NOW)
    assert (again.state, again.text) == (EffectState.DONE, "no longer archived")


async def test_a_snooze_of_days_is_said_with_its_date(fake: FakeSentry, source: Source) -> None:
    alerts = await firing(fake, source)
    late = NOW + timedelta(days=2, seconds=30)
    settled = await source.act(effect(EffectKind.SNOOZE, until=late), incident(*alerts), NOW)
    assert settled.text == "archived until 07 Jan 09:02Z"
    assert fake.asked(ISSUES, "PUT")[0].body["statusDetails"] == {"ignoreDuration": 2881}
    over = await source.act(effect(EffectKind.SNOOZE, until=NOW), incident(*alerts), NOW)
    assert (over.state, over.until) == (EffectState.DONE, None)


async def test_assigning_is_by_email(fake: FakeSentry, source: Source) -> None:
    alerts = await firing(fake, source)
    settled = await source.act(effect(EffectKind.ASSIGN, text="asha"), incident(*alerts), NOW, PEOPLE)
    assert (settled.state, settled.text) == (EffectState.DONE, "assigned to asha@ops.example")
    assert fake.issues[0]["assignedTo"] == "asha@ops.example"
    nobody = await source.act(effect(EffectKind.ASSIGN, text="dewi"), incident(*alerts), NOW, PEOPLE)
    assert nobody.text == "not assigned: dewi has no email address in the config"
    stranger = await source.act(effect(EffectKind.ASSIGN, text="eko"), incident(*alerts), NOW, PEOPLE)
    assert (nobody.state, stranger.state) == (EffectState.FAILED, EffectState.FAILED)
    assert "400" in stranger.text


async def test_nothing_is_ever_changed_without_naming_it(fake: FakeSentry, source: Source) -> None:
    for kind in (EffectKind.RESOLVE, EffectKind.REOPEN, EffectKind.WAKE):
        assert (await source.act(effect(kind), incident(), NOW)).state is EffectState.DONE
    await source.act(effect(EffectKind.SNOOZE, until=EVENING), incident(), NOW)
    await source.act(effect(EffectKind.ASSIGN, text="asha"), incident(), NOW, PEOPLE)
    assert fake.asked(ISSUES, "PUT") == []


async def test_many_issues_are_changed_a_hundred_at_once(fake: FakeSentry, source: Source) -> None:
    alerts = await firing(fake, source, *range(1, 151))
    await source.act(effect(EffectKind.RESOLVE), incident(*alerts), NOW)
    assert [len(one.query["id"]) for one in fake.asked(ISSUES, "PUT")] == [100, 50]


async def test_what_is_refused_is_said(fake: FakeSentry, source: Source) -> None:
    alerts = await firing(fake, source)
    fake.issues.clear()
    gone = await source.act(effect(EffectKind.RESOLVE), incident(*alerts), NOW)
    assert (gone.state, "no longer has" in gone.text) == (EffectState.FAILED, True)
    fake.replies.append(Reply(403))
    refused = await source.act(effect(EffectKind.RESOLVE), incident(*alerts), NOW)
    assert refused.state is EffectState.FAILED
    fake.replies.append(Reply(429))
    with pytest.raises(SourceError):
        await source.act(effect(EffectKind.RESOLVE), incident(*alerts), NOW)
    acked = await source.act(effect(EffectKind.ACK), incident(*alerts), NOW)
    assert (acked.state, acked.text) == (EffectState.FAILED, "prod knows no ack")


async def test_the_token_is_tried_without_changing_anything(fake: FakeSentry, source: Source) -> None:
    proof = await source.prove()
    assert (proof.identity, proof.missing, proof.unproven) == ("asha@ops.example", (), ())
    fake.scopes = ["event:read"]
    assert [one.partition(": ")[0] for one in (await source.prove()).missing] == ["event:write"]
    fake.scopes = ["org:ci"]
    assert [one.partition(": ")[0] for one in (await source.prove()).missing] == ["event:read", "event:write"]
    fake.scopes = None
    proof = await source.prove()
    assert (proof.missing, len(proof.unproven)) == ((), 1)
    fake.replies.append(Reply(401))
    with pytest.raises(SourceError) as caught:
        await source.prove()
    assert caught.value.parked
    assert {request.method for request in fake.requests} == {"GET"}
