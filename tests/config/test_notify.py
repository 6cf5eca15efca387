from __future__ import annotations

from datetime import time, timedelta

import pytest

from console.config.policy import policy_of, setup_of
from console.domain.notify.notification import Topic
from console.domain.notify.rules import Limits, Quiet, Rule
from console.domain.priority import Priority
from console.domain.walltime import Hours
from console.errors import ConfigError
from tests.config.samples import SOURCE, TEAM, loaded

RULE = """
[[notify]]
topics = ["paged", "breach"]
via = ["hook"]
to = ["primary", "dewi"]
after = "2m"
priorities = ["P3"]
teams = ["payments"]
quiet = "22:00-07:00"
but = ["P1"]
[notify_limits]
storm = 9
within = "5m"
"""
MAIL = '[[channels]]\nkind = "smtp"\nname = "mail"\nhost = "mail.example"\nsender = "oncall@shop.example"\n'


def complaint(text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        loaded(text)
    return str(caught.value).splitlines()


def test_rules_and_limits_come_to_plain_values() -> None:
    policy = policy_of(loaded(TEAM + SOURCE + RULE))
    (rule,) = policy.rules
    assert rule == Rule(
        frozenset({Topic.PAGED, Topic.BREACH}),
        ("hook",),
        ("primary", "dewi"),
        timedelta(minutes=2),
        frozenset({Priority.P3}),
        frozenset({"payments"}),
        Quiet(Hours(time(22), time(7)), frozenset({Priority.P1})),
    )
    assert policy.limits == Limits(storm=9, within=timedelta(minutes=5))
    (channel,) = policy.channels
    assert (channel.name, channel.kind, channel.contact, channel.room) == ("hook", "webhook", "", "all")


def test_a_rule_without_topics_is_about_everything() -> None:
    text = TEAM + SOURCE + '[[notify]]\nvia = ["hook"]\n'
    (rule,) = setup_of(loaded(text)).policy.rules
    assert rule.topics == frozenset(Topic) - {Topic.DIGEST, Topic.TEST}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ('"paged", ', '"pagd", ', '"pagd" is no topic — did you mean "paged"?'),
        ('["hook"]', '["hok"]', '"hok" is the name of no [[channels]] — did you mean "hook"?'),
        ('"primary", "dewi"', '"dewy"', '"dewy" is no person, no role and no team — did you mean "dewi"?'),
        ('["payments"]', '["payment"]', '"payment" is the id of no [[teams]] — did you mean "payments"?'),
        ('"22:00-07:00"', '"22-7"', "is not hours of a day"),
        ('["P3"]', '["P5"]', '"P5" is not one of P1, P2, P3, P4'),
        ("storm = 9", "storm = 0", "storm"),
        ("via", "vai", "via"),
    ],
)
def test_what_is_wrong_in_a_rule_is_told_with_its_place(before: str, after: str, expected: str) -> None:
    assert before in RULE
    assert any(expected in line for line in complaint(TEAM + SOURCE + RULE.replace(before, after, 1)))


def test_an_unknown_kind_and_a_name_given_twice_are_told() -> None:
    twice = MAIL.replace('"mail"', '"hook"', 1)
    assert any('"hook" is in [[channels]] already' in line for line in complaint(TEAM + SOURCE + twice))
    kind = MAIL.replace("smtp", "smpt")
    assert any('did you mean "smtp"?' in line for line in complaint(TEAM + SOURCE + kind))


def test_somebody_on_call_whom_no_channel_reaches_is_a_warning() -> None:
    head, _, tail = TEAM.partition("[[channels]]")
    without = head + tail[tail.index("[[teams]]") :]
    budi = 'id = "budi"\n'
    only_asha = without.replace('slack = "@asha"', 'email = "asha@shop.example"')
    (warning,) = loaded(only_asha + SOURCE + MAIL).warnings
    assert "Budi is on call and no channel reaches them; give them email" in warning
    assert loaded(only_asha.replace(budi, budi + 'email = "b@shop.example"\n') + SOURCE + MAIL).warnings == ()
    (warning,) = loaded(without + SOURCE).warnings
    assert warning.endswith("no [[channels]]: pages reach nobody outside this screen")


@pytest.mark.parametrize(
    ("rule", "warned"),
    [
        ('topics = ["breach"]\nvia = ["hook"]', True),
        ('via = ["hook"]', False),
        ('topics = ["paged"]\nvia = ["hook"]', False),
    ],
)
def test_rules_without_one_for_pages_are_a_warning(rule: str, warned: bool) -> None:  # noqa: FBT001 - pytest's
    warnings = loaded(TEAM + SOURCE + f"[[notify]]\n{rule}\n").warnings
    assert any('no [[notify]] is about "paged"' in line for line in warnings) is warned


@pytest.mark.parametrize(
    ("topics", "warned"),
    [
        (
            '["paged"]',
            'about "track" or "joined": a reminder of a track and what joins a storm that somebody has',
        ),
        ('["paged", "joined"]', 'about "track": a reminder of a track reaches'),
        ('["paged", "track"]', 'about "joined": what joins a storm that somebody has reaches'),
        ('["paged", "track", "joined"]', ""),
        ("[]", ""),
    ],
)
def test_topics_that_no_rule_is_about_are_a_warning(topics: str, warned: str) -> None:
    warnings = loaded(TEAM + SOURCE + f'[[notify]]\ntopics = {topics}\nvia = ["hook"]\n').warnings
    unheard = [line for line in warnings if "no [[notify]] is about" in line]
    assert [warned in line for line in unheard] == ([True] if warned else [])


@pytest.mark.parametrize(("room", "warned"), [("", True), ('room = ["team@shop.example"]\n', False)])
def test_a_level_that_tells_a_room_which_is_none_is_a_warning(room: str, warned: bool) -> None:  # noqa: FBT001 - pytest's
    level = 'levels = [{ notify = ["primary"], after = "0m", channels = ["mail"] }]'
    head, _, tail = TEAM.partition("levels = [")
    chain = head + level + tail[tail.index("\n]\n") + 2 :]
    warnings = loaded(chain + SOURCE + MAIL + room).warnings
    assert any('"mail" has no room: this level tells nobody by it' in line for line in warnings) is warned
