from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from console.domain.vocabulary import EffectKind, EffectState
from console.errors import SourceError
from tests.fakes.http import Reply
from tests.fakes.operations import ASHA, CLOUD, FakeJsm
from tests.sources.conftest import NOW
from tests.sources.incidents import effect, incident
from tests.sources.jsm import DISK, Opened, jsm, source
from tests.sources.operations import LATER, PEOPLE, again, alerts_of, did

__all__ = ["jsm", "source"]


ACTIONS: list[tuple[EffectKind, dict[str, Any], tuple[str, Any, str]]] = [
    (EffectKind.ACK, {}, ("acknowledge", None, "acknowledged #12")),
    (EffectKind.UNACK, {}, ("unacknowledge", None, "took back the ack of #12")),
    (EffectKind.RESOLVE, {}, ("close", None, "closed #12")),
    (EffectKind.SNOOZE, {"until": LATER}, ("snooze", {"endTime": "2026-01-05T11:02:00.000Z"}, "snoozed #12")),
    (
        EffectKind.NOTE,
        {"text": "rebooted"},
        ("notes", {"note": "rebooted\n(Asha via oncall, op-1)"}, "noted on #12"),
    ),
    (EffectKind.ASSIGN, {"text": "Asha"}, ("assign", {"accountId": ASHA}, "assigned #12")),
    (EffectKind.ESCALATE, {"text": "1"}, ("escalate", {"escalationId": "esc-1"}, "escalated #12")),
]


@pytest.mark.parametrize(("kind", "more", "sent"), ACTIONS)
async def test_actions(
    jsm: FakeJsm, source: Opened, kind: EffectKind, more: dict[str, Any], sent: tuple[str, Any, str]
) -> None:
    one = source(escalation="esc-1")
    shown = incident(*await alerts_of(one))
    settled = await one.act(effect(kind, **more), shown, NOW, PEOPLE)
    assert settled.state is EffectState.DONE
    assert settled.until == more.get("until")
    assert [(*action, settled.text) for action in jsm.actions()] == [sent]
    assert await one.act(effect(kind, **more), shown, NOW, PEOPLE) == settled
    assert len(jsm.actions()) == 1  # the same effect again asks after the first one


async def test_an_outcome_that_comes_late_is_waited_for(jsm: FakeJsm, source: Opened) -> None:
    jsm.lag = 2
    one = source()
    assert (await did(one, EffectKind.ACK)).state is EffectState.DONE
    assert len([request for request in jsm.requests if "/requests/" in request.path]) == 3
    assert (await alerts_of(one))[0].upstream.acked  # type: ignore[union-attr]  # a system of record


@pytest.mark.parametrize(("kind", "asked"), [(EffectKind.ACK, 2), (EffectKind.ESCALATE, 1)])
async def test_an_outcome_that_stays_unknown_is_tried_again(
    jsm: FakeJsm, source: Opened, kind: EffectKind, asked: int
) -> None:
    jsm.lag = 3
    one = source(escalation="esc-1")
    with pytest.raises(SourceError, match="has taken it but not carried it out"):
        await did(one, kind)
    jsm.lag = 0
    assert (await did(one, kind)).state is EffectState.DONE
    assert len(jsm.actions()) == asked  # nobody is paged twice for one escalation


@pytest.mark.parametrize(
    ("verdict", "state", "text"),
    [
        ("Alert is already acknowledged", EffectState.DONE, "acknowledged #12"),
        ("Alert does not exist", EffectState.FAILED, "#12: Alert does not exist"),
    ],
)
async def test_what_the_outcome_says_counts(
    jsm: FakeJsm, source: Opened, verdict: str, state: EffectState, text: str
) -> None:
    jsm.verdict = verdict
    one = source()
    settled = await did(one, EffectKind.ACK)
    assert (settled.state, settled.text) == (state, text)


async def test_actions_that_cannot_be(jsm: FakeJsm, source: Opened) -> None:
    one = source()
    shown = incident(*await alerts_of(one))
    jsm.alerts.clear()
    gone = await one.act(effect(EffectKind.ACK), shown, NOW, PEOPLE)
    assert (gone.state, gone.text) == (EffectState.FAILED, "#12 is no longer in Jira Service Management")
    cleared = incident(cleared=[member.alert for _, member in shown.members])
    over = await one.act(effect(EffectKind.ACK), cleared, NOW, PEOPLE)
    assert (over.state, over.text) == (EffectState.DONE, "#12 is closed in Jira Service Management")
    late = await one.act(effect(EffectKind.SNOOZE, until=NOW), shown, NOW, PEOPLE)
    assert (late.state, late.text) == (EffectState.DONE, "nothing to snooze: the time is over")
    reopened = await one.act(effect(EffectKind.REOPEN, "op-9"), shown, NOW, PEOPLE)
    assert (reopened.state, reopened.text) == (EffectState.FAILED, "there is no reopen there")


