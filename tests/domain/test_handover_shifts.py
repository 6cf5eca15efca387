"""Whose handover it is when the roster is not a plain week: gaps, short shifts, covers, several roles, time changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from console.domain.actors import Actor
from console.domain.decisions.base import Rejected
from console.domain.hints.handing import answers, ending
from console.domain.notify.notification import Topic
from console.domain.notify.saying import Saying
from console.domain.notify.shifts import coming
from console.domain.policy import Policy
from console.domain.roster import Absence, OnLeave, Override, Roster, Rotation, duty
from console.domain.standing import Viewer
from console.domain.team.commands import AcceptHandover, Cover, OfferHandover, ReturnHandover
from console.domain.team.handovers import REMIND_BEFORE
from console.domain.team.live import not_read_yet
from console.domain.team.shifts import ASKED_FOR, HandoverShift, owed, shift_at
from tests.domain.teams import Team
from tests.domain.test_handover_told import seen
from tests.domain.world import BUDI, DEWI, POLICY, at, rotation

PLACE = ("payments", "primary")
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
ASHAS_VIEW = Viewer("asha", frozenset(), frozenset())
OWNERS = (("payments", "asha"),)


def planned(*held: tuple[str, str, str], role: str = "primary") -> tuple[Override, ...]:
    """Return shifts of today: who, from when until when."""
    return tuple(Override("payments", role, who, at(start), at(end)) for who, start, end in held)


def team_of(*held: tuple[str, str, str]) -> Team:
    """Return a team whose primary is held only so."""
    nobody = Rotation(*PLACE, ("rina",), timedelta(days=7), time(9), ZoneInfo("UTC"), date(2030, 1, 7), 0)
    return Team(replace(POLICY, roster=Roster((nobody,), overrides=planned(*held))))


def still_owed(team: Team, now: datetime) -> list[tuple[str, str]]:
    return [(one.outgoing, one.incoming) for one, _ in owed(team.policy.roster, team.state, now)]


def running(team: Team, now: datetime) -> HandoverShift:
    found = shift_at(team.policy.roster, team.state, *PLACE, now)
    assert found is not None
    return found


def offer(team: Team, now: datetime, to: str = "", of: datetime | None = None, by: str = "asha") -> str:
    one = running(team, of or now)
    assert one.start
    assert one.end
    wanted = OfferHandover(
        one.id, *PLACE, one.start, one.end, to or one.incoming, (("INC-1", "asha"),), "packed"
    )
    return team.done(now, wanted, Actor(by))


def give_back(team: Team, now: datetime) -> None:
    team.done(now, ReturnHandover(team.state.handovers[-1].id, "no next step"), BUDI)


def accept(team: Team, now: datetime, actor: Actor = BUDI) -> None:
    one = team.state.handovers[-1]
    assert one.offered_at
    team.done(now, AcceptHandover(one.id, one.offered_at), actor)


def told(team: Team, now: datetime, policy: Policy | None = None) -> list[Saying]:
    found = coming(policy or team.policy, now, team.state, OWNERS)
    return [one for one in found if one.about.topic is Topic.HANDOVER]


def test_a_gap_after_a_shift_takes_nothing_from_its_handover() -> None:
    team = team_of(("asha", "08:00", "10:00"), ("budi", "11:00", "20:00"))
    assert still_owed(team, at("10:30")) == [("asha", "")]
    assert still_owed(team, at("11:30")) == [("asha", "budi")]
    offer(team, at("11:30"), "budi", of=at("09:00"))
    accept(team, at("11:40"))
    assert still_owed(team, at("11:45")) == []


def test_short_shifts_do_not_push_an_unaccepted_one_out() -> None:
    team = team_of(("asha", "08:00", "10:00"), ("budi", "10:00", "10:30"), ("dewi", "10:30", "20:00"))
    assert still_owed(team, at("11:00")) == [("budi", "dewi"), ("asha", "dewi")]
    (late,) = [one for one in told(team, at("11:00")) if "NOT accepted" in one.title]
    assert "The shift of Asha as primary of payments ended at 10:00 UTC" in late.text


def test_who_has_the_role_again_has_nothing_to_hand_over_to_themselves() -> None:
    team = team_of(("asha", "00:00", "01:00"), ("asha", "10:00", "20:00"))
    assert still_owed(team, at("10:30")) == []
    assert running(team_of(("asha", "08:00", "10:00"), ("asha", "10:00", "12:00")), at("09:00")).end == at(
        "12:00"
    )


def test_an_offer_stays_owed_for_days_and_one_that_came_back_can_be_offered_again() -> None:
    team = team_of(("asha", "08:00", "10:00"))
    week = Override(*PLACE, "budi", at("10:00"), at("10:00", day=9))
    roster = replace(team.config.roster, overrides=(*team.config.roster.overrides, week))
    team.config = replace(team.config, roster=roster)
    offer(team, at("09:30"))
    later = at("10:00", day=2)
    assert still_owed(team, later) == [("asha", "budi")]
    give_back(team, later)
    (hint,) = answers(replace(seen(team, "asha", later), policy=team.policy), ASHAS_VIEW)
    assert "Budi returned your handover: no next step" in hint.text
    offer(team, later, "budi", of=at("09:00"))
    accept(team, later)
    assert still_owed(team, later) == []
    old = team_of(("asha", "08:00", "10:00"), ("budi", "10:00", "23:00"))
    offer(old, at("09:30"))
    give_back(old, at("09:40"))
    ages = at("10:00") + ASKED_FOR
    assert still_owed(old, ages) == []
    assert list(answers(replace(seen(old, "asha", ages), policy=old.policy), ASHAS_VIEW)) == [], (
        "nobody is asked for what they cannot do any more"
    )


def test_an_offer_of_a_shift_that_was_made_longer_is_not_late() -> None:
    team = team_of(("asha", "08:00", "10:00"), ("budi", "10:00", "23:00"))
    offer(team, at("09:30"))
    team.done(at("09:40"), Cover(*PLACE, "asha", at("10:00"), at("22:00")), BUDI)
    assert running(team, at("11:00")).outgoing == "asha"
    assert still_owed(team, at("11:00")) == []


def test_each_role_is_handed_over_by_itself() -> None:
    roster = Roster(
        (rotation("primary", "asha", "budi"), rotation("secondary", "budi", "dewi"), rotation("lead", "rina"))
    )
    team = Team(replace(POLICY, roster=roster))
    now = at("10:00")
    names = {role: shift_at(roster, team.state, "payments", role, now) for role in roster_roles(roster)}
    assert {role: (one.outgoing, one.incoming) for role, one in names.items() if one} == {
        "primary": ("asha", "budi"),
        "secondary": ("budi", "dewi"),
        "lead": ("rina", ""),
    }
    assert len({one.id for one in names.values() if one}) == 3
    offer(team, now)
    accept(team, now)
    second = names["secondary"]
    assert second
    assert [one.stage for one in team.state.handovers if one.id == second.id] == []


def roster_roles(roster: Roster) -> list[str]:
    return [one.role for one in roster.rotations]


# reminders


def test_a_short_cover_within_a_shift_is_no_handover() -> None:
    team = team_of(("asha", "08:00", "20:00"))
    team.done(at("08:00"), Cover(*PLACE, "dewi", at("12:00"), at("13:00")))
    first, second = told(team, at("11:30"))
    assert (first.about.people, second.about.people) == (("asha",), ("dewi",))
    assert (
        "Dewi covers primary of payments from Tue 2026-01-06 12:00 UTC; it is yours again after" in first.text
    )
    assert "You cover primary of payments from Tue 2026-01-06 12:00 UTC, for Asha" in second.text
    assert "handover" not in first.text.lower()
    mine = duty(team.policy.roster, *PLACE, at("11:30"))
    snapshot = replace(seen(team, "asha", at("11:30")), policy=team.policy)
    assert ending(snapshot, mine, at("11:30")) is None


@pytest.mark.parametrize(
    ("start", "marks"),
    [("08:00", ["60", "15"]), ("09:30", ["60", "15"]), ("09:50", ["15"])],
    ids=["long", "half an hour", "ten minutes"],
)
def test_each_reminder_is_said_once_also_of_a_shift_shorter_than_an_hour(
    start: str, marks: list[str]
) -> None:
    team = team_of(("dewi", "01:00", start), ("asha", start, "10:00"), ("budi", "10:00", "20:00"))
    keys: dict[str, datetime] = {}
    now = at(start)
    while now < at("10:00"):
        for one in told(team, now):
            if "handoff/" in one.key:
                keys.setdefault(one.key, now)
        now += MINUTE
    assert [key.rsplit("/", 1)[1] for key in keys] == marks
    assert next(iter(keys.values())) == max(
        at(start), at("10:00") - REMIND_BEFORE if len(marks) > 1 else at(start)
    )


def test_what_lies_on_offer_is_asked_for_and_a_fresh_offer_is_not() -> None:
    team = team_of(("asha", "08:00", "10:00"), ("budi", "10:00", "20:00"))
    offer(team, at("08:30"))
    for now in ("09:01", "09:46"):
        out, into = told(team, at(now))
        assert (out.about.people, into.about.people) == (("asha",), ("budi",))
        assert "Budi has not answered the handover" in out.text
        assert (
            "Asha's handover of primary of payments waits for your answer: read it, accept it or return it (H)."
            in into.text
        )
    never = team_of(("asha", "08:00", "10:00"), ("budi", "10:00", "20:00"))
    assert told(team, at("09:46"))[0].key == told(never, at("09:46"))[0].key, (
        "one reminder, however it stands"
    )
    offer(team, at("09:46"))
    assert told(team, at("09:50")) == [], "they were told of the offer itself"
    give_back(team, at("09:51"))
    out, into = told(team, at("09:52"))
    assert "Offer the handover (H)." in out.text
    offer(team, at("09:53"))
    accept(team, at("09:54"))
    assert told(team, at("09:55")) == []


def test_a_shift_that_nobody_follows_is_loud_and_says_who_keeps_what_is_open() -> None:
    team = team_of(("asha", "08:00", "10:00"))
    (one,) = told(team, at("09:30"))
    assert one.about.people == ("asha",)
    assert "NOBODY follows" in one.text
    assert "what is open stays yours" in one.text
    mine = duty(team.policy.roster, *PLACE, at("09:30"))
    hint = ending(replace(seen(team, "asha", at("09:30")), policy=team.policy), mine, at("09:30"))
    assert hint is not None
    assert (
        "nobody follows (before the first shift), what is open stays yours: let somebody cover" in hint.text
    )
    (late,) = [one for one in told(team, at("10:20")) if "NOT accepted" in one.title]
    assert "What was open is still Asha's; nobody follows." in late.text


def test_a_quiet_shift_that_nobody_follows_is_reminded_of_nothing() -> None:
    team = team_of(("asha", "08:00", "10:00"))
    found = [one for one in coming(team.policy, at("09:30"), team.state) if one.about.topic is Topic.HANDOVER]
    assert found == []


def test_the_late_word_says_how_far_it_came() -> None:
    team = team_of(("asha", "08:00", "10:00"), ("budi", "10:00", "20:00"))
    late = at("10:20")

    def text() -> str:
        (found,) = [one for one in told(team, late) if "NOT accepted" in one.title]
        return found.text

    assert "its handover was never offered" in text()
    offer(team, at("09:50"))
    assert "its handover was offered and not accepted" in text()
    give_back(team, at("09:55"))
    assert "Budi returned its handover: no next step" in text()


def test_who_has_the_role_now_hears_of_it_too() -> None:
    team = team_of(("asha", "08:00", "10:00"), ("budi", "10:00", "10:10"), ("dewi", "10:10", "20:00"))
    offer(team, at("09:50"))
    (found,) = [one for one in told(team, at("10:20")) if "NOT accepted" in one.title]
    assert found.about.people[:3] == ("asha", "budi", "dewi")


# an offer to somebody who does not follow any more, leave, unknown rosters, time changes


def test_a_swap_after_the_offer_leaves_it_to_whom_it_was_made() -> None:
    team = team_of(("asha", "08:00", "10:00"), ("budi", "10:00", "20:00"))
    offer(team, at("09:00"))
    team.done(at("09:10"), Cover(*PLACE, "dewi", at("10:00"), at("20:00")), BUDI)
    snapshot = replace(seen(team, "asha", at("09:30")), policy=team.policy)
    hint = ending(snapshot, duty(team.policy.roster, *PLACE, at("09:30")), at("09:30"))
    assert hint is not None
    assert "Budi has not accepted the handover yet, and Dewi follows on the roster now" in hint.text
    offer(team, at("09:40"))
    assert team.state.handovers[-1].incoming == "dewi"
    accept(team, at("09:41"), DEWI)


def test_somebody_on_leave_does_not_follow() -> None:
    away = Absence("budi", at("00:00", day=5), at("00:00", day=20))
    team = Team(replace(POLICY, roster=replace(POLICY.roster, absences=(away,))))
    found = running(team, at("10:00"))
    assert (found.outgoing, found.incoming) == ("asha", "budi")
    assert found.end == at("02:00", day=20), "the turn goes on while the next one is away"
    alone = replace(POLICY.roster, rotations=(replace(POLICY.roster.rotations[0], on_leave=OnLeave.GAP),))
    gone = running(Team(replace(POLICY, roster=replace(alone, absences=(away,)))), at("10:00"))
    assert (gone.incoming, gone.gap) == ("", "budi is on leave")
    assert gone.end == at("02:00", day=6)


def test_a_roster_that_is_not_known_is_never_nobody() -> None:
    unread = not_read_yet(*PLACE, "ops", 0)
    policy = replace(POLICY, roster=Roster(listed=(unread,), overrides=planned(("asha", "08:00", "10:00"))))
    found = running(Team(policy), at("09:00"))
    assert found.incoming == ""
    assert found.gap == "calendar ops has not been read yet: the engine reads it"
    (one,) = told(Team(policy), at("09:30"))
    assert "calendar ops has not been read yet" in one.text
    refusal = Team(policy).ask(
        at("09:30"), OfferHandover(found.id, *PLACE, at("08:00"), at("10:00"), "", (), "packed")
    )
    assert isinstance(refusal, Rejected)
    assert "calendar ops has not been read yet" in refusal.text


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2026, 3, 28), 23), (date(2026, 10, 24), 25)], ids=["spring", "autumn"]
)
def test_a_shift_over_a_time_change_is_one_and_reminded_of_in_time(day: date, hours: int) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    daily = Rotation(*PLACE, ("asha", "budi"), timedelta(days=1), time(9), berlin, day)
    team = Team(replace(POLICY, roster=Roster((daily,))))
    start = datetime.combine(day, time(9), berlin).astimezone(UTC)
    found = running(team, start + HOUR)
    assert found.start == start
    assert found.end == start + timedelta(hours=hours)
    keys = [one.key for minute in range(75) for one in told(team, found.end - timedelta(minutes=75 - minute))]
    marks = {key: keys.count(key) for key in keys}
    assert [key.rsplit("/", 1)[1] for key in marks] == ["60", "15"]
