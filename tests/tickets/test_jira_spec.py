"""Every request about tickets is what Atlassian's own spec allows."""

from __future__ import annotations

from typing import Any

import pytest

from console.domain.people import Person
from console.ports.tickets import TicketSystem
from console.tickets import registry
from tests.fakes.http import Reply
from tests.fakes.ticketing import RINA
from tests.servers.vendors import Vendors, Witness
from tests.sources.conftest import HeldClock
from tests.tickets.conftest import Rig

ISSUE = "/rest/api/3/issue"
ONE = f"{ISSUE}/OPS-17"
MOVES = {"transitions": [{"id": "31", "name": "Close", "to": {"name": "Done"}}]}


def shown(key: str = "OPS-17") -> dict[str, Any]:
    fields = {"summary": "INC-1 5xx", "status": {"name": "To Do"}, "assignee": RINA, "labels": []}
    return {"id": "10017", "key": key, "fields": fields}


@pytest.fixture
def jira(vendors: Vendors) -> Witness:
    witness = vendors("jira")
    witness.instead["POST", ISSUE] = {"id": "10017", "key": "OPS-17", "self": "https://jira.example/17"}
    witness.instead["GET", ONE] = shown()
    witness.instead["POST", "/rest/api/3/search/jql"] = {"issues": []}
    witness.instead["GET", "/rest/api/3/user/assignable/search"] = [RINA]
    witness.instead["GET", f"{ONE}/transitions"] = MOVES
    witness.instead["GET", f"{ONE}/comment"] = {"comments": []}
    return witness


async def test_a_ticket_from_its_making_to_its_end(jira: Witness, clock: HeldClock) -> None:
    table = {
        "url": jira.url,
        "username": "desk@acme.example",
        "token": "made-up",
        "project": "OPS",
        "labels": ["incident"],
        "priorities": {"P3": "Low"},
        "routes": [{"services": ["payments"], "component": "Cards", "assignee": "rina@acme.example"}],
        "incident_url": "https://oncall.example/{id}",
    }
    options = registry.options_of("jira").model_validate(table)
    system: TicketSystem = registry.build("jira", "desk", options, clock)
    draft = Rig("jira", jira, system, {**table, "kind": "jira"}, clock).draft(actual="cards are declined")  # type: ignore[arg-type]
    assert await system.find(draft) is None
    made = await system.create(draft)
    assert (made.key, made.lacks) == ("OPS-17", ())
    sent = jira.asked(ISSUE, "POST")[0].body["fields"]
    assert sent["assignee"] == {"accountId": "acc-rina"}
    assert (sent["components"], sent["priority"]) == ([{"name": "Cards"}], {"name": "Low"})
    jira.replies.append(Reply.json({"id": 1}, 201))  # remote links are no part of the spec that we have
    assert await system.point_back("OPS-17", draft) == ""
    assert (await system.look("OPS-17")) is not None
    await system.comment("OPS-17", "INC-1 is resolved.\nCause: deploy", "e1")
    await system.move("OPS-17", "Done")
    await system.assign("OPS-17", Person("rina", "Rina", (("email", "rina@acme.example"),)))
    jira.replies.append(Reply.json({"issueTypes": [{"name": "Incident"}]}))  # nor are projects
    jira.replies.append(Reply.json({"permissions": {}}))  # and permissions
    assert (await system.prove()).identity
    await system.close()
    written = {(one.method, one.path) for one in jira.requests if one.method != "GET"}
    assert {("POST", f"{ONE}/remotelink"), ("POST", f"{ONE}/comment"), ("PUT", f"{ONE}/assignee")} <= written
