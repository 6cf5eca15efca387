"""``[grouping.flapping]`` and ``warn_holds``, as their pages write them."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from console.config.load import load
from console.config.policy import policy_of
from console.domain.policy import Flapping, Policy
from console.errors import ConfigError
from tests.paths import REPO


def read(tmp_path: Path, text: str) -> Policy:
    file = tmp_path / "oncall.toml"
    file.write_text(text)
    return policy_of(load(file))


@pytest.mark.parametrize("page", ["flapping", "holds"])
def test_the_examples_of_the_pages_are_the_defaults(page: str, tmp_path: Path) -> None:
    (example,) = re.findall(
        r"^```toml\n(.*?)^```", (REPO / f"docs/{page}.md").read_text(), re.DOTALL | re.MULTILINE
    )
    rules = read(tmp_path, example)
    assert rules.grouping.flapping == Flapping()
    assert rules.warn_holds == Policy(rules.roster).warn_holds


def test_it_can_be_switched_off_and_changed(tmp_path: Path) -> None:
    off = read(tmp_path, "[grouping.flapping]\nchanges = 0\n")
    assert off.grouping.flapping.changes == 0
    rules = read(tmp_path, '[grouping.flapping]\nquiet = "20m"\n[sla]\nwarn_holds = "1h"\n')
    assert rules.grouping.flapping == Flapping(quiet=timedelta(minutes=20))
    assert rules.warn_holds == timedelta(hours=1)


@pytest.mark.parametrize("number", [1, 2, 21, -1])
def test_too_few_changes_are_no_flapping_and_more_than_are_kept_no_rule(number: int, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="changes"):
        read(tmp_path, f"[grouping.flapping]\nchanges = {number}\n")


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ('within = "14m"', "asked every 2m 30s it is never seen firing 4 times in 14m"),
        ('within = "15m"', ""),
        ('quiet = "150s"', "nothing stays held down between two polls"),
        ('changes = 0\nwithin = "1s"\nquiet = "1s"', ""),
    ],
)
def test_polls_that_are_too_far_apart_to_see_it_are_warned_of(rule: str, said: str, tmp_path: Path) -> None:
    file = tmp_path / "oncall.toml"
    source = (
        '[[sources]]\nname = "prod"\nkind = "alertmanager"\nurl = "http://am.example"\ninterval = "150s"\n'
    )
    file.write_text(f"{source}[grouping.flapping]\n{rule}\n")
    warnings = [line for line in load(file).warnings if "flapping" in line]
    assert len(warnings) == bool(said)
    assert all(said in line and "sources" in line for line in warnings)
