"""Layers, hours, leave, holidays and calendars as the config says them, and what they come to."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from console.config.load import Loaded, load, parse
from console.config.policy import policy_digest, policy_of, setup_of
from console.config.setup import CalendarSpec
from console.config.turns import Turn, parse_turn
from console.config.windows import EVERY_DAY, parse_window
from console.domain.roster import OnLeave, Roster, Window, duty, gaps
from console.errors import ConfigError
from tests.config.mistakes import COVER, FEED, FRONT, RINA
from tests.config.samples import EXAMPLE, SOURCE, TEAM, loaded
from tests.paths import REPO

WEEKDAYS = frozenset(range(5))
DAY = timedelta(days=1)


def roster(text: str) -> Roster:
    return policy_of(loaded(TEAM + SOURCE + text)).roster


@pytest.mark.parametrize(
    ("said", "days", "start", "end"),
    [
        ("Mon-Fri 09:00-18:00", WEEKDAYS, time(9), time(18)),
        ("  monday - friday   9:00 – 18:00 ", WEEKDAYS, time(9), time(18)),
        ("Sat-Sun", frozenset({5, 6}), time(0), time(0)),
        ("Fri-Mon", frozenset({4, 5, 6, 0}), time(0), time(0)),
        ("Mon,Wed,Fri-Sat 08:00-24:00", frozenset({0, 2, 4, 5}), time(8), time(0)),
        ("22:00-07:00", EVERY_DAY, time(22), time(7)),
        ("sunday", frozenset({6}), time(0), time(0)),
        ("Business hours", WEEKDAYS, time(9), time(18)),
        ("night", EVERY_DAY, time(18), time(9)),
        ("weekends", frozenset({5, 6}), time(0), time(0)),
    ],
)
def test_hours_of_the_week(said: str, days: frozenset[int], start: time, end: time) -> None:
    assert parse_window(said) == Window(days, start, end)


@pytest.mark.parametrize(
    ("said", "turn"),
    [
        ("weekly", Turn(timedelta(days=7))),
        ("2 Weeks", Turn(timedelta(days=14))),
        ("3 days", Turn(timedelta(days=3))),
        ("1 day", Turn(DAY)),
        ("36 hours", Turn(timedelta(hours=36))),
        ("1d12h", Turn(timedelta(hours=36))),
    ],
)
def test_lengths_of_shifts(said: str, turn: Turn) -> None:
    assert parse_turn(said) == turn


@pytest.mark.parametrize(
    ("said", "months"), [("monthly", 1), ("1 month", 1), ("2 months", 2), ("12months", 12)]
)
def test_shifts_of_months(said: str, months: int) -> None:
    assert parse_turn(said).months == months
    assert not parse_turn(said).weekly


def test_a_rotation_with_everything() -> None:
    text = FRONT + (
        'every = "2 months"\nhandoff = "10:30"\ntimezone = "Europe/Berlin"\nlayer = -2\nuntil = 2027-01-05\n'
        'only = ["nights", "Sat"]\nnot_on_holidays = true\non_leave = "gap"\n'
    )
    one = roster(text).rotations[-1]
    assert (one.months, one.handoff, one.timezone.key, one.weekday) == (
        2,
        time(10, 30),
        "Europe/Berlin",
        None,
    )
    assert (one.layer, one.until, one.on_leave) == (-2, date(2027, 1, 5), OnLeave.GAP)
    assert one.windows == (
        Window(EVERY_DAY, time(18), time(9), not_on_holidays=True),
        Window(frozenset({5}), time(0), time(0), not_on_holidays=True),
    )


def test_layers_and_hours_of_one_role() -> None:
    above = FRONT.replace('"front"', '"primary"').replace('"asha", "budi"', '"dewi"')
    found = roster(above + 'layer = 1\nonly = ["weekends"]\ntimezone = "Asia/Jakarta"\n')
    saturday = datetime(2026, 1, 10, 5, tzinfo=UTC)
    assert duty(found, "payments", "primary", saturday).person == "dewi"
    assert duty(found, "payments", "primary", saturday - DAY).person == "asha"


@pytest.mark.parametrize(
    "difference",
    ["layer = 1\n", 'only = ["nights"]\n', "not_on_holidays = true\n"],
)
def test_rotations_of_one_role_may_differ(difference: str) -> None:
    assert loaded(TEAM + SOURCE + FRONT + FRONT + difference).set_aside == ()


def test_one_rotation_may_follow_another() -> None:
    later = FRONT.replace("2026-01-05", "2026-03-02").replace('"asha", "budi"', '"dewi"')
    found = loaded(TEAM + SOURCE + later + FRONT + "until = 2026-03-02\n")
    assert found.set_aside == ()
    change = datetime(2026, 3, 2, 9, tzinfo=UTC)
    people = [duty(policy_of(found).roster, "payments", "front", at).person for at in (change - DAY, change)]
    assert people == ["budi", "dewi"]


def test_leave_is_of_whole_days_where_the_person_is() -> None:
    text = RINA + (
        'timezone = "Asia/Tokyo"\n'
        'leave = [{ from = 2026-02-01, to = 2026-02-02, reason = "rest" }, { from = 2026-03-01T12:00:00Z, to = 2026-03-01 }]\n'
    )
    found = roster(text)
    first, second = found.absences
    assert (first.person, first.reason) == ("rina", "rest")
    assert (first.start, first.end) == (
        datetime(2026, 1, 31, 15, tzinfo=UTC),
        datetime(2026, 2, 2, 15, tzinfo=UTC),
    )
    assert (second.start, second.end) == (
        datetime(2026, 3, 1, 12, tzinfo=UTC),
        datetime(2026, 3, 1, 15, tzinfo=UTC),
    )
    assert found.zones == (("rina", ZoneInfo("Asia/Tokyo")),)
    assert policy_of(loaded(TEAM + SOURCE + text)).people["rina"].zone == ZoneInfo("Asia/Tokyo")


def test_without_a_zone_of_their_own_leave_goes_by_the_rotation() -> None:
    away = TEAM.replace(
        'name = "Asha"\n', 'name = "Asha"\nleave = [{ from = 2026-01-07, to = 2026-01-07 }]\n'
    )
    found = policy_of(loaded(away + SOURCE)).roster
    (absence,) = found.absences
    assert absence.start == datetime(2026, 1, 6, 17, tzinfo=UTC)  # midnight in Jakarta
    assert duty(found, "payments", "primary", datetime(2026, 1, 7, 12, tzinfo=UTC)).person == "budi"


def test_a_role_whose_rotations_are_set_aside_is_a_gap_that_says_why() -> None:
    text = TEAM.replace('["asha", "budi"]', '["asha", "bdi"]')
    found = policy_of(loaded(text + SOURCE)).roster
    start = datetime(2026, 1, 7, tzinfo=UTC)
    (gap,) = gaps(found, "payments", "primary", start, start + DAY)
    line = text.splitlines().index("[[rotations]]") + 1
    assert f"oncall.toml:{line} is set aside: members #2: no [[people]]" in gap.reason
    assert duty(found, "payments", "primary", start).reason == gap.reason


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('team = "payments"\nrole = "primary"', 'team = "paymets"\nrole = "primary"'),
        ('role = "primary"\nmembers', "rol = 1\nmembers"),
        ("[[rotations]]\nteam", "[[rotations]]\nteam = 7\nno"),
    ],
    ids=["team misspelt", "role missing", "team is a number"],
)
def test_a_chain_may_page_a_role_that_is_set_aside(before: str, after: str) -> None:
    assert before in TEAM
    policy = policy_of(loaded(TEAM.replace(before, after, 1) + SOURCE))
    at = datetime(2026, 1, 7, tzinfo=UTC)
    assert [chain.levels[0].notify for chain in policy.chains] == [("primary",)]
    assert duty(policy.roster, "payments", "primary", at).person is None
    assert "set aside" in duty(policy.roster, "payments", "primary", at).reason
    assert duty(policy.roster, "payments", "secondary", at).person == "budi"


def test_a_chain_with_a_misspelt_role_is_still_refused() -> None:
    with pytest.raises(ConfigError, match='"primry" is no role'):
        loaded(TEAM.replace('["primary"]', '["primry"]') + SOURCE)
    wrong = TEAM.replace('["primary"]', '["primry"]').replace('["asha", "budi"]', '["asha", "bdi"]')
    with pytest.raises(ConfigError) as caught:
        loaded(wrong + SOURCE)
    assert [line.split(" ")[1] for line in str(caught.value).splitlines()] == [
        "[[rotations]]",
        "[[escalation]]",
    ]


def test_a_section_that_is_no_list_is_set_aside_whole() -> None:
    (line,) = loaded(TEAM + SOURCE + '[overrides]\nperson = "budi"\n').set_aside
    assert line.endswith("[overrides]: is a list of tables; write [[overrides]]")


@pytest.mark.parametrize(
    ("zone", "start", "expected"),
    [
        (
            "Europe/Berlin",
            "2026-03-29T02:30:00",
            "02:30 is skipped by the clocks of Europe/Berlin on that day; 03:00 is",
        ),
        (
            "Europe/Berlin",
            "2026-10-25T02:30:00",
            "02:30 comes twice in Europe/Berlin on that day; the first is meant",
        ),
        ("Asia/Jakarta", "2026-03-29T02:30:00", ""),
    ],
)
def test_wall_times_that_the_clocks_skip_or_show_twice_are_warned_of(
    zone: str, start: str, expected: str
) -> None:
    rotation = FRONT + f'timezone = "{zone}"\n'
    cover = COVER.replace("primary", "front") + f"start = {start}\nend = 2026-12-01T09:00:00\n"
    found = loaded(TEAM + SOURCE + rotation + cover)
    assert found.set_aside == ()
    assert len(policy_of(found).roster.overrides) == 1
    assert [expected in warning for warning in found.warnings if "start" in warning] == [True] * bool(
        expected
    )


def test_whoever_is_on_call_without_a_contact_is_warned_of() -> None:
    found = loaded(TEAM + SOURCE + FRONT.replace('"asha", "budi"', '"asha", "dewi"'))
    assert [line for line in found.warnings if "contact" in line] == [
        'oncall.toml:12: [[people]] #3 "dewi": dewi has no contact: nobody can reach them when they are on call'
    ]


def test_not_on_holidays_without_holidays_is_warned_of() -> None:
    text = TEAM + SOURCE + FRONT + "not_on_holidays = true\n"
    assert any("not_on_holidays: there are no [holidays]" in line for line in loaded(text).warnings)
    days = '[holidays]\ndays = [{ date = 2026-12-25, name = "Christmas" }, { date = 2026-01-01, name = "New Year" }]\n'
    found = loaded(text + days)
    assert not any("not_on_holidays" in line for line in found.warnings)
    names = [name for _, name in policy_of(found).roster.holidays]
    assert names == ["New Year", "Christmas"]


ADDRESS = 'url = "webcal://cal.example/private/hush-hush/basic.ics"\n'
SECRETS = 'token = { env = "CAL_TOKEN" }\nheaders = { X-Key = { env = "CAL_KEY" } }\n'


def test_a_calendar_shows_and_keeps_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    found = loaded(
        TEAM + SOURCE + FEED + ADDRESS + SECRETS + 'every = "1h"\nnames = { "Jane Doe" = "asha" }\n'
    )
    (spec,) = setup_of(found).calendars
    assert spec == CalendarSpec(
        name="Feed",
        team="payments",
        role="front",
        host="cal.example",
        interval=3600.0,
        names=(("Jane Doe", "asha"),),
    )
    monkeypatch.setenv("CAL_TOKEN", "hush-token")
    monkeypatch.setenv("CAL_KEY", "hush-key")
    (table,) = found.config.calendars
    access = table.access()
    assert access is not None
    assert access.url == "https://cal.example/private/hush-hush/basic.ics"
    assert access.headers == {"Authorization": "Bearer hush-token", "X-Key": "hush-key"}
    assert "hush" not in repr((access, table, spec, found.warnings, found.set_aside))


def test_files_are_relative_to_the_file_they_are_said_in(tmp_path: Path) -> None:
    folder = tmp_path / "team"
    folder.mkdir()
    (folder / "more.toml").write_text(FEED + 'file = "a.csv"\n[holidays]\nfile = "days.ics"\n')
    main = tmp_path / "oncall.toml"
    main.write_text('include = ["team/more.toml"]\n' + TEAM + SOURCE)
    setup = setup_of(load(main))
    assert setup.calendars[0].file == folder / "a.csv"
    assert setup.holidays == folder / "days.ics"


def test_a_literal_token_in_a_file_that_others_may_read_sets_the_calendar_aside(tmp_path: Path) -> None:
    main = tmp_path / "oncall.toml"
    main.write_text(TEAM + SOURCE + FEED + ADDRESS + 'token = "hush-token"\n')
    main.chmod(0o600)
    assert any("token: is a secret in the file itself" in line for line in load(main).warnings)
    main.chmod(0o644)
    (line,) = load(main).set_aside
    assert "token: is a secret in a file that others may read" in line
    assert "hush" not in line


def test_a_role_of_a_calendar_can_be_paged_and_covered() -> None:
    cover = COVER.replace("primary", "front") + "start = 2026-01-07T09:00:00\nend = 2026-01-08T09:00:00\n"
    text = TEAM.replace('["dewi"]', '["front"]') + SOURCE + FEED + 'file = "a.ics"\ntimezone = "Asia/Tokyo"\n'
    found = loaded(text + cover)
    assert found.set_aside == ()
    assert policy_of(found).roster.overrides[0].start == datetime(2026, 1, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        RINA.replace("rina", "eko"),
        RINA + 'timezone = "Asia/Tokyo"\n',
        RINA + "leave = [{ from = 2026-02-01, to = 2026-02-02 }]\n",
        RINA + FRONT.replace('"front"', '"primary"') + "layer = 1\n",
        RINA + '[holidays]\ndays = [{ date = 2026-12-25, name = "Christmas" }]\n',
        RINA + FEED + 'file = "a.ics"\n',
    ],
)
def test_the_fingerprint_has_it_all(text: str) -> None:
    before = policy_digest(loaded(TEAM + SOURCE + RINA))
    assert policy_digest(loaded(TEAM + SOURCE + text)) != before
    assert policy_digest(loaded(TEAM + SOURCE + RINA + "# a remark\n")) == before


def test_where_a_calendar_lies_is_not_in_the_fingerprint() -> None:
    digests = {
        policy_digest(loaded(TEAM + SOURCE + FEED + origin))
        for origin in ('file = "a.ics"\n', 'file = "b.csv"\n', ADDRESS)
    }
    assert len(digests) == 1


BLOCKS = re.findall(
    r"^```toml\n(.*?)^```", (REPO / "docs/roster-config.md").read_text(), re.DOTALL | re.MULTILINE
)


@pytest.mark.parametrize("block", BLOCKS, ids=range(len(BLOCKS)))
def test_the_examples_of_the_documentation_load(block: str) -> None:
    found: Loaded = parse(block, Path("oncall.toml"))
    assert found.set_aside == ()
    assert policy_of(found).people


def test_a_calendar_name_is_used_once() -> None:
    text = TEAM + SOURCE + FEED + 'file = "a.ics"\n' + FEED + 'file = "b.ics"\n'
    found = loaded(text)
    lines = [number for number, line in enumerate(text.splitlines(), start=1) if line == 'name = "Feed"']
    (line,) = found.set_aside
    assert line.startswith(f"set aside: oncall.toml:{lines[1]}: ")
    assert line.endswith(f'"Feed" is in [[calendars]] already (oncall.toml:{lines[0]})')
    assert [spec.file for spec in setup_of(found).calendars] == [Path.cwd() / "a.ics"]


@pytest.mark.parametrize("origin", ["file", "url", "source"])
def test_the_calendar_of_the_example_loads_when_it_is_no_longer_commented_out(origin: str) -> None:
    (block,) = re.findall(r"^# \[\[calendars\]\].*\n(?:#.*\n)+", EXAMPLE.read_text(), re.MULTILINE)
    only_with = {"file": "file", "url": "url|token|headers", "source": "source|schedule"}
    others = "|".join(keys for name, keys in only_with.items() if name != origin)
    text = re.sub(
        rf"^(?:{others}) = .*\n", "", re.sub("^# ", "", block, flags=re.MULTILINE), flags=re.MULTILINE
    )
    found = loaded(TEAM + SOURCE.replace('"prod"', '"pagerduty"') + text)
    assert found.set_aside == ()
    assert len(setup_of(found).calendars) == 1
