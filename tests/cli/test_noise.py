"""``oncall noise``: marks, the tuning list in three forms, and what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from console.clock import SystemClock
from console.domain.commands import Ack, Advance, ObserveAlerts
from console.domain.events import NoiseMarked
from console.domain.noise.tuning import DEFINITIONS
from tests.cli.conftest import Run
from tests.cli.test_reading import ALERT, Shift


@pytest.fixture
def shift(config: Path) -> Iterator[Shift]:
    """Return a store in which one rule cleared by itself six times within three minutes, and once did not."""
    shift = Shift(config)
    now = SystemClock().now()

    def ago(days: float) -> None:
        shift.clock.advance((now - timedelta(days=days) - shift.clock.now()).total_seconds())

    alert = replace(ALERT, name="Flappy|<b>\x1b[31m")
    for n in range(6):
        ago(10 - n)
        incident = shift.fired(alert)
        shift.does("engine", incident, Advance())
        shift.clock.advance(180)
        shift.does("engine", incident, ObserveAlerts(cleared=(alert.ref,)))
        shift.clock.advance(60)
        shift.does("asha", incident, Ack(take=True))
    ago(3)
    shift.does("asha", shift.fired(ALERT), Ack(take=True))
    yield shift
    shift.store.close()


@pytest.mark.usefixtures("shift")
def test_the_list_says_what_to_change_and_what_the_numbers_mean(run: Run, config: Path) -> None:
    found = run("--config", str(config), "noise")
    assert found.code == 0
    assert "for: 5m would have removed 6 of 6" in found.out
    assert "too few to judge" not in found.out, "only what can be changed is suggested"
    assert all(words in found.out for words in DEFINITIONS.values())
    assert "\x1b" not in found.out


@pytest.mark.usefixtures("shift")
def test_the_list_as_json_adds_up(run: Run, config: Path) -> None:
    found = run("--config", str(config), "noise", "--json").json
    rules = found["rules"]
    assert {rule["rule"] for rule in rules} >= {"HighErrorRate"}
    for name in found["totals"]:
        assert found["totals"][name] == sum(
            rule[name if name != "marks" else "noise_marks"] for rule in rules
        )
    assert found["totals"]["fired"] == found["incidents"] == 7
    kinds = {rule["suggestion"]["kind"]: rule["suggestion"]["for"] for rule in rules}
    assert kinds == {"for": 300.0, "nothing": None}


@pytest.mark.usefixtures("shift")
def test_the_list_as_markdown_is_inert(run: Run, config: Path) -> None:
    found = run("--config", str(config), "noise", "--md").out
    assert found.startswith("# Noise, ")
    assert "## Suggestions" in found
    assert "<b>" not in found
    assert "\\|" in found


@pytest.mark.usefixtures("shift")
def test_a_shorter_span_and_another_team(run: Run, config: Path) -> None:
    assert run("--config", str(config), "noise", "--weeks", "0").code == 2
    wrong = run("--config", str(config), "noise", "--team", "paymants")
    assert wrong.code == 2
    assert 'no team "paymants"' in wrong.err


def test_marking_and_unmarking(run: Run, config: Path, shift: Shift) -> None:
    done = run(
        "--config", str(config), "--as", "asha", "noise", "mark", "INC-1", "2", "-m", "flaps at deploys"
    )
    assert done.code == 0, done.err
    assert "INC-1 marked as noise" in done.out
    mark = shift.store.log("INC-1")[-1]
    assert mark.body == NoiseMarked("flaps at deploys")
    assert mark.actor.name == "asha"
    rules = run("--config", str(config), "noise", "--json").json["rules"]
    assert sum(rule["noise_marks"] for rule in rules) == 2
    assert run("--config", str(config), "--as", "asha", "noise", "unmark", "INC-1").code == 0
    rules = run("--config", str(config), "noise", "--json").json["rules"]
    assert sum(rule["noise_marks"] for rule in rules) == 1
    assert shift.store.log("INC-1")[-1].body == NoiseMarked(noise=False)


@pytest.mark.usefixtures("shift")
def test_a_mark_needs_a_reason_and_a_store_to_write_to(run: Run, config: Path) -> None:
    refused = run("--config", str(config), "--as", "asha", "noise", "mark", "INC-1", "-m", " ")
    assert refused.code != 0
    assert "why" in refused.out + refused.err
    assert run("--config", str(config), "--readonly", "noise", "unmark", "INC-1").code == 1
    assert run("--config", str(config), "--readonly", "noise").code == 0
