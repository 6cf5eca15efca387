"""``[report]``, as its page writes it."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from console.config.load import load
from console.config.policy import policy_of
from console.domain.reports.rules import ReportRules, TargetStep
from console.errors import ConfigError
from tests.paths import REPO


def read(tmp_path: Path, text: str) -> ReportRules:
    file = tmp_path / "oncall.toml"
    file.write_text(text)
    return policy_of(load(file)).reports


def test_the_example_of_the_page(tmp_path: Path) -> None:
    page = (REPO / "docs/reports.md").read_text()
    (example,) = re.findall(r"^```toml\n(.*?)^```", page, re.DOTALL | re.MULTILINE)
    rules = read(tmp_path, example)
    assert rules.tech_ops == {"deploy", "config"}
    assert rules.steps == (
        TargetStep(date(2026, 1, 1), timedelta(minutes=30), timedelta(minutes=180)),
        TargetStep(date(2026, 4, 1), timedelta(minutes=5), timedelta(minutes=90)),
    )


def test_without_it_the_targets_of_sla_count(tmp_path: Path) -> None:
    assert read(tmp_path, "") == ReportRules()


def test_a_day_has_one_target(tmp_path: Path) -> None:
    step = '[[report.targets]]\nfrom = 2026-01-01\nack = "5m"\nresolve = "90m"\n'
    with pytest.raises(ConfigError, match="two targets from 2026-01-01"):
        read(tmp_path, step * 2)
