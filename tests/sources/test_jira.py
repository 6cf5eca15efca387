"""Jira: both ways of paging, what counts as acked, what is done to an issue, and what is refused."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from console.domain.alert import Alert, Ending, Upstream
from console.domain.people import Person
from console.domain.vocabulary import EffectKind, EffectState, ReporterKind
from console.errors import SourceError
from console.ports.sources import Proof, Settled
from console.sources.jira import Options, Source, parse
from console.sources.jira import api as jira_api
from console.sources.jira.adf import document_of, text_of
from tests.fakes.http import Reply, serving
from tests.fakes.jira import ASHA, BUDI, FakeJira, issue, status
from tests.paths import SHARED, needs_shared
from tests.sources.conftest import NOW, HeldClock
from tests.sources.incidents import effect, incident

PEOPLE = {
    "Asha": Person("Asha", "Asha", (("email", "asha@ops.example"),)),
    "Budi": Person("Budi", "Budi", (("email", "budi@ops.example"),)),
    "Eko": Person("Eko", "Eko", (("email", "eko@ops.example"),)),
}
ACK, RESOLVE, NOTE = EffectKind.ACK, EffectKind.RESOLVE, EffectKind.NOTE


def options(fake: FakeJira | None = None, **more: Any) -> Options:
    table = {
        "url": fake.url if fake else "https://jira.ops.example",
        "deployment": "cloud",
        "username": "desk@ops.example",
        "token": "jira-secret",
        "jql": "project = OPS",
    }
    return Options.model_validate({name: value for name, value in {**table, **more}.items() if value})


@pytest.fixture
def jira() -> Iterator[FakeJira]:
    with serving(FakeJira()) as fake:
        fake.issues = [issue(1), issue(2, "Site is down", assignee=BUDI)]
        yield fake


@pytest.fixture
async def source(jira: FakeJira, clock: HeldClock) -> AsyncIterator[Source]:
    made = Source("prod", options(jira), clock)
    yield made
    await made.close()


async def first(source: Source, key: str = "OPS-1") -> Alert:
    alerts = (await source.fetch()).alerts
    return next(one for one in alerts if one.upstream and one.upstream.reference == key)


async def act(source: Source, kind: EffectKind, alert: Alert, **more: Any) -> Settled:
    return await source.act(effect(kind, **more), incident(alert), NOW, PEOPLE)


def of(alert: Alert) -> Upstream:
    assert alert.upstream is not None
    return alert.upstream


# Reading


async def test_it_asks_for_open_issues_newest_first_and_for_the_fields_it_needs(
    source: Source, jira: FakeJira
) -> None:
    await source.fetch()
    (asked,) = jira.asked("/rest/api/3/search/jql", "POST")
    assert asked.body["jql"] == "(project = OPS) AND statusCategory != Done ORDER BY created DESC"
    assert {"summary", "status", "priority", "assignee", "reporter"} <= set(asked.body["fields"])
    assert asked.headers["Authorization"].startswith("Basic ")


async def test_a_server_is_paged_by_number_and_knows_users_by_name(jira: FakeJira, clock: HeldClock) -> None:
    jira.issues = [issue(number) for number in range(1, 251)]
    source = Source("prod", options(jira, deployment="server", username=None), clock)
    poll = await source.fetch()
    assert (len(poll.alerts), poll.complete) == (250, True)
    asked = jira.asked("/rest/api/2/search", "POST")
    assert [one.body["startAt"] for one in asked] == [0, 100, 200]
    assert asked[0].headers["Authorization"] == "Bearer jira-secret"
    await act(source, NOTE, poll.alerts[0], text="we look into it")
    assert jira.comments["10001"][0]["body"].startswith("we look into it")
    await act(source, ACK, poll.alerts[0])
    assert jira.asked("/rest/api/2/issue/10001/assignee", "PUT")[0].body == {"name": "asha"}
    await source.close()


async def test_what_is_beyond_the_cap_is_said(
    source: Source, jira: FakeJira, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jira_api, "MOST", 100)
    monkeypatch.setattr("console.sources.jira.source.MOST", 100)
    jira.issues = [issue(number) for number in range(1, 131)]
    poll = await source.fetch()
    assert (len(poll.alerts), poll.complete) == (100, False)
    assert poll.problems == ("about 30 issues beyond the first 100 are not shown: narrow jql",)


@pytest.mark.parametrize(
    ("deployment", "reply", "words"),
    [
        ("cloud", Reply.json({"errorMessages": ["Field 'projct' does not exist."]}, 400), "projct"),
        ("cloud", Reply(404, b"<html></html>"), 'deployment = "server"'),
        ("server", Reply.json({"errorMessages": ["removed"]}, 410), 'deployment = "cloud"'),
        ("cloud", Reply.json({"hello": "world"}), "site or url"),
        ("cloud", Reply.json({"issues": [], "nextPageToken": "again"}), "over and over"),
    ],
)
async def test_an_answer_that_is_no_use_says_what_to_do(
    jira: FakeJira, clock: HeldClock, deployment: str, reply: Reply, words: str
) -> None:
    source = Source("prod", options(jira, deployment=deployment), clock)
    jira.replies.extend([reply, reply, reply])
    with pytest.raises(SourceError) as caught:
        await source.fetch()
    assert words in str(caught.value)
    await source.close()


async def test_our_own_change_is_looked_for_until_the_index_knows(
    source: Source, jira: FakeJira, clock: HeldClock
) -> None:
    alert = await first(source)
    await act(source, ACK, alert)
    await source.fetch()
    clock.pass_(300)
    await source.fetch()
    asked = jira.asked("/rest/api/3/search/jql", "POST")
    assert [one.body.get("reconcileIssues") for one in asked] == [None, [10001], None]


async def test_what_the_index_has_not_found_yet_is_no_issue_that_moved(
    source: Source, jira: FakeJira
) -> None:
    await source.fetch()
    jira.lagging = {"10001"}
    poll = await source.fetch()
    assert ({of(one).reference for one in poll.alerts}, poll.ended) == ({"OPS-1", "OPS-2"}, ())


async def test_who_resolved_it_is_in_its_history(source: Source, jira: FakeJira) -> None:
    await source.fetch()
    jira.issues[0]["fields"].update(status=status("Done"), resolution={"name": "Fixed"})
    moved = [{"field": "status"}]
    jira.history["10001"] = [
        {"author": ASHA, "created": "2026-01-05T09:00:30.000+0000", "items": moved},
        {"author": BUDI, "created": "2026-01-05T09:01:00.000+0000", "items": moved},
        {"author": ASHA, "created": "2026-01-05T09:01:30.000+0000", "items": [{"field": "labels"}]},
    ]
    (ended,) = (await source.fetch()).ended
    assert (ended.how, ended.by.name, ended.text) == (Ending.RESOLVED, "Budi", "OPS-1: Done, Fixed")
    assert str(ended.at) == "2026-01-05 09:01:00+00:00"


@pytest.mark.parametrize(
    ("ack", "fields", "acked"),
    [
        ("assign", {"assignee": ASHA}, True),
        ("assign", {"status": status("In Progress")}, False),
        ("start", {"assignee": ASHA}, False),
        ("start", {"status": status("In Progress")}, True),
    ],
)
def test_what_counts_as_acked_is_a_choice(ack: str, fields: Any, acked: bool) -> None:  # noqa: FBT001 - a table
    (alert,) = parse({"issues": [issue(1, **fields)]}, "prod", options(ack=ack)).alerts
    assert of(alert).acked is acked


def test_the_service_may_stand_in_a_field_of_ones_own() -> None:
    places = ["customfield_10042", "type"]
    shapes: list[Any] = [{"value": "checkout"}, "checkout", [{"name": "checkout"}]]
    for shape in shapes:
        payload = {"issues": [issue(1, customfield_10042=shape)]}
        assert parse(payload, "prod", options(service_from=places)).alerts[0].service == "checkout"
    assert parse({"issues": [issue(1)]}, "prod", options(service_from=places)).alerts[0].service == "Incident"


def test_who_reported_it_is_told_by_label_or_address() -> None:
    chosen = options(reporters={"shop.example": "client", "qa": "qa"})
    issues = [issue(1), issue(2, labels=["QA"]), issue(3, reporter=ASHA)]
    alerts = parse({"issues": issues}, "prod", chosen).alerts
    assert [of(one).reporter for one in alerts] == [ReporterKind.CLIENT, ReporterKind.QA, ReporterKind.TEAM]
    assert of(alerts[0]).reported_by == "Citra"


def test_what_is_no_answer_of_a_search_is_said() -> None:
    poll = parse({"errorMessages": ["no"]}, "prod", options())
    assert (poll.alerts, poll.complete, len(poll.problems)) == ((), False, 1)


# Acting


async def test_an_ack_assigns_the_issue_and_an_unack_takes_that_back(source: Source, jira: FakeJira) -> None:
    alert = await first(source)
    settled = await act(source, ACK, alert)
    assert (settled.state, settled.text) == (EffectState.DONE, "OPS-1 assigned to Asha")
    assert jira.asked("/rest/api/3/issue/10001/assignee", "PUT")[0].body == {"accountId": "acc-asha"}
    again = await act(source, ACK, alert, attempts=1)
    assert (again.text, again.handle) == ("OPS-1 is Asha's already", settled.handle)
    undone = await act(source, EffectKind.UNACK, alert, handle=settled.handle)
    assert undone.text == "OPS-1 unassigned"
    assert jira.issues[0]["fields"]["assignee"] is None


async def test_an_ack_takes_an_issue_from_nobody(source: Source, jira: FakeJira) -> None:
    alert = await first(source, "OPS-2")
    settled = await act(source, ACK, alert)
    assert (settled.state, settled.text) == (EffectState.DONE, "OPS-2 is Budi's already")
    undone = await act(source, EffectKind.UNACK, alert, handle=settled.handle)
    assert undone.text == "OPS-2 stays Budi's: it was not assigned from here"
    assert jira.asked("/rest/api/3/issue/10002/assignee", "PUT") == []


async def test_somebody_whom_jira_does_not_know_needs_a_stand_in(jira: FakeJira, clock: HeldClock) -> None:
    source = Source("prod", options(jira), clock)
    alert = await first(source)
    entry = effect(ACK)
    settled = await source.act(entry, incident(alert), NOW, {})
    assert settled.state is EffectState.FAILED
    assert "ack_as" in settled.text
    await source.close()
    source = Source("prod", options(jira, ack_as="budi@ops.example"), clock)
    assert (await source.act(entry, incident(alert), NOW, {})).text == "OPS-1 assigned to Budi"
    await source.close()


async def test_an_address_that_several_hide_behind_is_nobodys(jira: FakeJira, clock: HeldClock) -> None:
    source = Source("prod", options(jira), clock)
    people = {"Asha": Person("Asha", "Asha", (("email", "all@ops.example"),))}
    settled = await source.act(effect(ACK), incident(await first(source)), NOW, people)
    assert settled.state is EffectState.FAILED
    await source.close()


async def test_it_is_assigned_to_whom_we_say(source: Source) -> None:
    alert = await first(source, "OPS-2")
    assert (await act(source, EffectKind.ASSIGN, alert, text="Asha")).text == "OPS-2 assigned to Asha"
    assert (await act(source, EffectKind.ASSIGN, alert, text="Asha")).text == "OPS-2 is Asha's already"
    refused = await act(source, EffectKind.ASSIGN, alert, text="Eko")
    assert refused.state is EffectState.FAILED


async def test_where_an_ack_is_a_status_it_goes_there_and_back(jira: FakeJira, clock: HeldClock) -> None:
    source = Source("prod", options(jira, ack="start"), clock)
    alert = await first(source)
    assert (await act(source, ACK, alert)).text == "OPS-1 moved to In Progress"
    assert (await act(source, ACK, alert)).text == "OPS-1 is In Progress already"
    assert of(await first(source)).acked
    assert (await act(source, EffectKind.UNACK, alert)).text == "OPS-1 moved to To Do"
    assert (await act(source, EffectKind.UNACK, alert)).text == "OPS-1 is To Do"
    await source.close()


async def test_it_is_resolved_with_a_resolution_and_reopened(source: Source, jira: FakeJira) -> None:
    alert = await first(source)
    assert (await act(source, RESOLVE, alert)).text == "OPS-1 moved to Done"
    (sent,) = jira.asked("/rest/api/3/issue/10001/transitions", "POST")
    assert sent.body == {"transition": {"id": "31"}, "fields": {"resolution": {"name": "Done"}}}
    assert (await act(source, RESOLVE, alert)).text == "OPS-1 is Done already"
    assert (await act(source, EffectKind.REOPEN, alert)).text == "OPS-1 moved to To Do"
    assert (await act(source, EffectKind.REOPEN, alert)).text == "OPS-1 is To Do already"


@pytest.mark.parametrize(
    ("transitions", "named", "words"),
    [
        ([{"id": "21", "name": "Start", "to": status("In Progress")}], None, "there are: Start"),
        ([], None, "there are: none"),
        ([{"id": "31", "name": "Close", "to": status("Done")}], "Shut", 'no transition "Shut"'),
        (
            [
                {
                    "id": "31",
                    "name": "Close",
                    "to": status("Done"),
                    "fields": {"customfield_1": {"name": "Root cause", "required": True}},
                }
            ],
            None,
            "asks for Root cause",
        ),
    ],
)
async def test_a_workflow_that_does_not_allow_it_is_explained(
    jira: FakeJira, clock: HeldClock, transitions: Any, named: str | None, words: str
) -> None:
    jira.transitions = transitions
    source = Source("prod", options(jira, resolve_transition=named), clock)
    settled = await act(source, RESOLVE, await first(source))
    assert settled.state is EffectState.FAILED
    assert words in settled.text
    assert jira.asked("/rest/api/3/issue/10001/transitions", "POST") == []
    await source.close()


async def test_a_note_is_a_comment_and_is_made_once(source: Source, jira: FakeJira) -> None:
    alert = await first(source)
    for attempts in range(3):
        settled = await act(source, NOTE, alert, text="failover done\nwatching", attempts=attempts)
        assert settled.state is EffectState.DONE
    (comment,) = jira.comments["10001"]
    assert comment["body"]["type"] == "doc"
    assert text_of(comment["body"]) == "failover done\nwatching\n(Asha via oncall, op-1)"


async def test_a_note_on_a_request_of_a_service_desk_is_for_the_team_only(
    source: Source, jira: FakeJira
) -> None:
    await act(source, NOTE, await first(source), text="the vendor was called")
    (comment,) = jira.comments["10001"]
    assert comment["properties"] == [{"key": "sd.public.comment", "value": {"internal": True}}]


async def test_an_issue_that_is_gone_is_said(source: Source, jira: FakeJira) -> None:
    alert = await first(source)
    jira.issues.clear()
    settled = await act(source, RESOLVE, alert)
    assert (settled.state, settled.text) == (EffectState.FAILED, "OPS-1 is gone, or not ours to see")


async def test_what_jira_refuses_is_final_and_a_busy_jira_is_not(source: Source, jira: FakeJira) -> None:
    alert = await first(source)
    told = Reply.json(jira.issues[0])
    jira.replies.extend([told, Reply.json({"errors": {"comment": "Comment body is too long"}}, 400)])
    settled = await act(source, NOTE, alert, text="x")
    assert settled.state is EffectState.FAILED
    assert "too long" in settled.text
    jira.replies.extend([told, Reply(429, b"{}", {"Retry-After": "7"})])
    with pytest.raises(SourceError) as caught:
        await act(source, NOTE, alert, text="x")
    assert caught.value.retry_after == 7


async def test_rights_that_are_missing_are_named(source: Source, jira: FakeJira) -> None:
    assert await source.prove() == Proof("asha@ops.example")
    jira.rights = {"BROWSE_PROJECTS"}
    assert (await source.prove()).missing == (
        "Assign Issues: needed to ack and assign",
        "Transition Issues: needed to resolve",
        "Add Comments: needed to note",
    )


async def test_rights_for_what_is_switched_off_are_not_missed(jira: FakeJira, clock: HeldClock) -> None:
    source = Source("prod", options(jira, actions=["note"]), clock)
    jira.rights = set()
    assert (await source.prove()).missing == (
        "Browse Projects: needed to see issues",
        "Add Comments: needed to note",
    )
    await source.close()


# Options and formats


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"url": None}, "needs site"),
        ({"username": None}, "username is missing"),
        ({"jql": "project = OPS ORDER BY created"}, "without ORDER BY"),
        ({"jql": "  "}, "says which issues"),
        ({"jql": None}, "jql"),
        ({"service_from": ["labels"]}, "service_from"),
        ({"site": "https://acme/"}, ""),
        ({"site": "not a name"}, "is the name in the address"),
        ({"actions": ["snooze"]}, "cannot snooze"),
        ({"reporter": "somebody"}, "reporter"),
    ],
)
def test_options_that_cannot_work_are_refused(more: Any, words: str) -> None:
    if not words:
        assert options(**more).browse == "https://acme.atlassian.net"
        return
    with pytest.raises(ValidationError) as caught:
        options(**more)
    assert words in str(caught.value)


def test_an_order_inside_quotes_is_part_of_the_query() -> None:
    assert options(jql='summary ~ "order by phone"').jql == 'summary ~ "order by phone"'


def test_a_site_alone_is_jira_cloud_and_a_url_alone_is_a_server() -> None:
    assert options(site="acme", url=None, deployment=None).is_cloud
    assert options(site="acme", url=None).address == "https://acme.atlassian.net"
    server = options(deployment=None, username=None)
    assert (server.is_cloud, server.browse) == (False, "https://jira.ops.example")
    behind = options(site="acme", url="https://api.atlassian.com/ex/jira/0f0f")
    assert (behind.address, behind.browse) == (
        "https://api.atlassian.com/ex/jira/0f0f",
        "https://acme.atlassian.net",
    )


def test_what_an_ack_is_there_is_told_as_configured() -> None:
    assert "assigns" in options().ability.words(ACK)
    assert "in progress" in options(ack="start").ability.words(ACK)
    assert options().ability.owns
    assert "cannot snooze" in options().ability.words(EffectKind.SNOOZE)


@settings(deadline=None)
@given(st.lists(st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1), max_size=5))
def test_a_text_survives_as_a_document(lines: list[str]) -> None:
    text = "\n".join(lines)
    assert text_of(document_of(text)) == text


def test_a_document_that_is_nested_without_end_is_read_to_a_depth() -> None:
    document: Any = {"type": "text", "text": "deep"}
    for _ in range(500):
        document = {"type": "paragraph", "content": [document]}
    assert text_of(document) == ""


@needs_shared
def test_jiras_own_examples_can_be_read() -> None:
    folder = SHARED / "samples" / "alerts" / "jira"
    names = [one["name"] for one in json.loads((folder / "06-get--rest-api-3-priority-200.json").read_text())]
    issues = [issue(number, priority={"name": name}) for number, name in enumerate(names, 1)]
    alerts = parse({"issues": issues}, "prod", options()).alerts
    assert [(name, one.priority.label) for name, one in zip(names, alerts, strict=True)] == [
        ("Major", "P2"),
        ("Trivial", "P4"),
    ]