async def test_refusals_are_final_and_limits_are_not(jsm: FakeJsm, source: Opened) -> None:
    one = source()
    shown = incident(*await alerts_of(one))
    jsm.replies += [Reply.json({"errors": [{"title": "no access to this team"}]}, 403)] * 2
    refused = await one.act(effect(EffectKind.ACK), shown, NOW, PEOPLE)
    assert refused.state is EffectState.FAILED
    assert "forbids this (403: no access to this team)" in refused.text
    jsm.replies.append(Reply(429, headers={"Retry-After": "7"}))
    with pytest.raises(SourceError) as caught:
        await one.act(effect(EffectKind.ACK), shown, NOW, PEOPLE)
    assert caught.value.retry_after == 7.0


async def test_a_closed_alert_takes_notes(jsm: FakeJsm, source: Opened) -> None:
    one = source()
    alert = (await alerts_of(one))[0]
    noted = await one.act(effect(EffectKind.NOTE, text="it was cron"), incident(cleared=[alert]), NOW, PEOPLE)
    assert noted.text == "noted on #12"
    assert jsm.notes == {DISK: ["it was cron\n(Asha via oncall, op-1)"]}


async def test_a_note_whose_answer_got_lost_is_not_written_twice(jsm: FakeJsm, source: Opened) -> None:
    entry = effect(EffectKind.NOTE, text="it was cron")
    first, second = source(), source()  # a restart in between
    await again(first, entry)
    settled = await again(second, replace(entry, attempts=1))
    assert settled.state is EffectState.DONE
    assert jsm.notes == {DISK: ["it was cron\n(Asha via oncall, op-1)"]}
    await again(second, replace(entry, id="op-2", text="and now it is fixed", attempts=1))
    assert len(jsm.notes[DISK]) == 2


async def test_a_snooze_is_ended_by_moving_its_end_and_only_where_it_stands(
    jsm: FakeJsm, source: Opened
) -> None:
    one = source()
    assert (await did(one, EffectKind.WAKE)).state is EffectState.DONE
    assert jsm.actions() == []
    jsm.alerts[DISK] |= {"snoozed": True, "snoozedUntil": "2026-01-05T11:00:00Z"}
    settled = await again(one, effect(EffectKind.WAKE, "op-2"))
    assert settled.text == "ended the snooze of #12"
    assert jsm.actions() == [("snooze", {"endTime": "2026-01-05T09:02:05.000Z"})]


async def test_who_is_assigned_is_found_in_the_config_or_by_email(jsm: FakeJsm, source: Opened) -> None:
    one = source(accounts={"Dewi": "712020:dewi"})
    assert (await did(one, EffectKind.ASSIGN, text="Dewi")).state is EffectState.DONE
    assert jsm.actions()[-1] == ("assign", {"accountId": "712020:dewi"})
    for number in range(2):
        assert (
            await again(one, effect(EffectKind.ASSIGN, f"op-{number}x", text="Asha"))
        ).state is EffectState.DONE
    assert len(jsm.asked(f"/ex/jira/{CLOUD}/rest/api/3/user/search")) == 1


@pytest.mark.parametrize(
    ("person", "people", "said"),
    [
        (
            "Dewi",
            [],
            "nobody knows which account Dewi is: give Dewi an email address, or add Dewi to accounts",
        ),
        ("Budi", [], "nobody found there for Budi: add Budi to accounts of this source"),
        ("Budi", None, "the token may not look for people (401): add Budi to accounts of this source"),
    ],
)
async def test_somebody_unknown_is_not_assigned(
    jsm: FakeJsm, source: Opened, person: str, people: list[Any] | None, said: str
) -> None:
    jsm.people = people
    one = source()
    settled = await did(one, EffectKind.ASSIGN, text=person)
    assert (settled.state, settled.text[: len(said)]) == (EffectState.FAILED, said)
    assert jsm.actions() == []
