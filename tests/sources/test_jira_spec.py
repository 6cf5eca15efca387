"""Every request of the Jira source is what Atlassian's own spec allows."""

from __future__ import annotations

from typing import Any

import pytest

from console.domain.alert import Alert
from console.domain.people import Person
from console.domain.vocabulary import EffectKind, EffectState
from console.sources.jira import Options, Source
from tests.fakes.http import Reply
from tests.fakes.jira import ASHA, RIGHTS, issue, status
from tests.servers.vendors import Vendors, Witness
from tests.sources.conftest import NOW, HeldClock
from tests.sources.incidents import effect, incident

PEOPLE = {"Asha": Person("Asha", "Asha", (("email", "asha@ops.example"),))}
SEARCH = "/rest/api/3/search/jql"
ONE = "/rest/api/3/issue/10001"
TRANSITIONS = [
    {"id": "11", "name": "Back", "to": status("To Do")},
    {"id": "21", "name": "Start", "to": status("In Progress")},
    {"id": "31", "name": "Close", "to": status("Done"), "fields": {"resolution": {"required": True}}},
]


@pytest.fixture
def jira(vendors: Vendors) -> Witness:
    witness = vendors("jira")
    witness.instead["POST", SEARCH] = {"issues": [issue(1)]}
    witness.instead["GET", ONE] = issue(1)
    witness.instead["GET", f"{ONE}/transitions"] = {"transitions": TRANSITIONS}
    witness.instead["GET", "/rest/api/3/user/assignable/search"] = [ASHA]
    return witness


def made(jira: Witness, clock: HeldClock, **more: Any) -> Source:
    table = {"url": jira.url, "deployment": "cloud", "username": "desk@ops.example", "token": "made-up"}
    return Source("prod", Options.model_validate({**table, "jql": "project = OPS", **more}), clock)


async def listed(source: Source) -> Alert:
    (alert,) = (await source.fetch()).alerts
    return alert


async def test_reading(jira: Witness, clock: HeldClock) -> None:
    source = made(jira, clock, service_from=["customfield_10042", "component"])
    answers = [{"issues": [issue(1)], "nextPageToken": "next"}, {"issues": [issue(2)]}, {"issues": []}]
    jira.instead["POST", SEARCH] = lambda _request: answers.pop(0) if answers else {"issues": []}
    assert len((await source.fetch()).alerts) == 2
    jira.instead["GET", "/rest/api/3/issue/10002"] = issue(2, status=status("Done"))
    poll = await source.fetch()
    assert len(poll.ended) == 2
    await source.close()


async def test_counting_what_is_beyond_the_cap(
    jira: Witness, clock: HeldClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.sources.jira.api.MOST", 1)
    jira.instead["POST", SEARCH] = {"issues": [issue(1)], "nextPageToken": "next"}
    source = made(jira, clock)
    assert not (await source.fetch()).complete
    assert jira.asked("/rest/api/3/search/approximate-count", "POST")
    await source.close()


async def test_proving(jira: Witness, clock: HeldClock) -> None:
    """The permissions are no part of the spec that we have; who we are is."""
    source = made(jira, clock)
    told = {key: {"havePermission": True} for key in RIGHTS}
    jira.replies.append(Reply.json({"permissions": told}))
    proof = await source.prove()
    assert (bool(proof.identity), proof.missing) == (True, ())
    await source.close()


async def test_every_action(jira: Witness, clock: HeldClock) -> None:
    source = made(jira, clock)
    alert = await listed(source)
    done = issue(1, status=status("Done"))
    mine = issue(1, assignee=ASHA)
    for kind, stands in {
        EffectKind.ACK: issue(1),
        EffectKind.UNACK: mine,
        EffectKind.ASSIGN: issue(1),
        EffectKind.NOTE: issue(1),
        EffectKind.RESOLVE: issue(1),
        EffectKind.REOPEN: done,
    }.items():
        jira.instead["GET", ONE] = stands
        before = len(jira.requests)
        entry = effect(kind, text="Asha", handle="10001=acc-asha", attempts=int(kind is EffectKind.NOTE))
        settled = await source.act(entry, incident(alert), NOW, PEOPLE)
        assert settled.state is EffectState.DONE, f"{kind}: {settled.text}"
        assert any(one.method != "GET" for one in jira.requests[before:]), kind
    await source.fetch()  # with the issue that we changed to be looked at again
    assert jira.asked(SEARCH, "POST")[-1].body["reconcileIssues"] == [10001]
    await source.close()


async def test_an_ack_that_is_a_status(jira: Witness, clock: HeldClock) -> None:
    source = made(jira, clock, ack="start")
    alert = await listed(source)
    assert (await source.act(effect(EffectKind.ACK), incident(alert), NOW, PEOPLE)).text.endswith("Progress")
    jira.instead["GET", ONE] = issue(1, status=status("In Progress"))
    settled = await source.act(effect(EffectKind.UNACK), incident(alert), NOW, PEOPLE)
    assert settled.text.endswith("To Do")
    await source.close()
