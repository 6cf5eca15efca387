"""Leave, maintenance, answers; and the log as a whole: it folds, whatever was decided."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.domain.roster import Listed, Shift, duty
from console.domain.team import commands as cmd
from console.domain.team.checklist import Checklist, Item, When
from console.domain.team.facts import CoverEnded, Fact, FactBody, ItemState, LeaveEnded, MaintenanceEnded
from console.domain.team.fold import Spanned, fold
from console.domain.team.listing import read, written
from console.domain.team.live import live
from console.domain.team.state import NO_TEAM_STATE
from tests.domain.teams import Team
from tests.domain.world import ASHA, BUDI, DEWI, POLICY, at

NOW = at("10:00")
HOUR = timedelta(hours=1)
DAYS = timedelta(days=1)


def leave(person: str = "asha", start: float = 0, days: float = 1) -> cmd.TakeLeave:
    return cmd.TakeLeave(person, NOW + start * DAYS, NOW + (start + days) * DAYS, "fever")


def test_whoever_is_on_leave_holds_nothing_by_rotation() -> None:
    team = Team()
    assert team.done(NOW, leave()) == "you are on leave from now until Wed 17:00 WIB (L1)"
    assert [team.holder(NOW + days * DAYS) for days in (-0.1, 0, 0.9, 1)] == ["asha", "budi", "budi", "asha"]
    assert team.nothing(NOW, leave(days=0.5)).startswith(
        "you are on leave from now until Wed 17:00 WIB already"
    )
    assert "(L2)" in team.done(NOW, leave("budi", start=3))


def test_somebody_comes_back_early() -> None:
    team = Team()
    team.done(NOW, leave(days=2))
    assert team.done(NOW + DAYS, cmd.EndLeave("L1"), BUDI) == "Asha is back from now on (L1)"
    assert [team.holder(NOW + days * DAYS) for days in (0.9, 1, 1.9)] == ["budi", "asha", "asha"]
    assert "ended" in team.nothing(NOW + 2 * DAYS, cmd.EndLeave("L1"))
    team.done(NOW + DAYS, leave(start=5))
    assert "your leave" in team.done(NOW + DAYS, cmd.EndLeave("L2"))


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (leave("ghost"), 'no person is called "ghost"'),
        (leave(days=0), "the end must come after the start"),
        (leave(start=-3), "that is over"),
        (leave(days=400), "longer than 366 days"),
        (cmd.EndLeave("L9"), 'there is no leave "L9"'),
        (cmd.EndMaintenance("M9"), 'there is no maintenance "M9"'),
        (cmd.SetMaintenance(NOW, NOW + HOUR), "maintenance of what?"),
        (cmd.SetMaintenance(NOW, NOW + HOUR, ("paymnets",)), 'did you mean "payments"?'),
        (cmd.SetMaintenance(NOW, NOW + HOUR, (), ("serch",)), 'did you mean "search"?'),
        (cmd.SetMaintenance(NOW, NOW + 61 * DAYS, ("payments",)), "longer than 60 days"),
        (cmd.AnswerItem("begin", "vpn", "o", ItemState.DONE), 'there is no checklist "begin"'),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(command: cmd.TeamCommand, words: str) -> None:
    team = Team()
    assert words in team.refused(NOW, command)
    assert team.log == []


def test_maintenance_is_in_the_rules_and_ends() -> None:
    team = Team()
    told = team.done(NOW, cmd.SetMaintenance(NOW, NOW + 2 * HOUR, ("payments",), ("search",), "move"))
    assert told == "payments, everything of team search: nobody is paged from now until 19:00 WIB (M1)"
    (one,) = team.policy.maintenance
    assert (one.id, one.by, one.covers("payments", ""), one.covers("x", "search")) == (
        "M1",
        "asha",
        True,
        True,
    )
    inside = cmd.SetMaintenance(NOW + HOUR, NOW + 2 * HOUR, ("payments",))
    assert "already (M1)" in team.nothing(NOW, inside)
    assert "is over" in team.done(NOW + HOUR, cmd.EndMaintenance("M1"))
    assert team.policy.maintenance[0].end == NOW + HOUR
    assert "ended" in team.nothing(NOW + HOUR, cmd.EndMaintenance("M1"))


def test_the_latest_answer_counts_for_each_person_and_occasion() -> None:
    lists = (Checklist("start", "Start", When.PRE_SHIFT, (Item("vpn", "The VPN works"),)),)
    team = Team(replace(POLICY, checklists=lists))
    done = cmd.AnswerItem("start", "vpn", "shift-1", ItemState.DONE)
    failed = replace(done, state=ItemState.FAILED, text="no route")
    assert team.done(NOW, failed) == "The VPN works: failed"
    assert team.done(NOW + HOUR, done) == "The VPN works: done"
    assert team.nothing(NOW + HOUR, done) == "The VPN works: done already"
    team.done(NOW, failed, BUDI)
    team.done(NOW, replace(failed, occasion="shift-2"))
    assert [(one.body.person, one.body.occasion, one.body.state) for one in team.state.answers] == [
        ("asha", "shift-1", ItemState.DONE),
        ("budi", "shift-1", ItemState.FAILED),
        ("asha", "shift-2", ItemState.FAILED),
    ]
    assert team.refused(NOW, replace(done, item="vpm")).endswith('did you mean "vpn"?')
    assert team.nothing(NOW, replace(done, occasion="shift-9", state=ItemState.TODO))
    assert team.policy is team.config, "an answer changes no rule"


# the log as a whole

moments = st.integers(-48, 24 * 70).map(lambda hours: NOW + timedelta(hours=hours))
people = st.sampled_from(["asha", "budi", "dewi", "ghost", ""])
roles = st.sampled_from(["primary", "secondary", "nothing"])
ids = st.builds(
    lambda kind, n, half: f"{kind}{n}{half}",
    st.sampled_from("CLMS"),
    st.integers(0, 4),
    st.sampled_from(["", "a", "b"]),
)
commands = st.one_of(
    st.builds(cmd.Cover, st.just("payments"), roles, people, moments, moments),
    st.builds(
        cmd.TakePager, st.just("payments"), roles, st.integers(-1, 40).map(lambda n: timedelta(hours=n))
    ),
    st.builds(cmd.Swap, st.just("payments"), roles, moments, moments),
    st.builds(cmd.TakeLeave, people, moments, moments),
    st.builds(cmd.SetMaintenance, moments, moments, st.just(("payments",))),
    st.builds(cmd.EndCover, ids),
    st.builds(cmd.EndLeave, ids),
    st.builds(cmd.EndMaintenance, ids),
)
steps = st.lists(
    st.tuples(
        st.integers(0, 100).map(lambda n: timedelta(hours=n)), commands, st.sampled_from([ASHA, BUDI, DEWI])
    ),
    max_size=12,
)


@given(steps)
@settings(max_examples=60, deadline=None)
def test_whatever_is_decided_folds_and_leaves_the_past_alone(
    steps: list[tuple[timedelta, cmd.TeamCommand, object]],
) -> None:
    team, now = Team(), NOW
    for passed, command, actor in steps:
        now += passed
        before = {moment: team.holder(moment) for moment in (NOW, now - HOUR) if moment < now}
        team.ask(now, command, actor)  # type: ignore[arg-type]
        assert {moment: team.holder(moment) for moment in before} == before
    state = team.state
    spans: tuple[Spanned, ...] = (*state.covers, *state.absences, *state.maintenance)
    assert all(one.start <= one.end for one in spans)
    assert len({one.id for one in spans}) == len(spans), "an id is given once"
    assert state.n == len(team.log)
    halfway = fold(team.log[: len(team.log) // 2])
    assert fold(team.log[len(team.log) // 2 :], halfway) == state


def test_what_ends_and_never_began_changes_nothing() -> None:
    bodies: tuple[FactBody, ...] = (CoverEnded("C1", NOW), LeaveEnded("L1", NOW), MaintenanceEnded("M1", NOW))
    after = fold([Fact(n, NOW, ASHA, body) for n, body in enumerate(bodies, 1)])
    assert after == replace(NO_TEAM_STATE, n=3)


# imported shifts

UNTIL = datetime(2026, 3, 1, tzinfo=UTC)
LISTED = Listed(
    "ops",
    "primary",
    "vendor",
    (
        Shift("ops", "primary", "budi", NOW, NOW + DAYS),
        Shift("ops", "primary", "", NOW + DAYS, NOW + 2 * DAYS, "who?"),
    ),
    1,
    UNTIL,
)


def test_imported_shifts_survive_as_text() -> None:
    assert read(written([LISTED, replace(LISTED, until=None, shifts=())])) == (
        LISTED,
        replace(LISTED, until=None, shifts=()),
    )
    assert read(written([LISTED]).removeprefix("[").removesuffix("]")) == (LISTED,), "or a single one"


@pytest.mark.parametrize(
    "text", ["", "{", "[1]", "null", "{}", '[{"team":"a","role":"b","name":"c","shifts":[{}]}]']
)
def test_text_that_is_no_list_of_shifts_is_one_plain_error(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the kind is the promise, the words are the library's
        read(text)


def test_imported_shifts_count_in_the_live_rules_only() -> None:
    rules = live(POLICY, NO_TEAM_STATE, (LISTED,))
    assert duty(rules.roster, "ops", "primary", NOW).person == "budi"
    assert live(POLICY, NO_TEAM_STATE) is POLICY
    assert POLICY.roster.listed == ()
