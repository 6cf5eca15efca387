"""Who is told of a handover, when, and that one nobody accepts is loud (V22)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from console.domain.hints import Tone
from console.domain.hints.handing import reasons_to_stay
from console.domain.notify.handing import handed, withdrawn
from console.domain.notify.saying import Saying
from console.domain.notify.shifts import coming
from console.domain.roster import duties
from console.domain.snapshot import Snapshot
from console.domain.summary import Summary
from console.domain.team.commands import AcceptHandover, OfferHandover, ReturnHandover
from console.domain.team.fold import fold
from console.domain.team.shifts import shift_at
from console.domain.team.state import NO_TEAM_STATE
from tests.domain.teams import Team
from tests.domain.test_hints import QUIET, hint
from tests.domain.world import BUDI, POLICY
from tests.ui.rows import row

END = datetime(2026, 1, 12, 2, tzinfo=UTC)  # Monday 09:00 in Jakarta: Asha to Budi
MINUTE = timedelta(minutes=1)
PLACE = ("payments", "primary")


def offered(at: datetime = END - 15 * MINUTE) -> Team:
    team = Team()
    shift = shift_at(team.policy.roster, team.state, *PLACE, END - MINUTE)
    assert shift is not None
    assert shift.start
    team.done(
        at, OfferHandover(shift.id, *PLACE, shift.start, END, "budi", (("INC-1", "asha"),), "", "call me")
    )
    return team


def accept(team: Team, at: datetime) -> None:
    (one,) = team.state.handovers
    assert one.offered_at
    team.done(at, AcceptHandover(one.id, one.offered_at), BUDI)


def seen(team: Team, me: str, now: datetime, *rows: Summary) -> Snapshot:
    return replace(
        QUIET,
        now=now,
        me=me,
        rows=rows,
        policy=POLICY,
        team=team.state,
        duties=duties(POLICY.roster, now),
        sources=tuple(replace(one, last_success=now, last_attempt=now) for one in QUIET.sources),
        engine=replace(QUIET.engine, expires_at=now + MINUTE) if QUIET.engine else None,
    )


def next_of(team: Team, me: str, now: datetime, *rows: Summary) -> str:
    found = hint(seen(team, me, now, *rows), (), now)
    return f"{found.text} [{found.action}] {found.tone.value if found.tone is Tone.ALARM else ''}".strip()


def sayings(team: Team, now: datetime, *owners: tuple[str, str]) -> list[Saying]:
    return [one for one in coming(POLICY, now, team.state, owners) if "NOT accepted" in one.title]


def test_v22_an_offer_that_nobody_accepts_is_loud_for_both_and_level_1_is_told() -> None:
    team = offered()
    assert sayings(team, END + 14 * MINUTE) == []
    (told,) = sayings(team, END + 15 * MINUTE)
    assert told.about.people == ("asha", "budi")
    policy = replace(
        POLICY,
        chains=(replace(POLICY.chains[0], levels=(POLICY.chains[0].levels[0], POLICY.chains[0].levels[2])),),
    )
    (told,) = [one for one in coming(policy, END + 15 * MINUTE, team.state) if "NOT accepted" in one.title]
    assert told.about.people == ("asha", "budi", "dewi")
    assert "What was open is still Asha's; Budi follows." in told.text
    (again,) = sayings(team, END + 90 * MINUTE)
    assert again.key == told.key, "once"
    for me, words in (("asha", "you still have"), ("budi", "Asha still has")):
        banner = next_of(team, me, END + 20 * MINUTE)
        assert banner.startswith("handover of primary of payments NOT accepted, the shift ended 20m ago")
        assert words in banner
        assert "[handover.open]" in banner
    assert "NOT accepted" not in next_of(team, "dewi", END + 20 * MINUTE)
    accept(team, END + 30 * MINUTE)
    assert sayings(team, END + 31 * MINUTE) == []
    assert "NOT accepted" not in next_of(team, "asha", END + 31 * MINUTE)


def test_a_shift_with_nothing_to_hand_over_is_asked_of_nobody() -> None:
    team, later = Team(), END + 20 * MINUTE
    assert sayings(team, later) == []
    (told,) = sayings(team, later, ("payments", "asha"))
    assert "was never offered" in told.text
    assert sayings(team, later, ("search", "asha")) == []
    assert "NOT accepted" in next_of(team, "asha", later, row("INC-1", later, owner="asha", team="payments"))


def test_the_incoming_person_is_asked_and_the_outgoing_one_told_why() -> None:
    team = offered()
    assert next_of(team, "budi", END - 10 * MINUTE).startswith("Asha offers you primary of payments")
    assert "Budi has not accepted the handover yet" in next_of(team, "asha", END - 10 * MINUTE)
    (one,) = team.state.handovers
    team.done(END - 5 * MINUTE, ReturnHandover(one.id, "INC-1 has no next step"), BUDI)
    assert next_of(team, "asha", END - 4 * MINUTE).startswith(
        "Budi returned your handover: INC-1 has no next step"
    )


def test_each_step_tells_the_other_person() -> None:
    team = offered()
    accept(team, END)
    told = [one for fact in team.log for one in handed(fact, team.state, POLICY)]
    assert [one.about.people for one in told] == [("budi",), ("asha",)]
    assert "call me" in told[0].text
    assert told[1].text == "Budi has accepted primary of payments: 0 incidents changed hands. You are free."
    back = offered()
    back.done(END, ReturnHandover(back.state.handovers[0].id, "no next step"), BUDI)
    (said,) = handed(back.log[-1], back.state, POLICY)
    assert (said.about.people, "no next step" in said.text) == (("asha",), True)


def test_whose_offer_goes_to_somebody_else_is_told_once() -> None:
    team = offered()
    first = team.state.handovers[0]
    assert first.start
    again = OfferHandover(first.id, *PLACE, first.start, END, "budi", (), "", "call me later")
    team.done(END - 10 * MINUTE, again)
    team.done(END - 5 * MINUTE, replace(again, to="dewi"))
    said = list(withdrawn(team.log, NO_TEAM_STATE, END - 60 * MINUTE, POLICY))
    assert [(one.about.people, one.text) for one in said] == [
        (("budi",), "Asha offers primary of payments to Dewi instead of you: you need not answer any more.")
    ]
    before = fold(team.log[:-1])
    assert list(withdrawn(team.log[-1:], before, END - 60 * MINUTE, POLICY)) == said, (
        "also when read in parts"
    )
    assert list(withdrawn(team.log, NO_TEAM_STATE, END, POLICY)) == [], "history is not told"


def test_nobody_is_told_of_another_offer_who_has_answered() -> None:
    team = offered()
    first = team.state.handovers[0]
    assert first.start
    team.done(END - 10 * MINUTE, ReturnHandover(first.id, "no next step"), BUDI)
    team.done(END - 5 * MINUTE, OfferHandover(first.id, *PLACE, first.start, END, "dewi", (), "", ""))
    assert list(withdrawn(team.log, NO_TEAM_STATE, END - 60 * MINUTE, POLICY)) == []


def test_what_is_on_offer_needs_no_reminder() -> None:
    now = END - 10 * MINUTE
    assert any("/primary/" in one.key for one in coming(POLICY, now, Team().state))
    assert not any("/primary/" in one.key for one in coming(POLICY, now, offered().state))


def test_leaving_is_asked_about_until_it_is_accepted() -> None:
    team = offered()
    assert list(reasons_to_stay(seen(team, "asha", END - 90 * MINUTE), "asha", END - 90 * MINUTE)) == []
    waits = END - 10 * MINUTE
    assert list(reasons_to_stay(seen(team, "asha", waits), "asha", waits)) == [
        "your shift as primary of payments ends in 10m, offered and not accepted yet"
    ]
    after = END + 5 * MINUTE
    assert list(reasons_to_stay(seen(team, "asha", after), "asha", after)) == [
        "your shift as primary of payments is over and its handover is not accepted (offered)"
    ]
    before = END - 30 * MINUTE
    assert any(
        "ends in 30m, not handed over yet" in one
        for one in reasons_to_stay(seen(Team(), "asha", before), "asha", before)
    )
    accept(team, after)
    assert list(reasons_to_stay(seen(team, "asha", after), "asha", after)) == []
