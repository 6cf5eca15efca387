"""What ``[grouping]`` comes to, and what is wrong with it in one line."""

from __future__ import annotations

from datetime import timedelta

import pytest

from console.config.policy import policy_of
from console.domain.policy import GroupingRule
from console.errors import ConfigError
from tests.config.samples import SOURCE, TEAM, loaded

RULES = """
[grouping]
window = "5m"
storm_from = 4
graph = false
[[grouping.rules]]
name = "nodes"
match = { service = "web", alertname = ["KubeNode*", "NodeDown"] }
by = ["cluster"]
"""


def test_rules_and_storms_reach_the_policy() -> None:
    made = policy_of(loaded(TEAM + SOURCE + RULES)).grouping
    match = (("alertname", ("KubeNode*", "NodeDown")), ("service", ("web",)))
    assert made.rules == (GroupingRule("nodes", match, ("cluster",)),)
    assert (made.window, made.storm_from, made.silent_from) == (timedelta(minutes=5), 4, 3)
    assert not made.graph


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[[grouping.rules]]\nname = "a"\nby = ["cluster"]\n', "match"),
        ('[[grouping.rules]]\nname = "a"\nmatch = {}\nby = ["cluster"]\n', "match"),
        ('[[grouping.rules]]\nname = "a"\nmatch = { x = "1" }\nby = []\n', "by"),
        ('[[grouping.rules]]\nname = "nodes"\nmatch = { x = "1" }\nby = ["x"]\n' + RULES.split("graph = false")[1],
         '"nodes" is in [[grouping.rules]] already'),
        ("[grouping]\nstorm_from = 1\n", "storm_from"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused(text: str, said: str) -> None:
    with pytest.raises(ConfigError, match="grouping") as caught:
        loaded(TEAM + SOURCE + text)
    assert said in str(caught.value)


def test_a_rule_that_never_counts_is_told_with_the_one_before() -> None:
    more = '[[grouping.rules]]\nname = "down"\nmatch = { service = "web", alertname = "NodeDown", zone = "1" }\nby = ["zone"]\n'
    (warning,) = loaded(TEAM + SOURCE + RULES + more).warnings
    assert 'never counts: "nodes" before it matches all of these' in warning
    other = more.replace('"NodeDown"', '["NodeDown", "DiskFull"]')
    assert loaded(TEAM + SOURCE + RULES + other).warnings == ()


def test_a_service_that_depends_on_itself_or_on_nobody_known_is_told() -> None:
    text = '[[services]]\nname = "web"\nteam = "payments"\ndepends_on = ["web", "orders-db"]\n'
    warnings = loaded(TEAM + SOURCE + text).warnings
    assert any("depends on itself" in one for one in warnings)
    assert any('no [[services]] has the name "orders-db"' in one for one in warnings)
    assert len(warnings) == 2
