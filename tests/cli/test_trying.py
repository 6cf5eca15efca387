"""What ``oncall check`` says about the rights we have at each source and what the keys do there."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from console import bootstrap
from console.cli import answered, trying
from console.cli.findings import FAIL, OK, WARN
from console.config.setup import Setup
from console.domain.policy import Policy
from console.domain.roster import Roster
from console.errors import SourceError
from console.ports.sources import Proof
from tests.abilities import keeping
from tests.fakes.sources import FakeSource, alert

EVERYTHING = (
    "ack acknowledges it; resolve resolves it; snooze snoozes it; note notes it; "
    "assign reassigns it; escalate escalates it"
)


@dataclass
class Proving(FakeSource):
    """A source that knows who we are there."""

    proof: Proof | SourceError = field(default_factory=Proof)

    async def prove(self) -> Proof:
        if isinstance(self.proof, SourceError):
            raise self.proof
        return self.proof


def tried(monkeypatch: pytest.MonkeyPatch, *sources: FakeSource) -> list[tuple[str, str, str, str]]:
    monkeypatch.setattr(bootstrap, "make_sources", lambda _setup: sources)
    setup = Setup(Path("oncall.toml"), policy=Policy(Roster(), abilities=keeping("pd")))
    found = asyncio.run(trying.try_sources(setup))
    assert all(source.closed for source in sources)
    return [(one.area, one.name, one.result, one.text) for one in found]


def test_it_says_as_whom_we_ask_and_what_the_keys_do(monkeypatch: pytest.MonkeyPatch) -> None:
    source = Proving("pd", proof=Proof("asha@shop.example", unproven=("write access",)))
    source.fires(alert("A", source="pd"))
    assert tried(monkeypatch, source) == [
        ("source", "pd", OK, "answers, 1 firing"),
        ("rights", "pd", OK, "as asha@shop.example; not tried, as that would change something: write access"),
        (
            "actions",
            "pd",
            OK,
            EVERYTHING,
        ),
    ]


def test_missing_rights_have_a_line_each(monkeypatch: pytest.MonkeyPatch) -> None:
    missing = ("incidents.write: needed to acknowledge", "users.read: needed to reassign")
    found = tried(monkeypatch, Proving("pd", proof=Proof("key of payments", missing)))
    assert [(result, text) for area, _, result, text in found if area == "rights"] == [
        (WARN, "as key of payments, but 2 rights missing"),
        (WARN, "missing: incidents.write: needed to acknowledge"),
        (WARN, "missing: users.read: needed to reassign"),
    ]


def test_a_source_that_only_reports_says_that_keys_act_only_here(monkeypatch: pytest.MonkeyPatch) -> None:
    found = tried(monkeypatch, FakeSource("prod"))
    assert found[-1] == ("actions", "prod", OK, "only here: ack, resolve, snooze, note, assign, escalate")
    assert not any(area == "rights" for area, *_ in found)


def test_credentials_that_are_no_good_are_said_once(monkeypatch: pytest.MonkeyPatch) -> None:
    refused = SourceError(
        "pd.example does not accept our credentials (401)", hint="check the token", parked=True
    )
    source = Proving("pd", answers=[refused], proof=refused)
    found = tried(monkeypatch, source)
    assert [(area, result) for area, _, result, _ in found] == [("source", FAIL), ("actions", OK)]
    only_rights = Proving("pd", proof=refused)
    found = tried(monkeypatch, only_rights)
    assert [(area, result) for area, _, result, _ in found] == [
        ("source", OK),
        ("rights", FAIL),
        ("actions", OK),
    ]


def test_one_that_hangs_does_not_hold_up_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answered, "ANSWER_WITHIN", 0.05)
    found = tried(monkeypatch, Proving("slow", hang=True), Proving("pd"))
    assert ("source", "slow", FAIL, "no answer within 0 s") in found
    assert ("rights", "pd", OK, "accepted") in found
