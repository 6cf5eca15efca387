"""Channels from the command line: tried for real, and what was given up sent again or let go."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from console.clock import SystemClock
from console.domain.health import EngineReport
from console.domain.notify.notification import Delivery, Notification, Topic
from console.store.address import open_store
from tests.cli.conftest import Run

CHANNELS = """
[[channels]]
kind = "command"
name = "fine"
command = ["echo", "it was taken"]
contact = "slack"
[[channels]]
kind = "command"
name = "broken"
command = ["sh", "-c", "echo no route >&2; exit 1"]
"""


@pytest.fixture(autouse=True)
def channels(config: Path) -> Path:
    """Have one channel that works and one that does not, and no other."""
    text = config.read_text()
    head, _, tail = text.partition("[[channels]]")
    config.write_text(head + tail[tail.index("[[teams]]") :] + CHANNELS)
    return config


def fill(folder: Path) -> None:
    """Have an engine give up one page and send another."""
    store = open_store(f"sqlite:///{folder / 'oncall.db'}", folder)
    now = SystemClock().now()
    lease = store.acquire(EngineReport("one", "db1", 1, 0, now, now, now), 10)
    assert lease is not None
    made = [
        Notification(
            f"INC-{n}/2/paged/budi/fine", Topic.PAGED, "fine", "budi", f"INC-{n}", "t", "x", now, now,
            urgent=True, state=state, said=said, settled_at=now,
        )
        for n, state, said in (
            (1, Delivery.FAILED, "no such channel"),
            (2, Delivery.SENT, "taken"),
            (3, Delivery.FAILED, "no such channel"),
        )
    ]  # fmt: skip
    held = Notification(
        "INC-4/2/nudge/budi/fine",
        Topic.NUDGE,
        "fine",
        "budi",
        "INC-4",
        "t",
        "x",
        now,
        now + timedelta(hours=5),
    )
    store.notify((*made, held), None, lease)
    store.close()


def test_a_test_message_goes_out_by_each_channel_and_says_what_came_of_it(run: Run) -> None:
    ran = run("notify", "test", "--json")
    assert ran.code == 1
    fine, broken = ran.json
    assert (fine["channel"], fine["ok"]) == ("fine", True)
    assert "it was taken" in fine["said"]
    assert (broken["channel"], broken["ok"]) == ("broken", False)
    assert "no route" in broken["said"]


def test_one_channel_and_one_person_can_be_chosen(run: Run) -> None:
    ran = run("notify", "test", "--via", "fine", "--to", "asha")
    assert (ran.code, "@asha" in ran.out) == (0, True)
    ran = run("notify", "test", "--via", "fine", "--to", "budi")
    assert ran.code == 1
    assert "Budi: no slack contact" in ran.out


@pytest.mark.parametrize(
    ("argv", "says"),
    [
        (("--via", "fin"), 'no [[channels]] has the name "fin" — did you mean "fine"?'),
        (("--to", "ash"), 'no [[people]] has the id "ash" — did you mean "asha"?'),
    ],
)
def test_a_name_that_is_unknown_is_told_with_the_nearest(run: Run, argv: tuple[str, ...], says: str) -> None:
    ran = run("notify", "test", *argv)
    assert ran.code == 2
    assert says in ran.err


def test_how_each_message_stands_is_listed(run: Run, tmp_path: Path) -> None:
    fill(tmp_path)
    out = run("notify", "list").out
    assert "INC-2 paged" in out
    assert "failed: no such channel" in out
    assert "held back until" in out
    assert {one["id"] for one in run("notify", "list", "--failed", "--json").json} == {
        "INC-1/2/paged/budi/fine",
        "INC-3/2/paged/budi/fine",
    }
    assert [one["state"] for one in run("notify", "list", "--incident", "2", "--json").json] == ["sent"]


def test_what_was_given_up_is_sent_again_or_let_go(run: Run, tmp_path: Path) -> None:
    fill(tmp_path)
    assert run("notify", "retry").code == 2
    ran = run("notify", "retry", "INC-1/2/paged/budi/fine")
    assert (ran.code, ran.out) == (0, "1 message will be sent again\n")
    assert run("notify", "retry", "INC-2/2/paged/budi/fine").code == 1
    assert run("notify", "dismiss", "--all").out == "1 message dismissed\n"
    (gone,) = run("notify", "list", "--incident", "INC-3", "--json").json
    assert (gone["state"], gone["said"]) == ("dropped", "dismissed by asha")
    assert run("notify", "list", "--failed").out == "nothing was given up\n"
    assert run("notify", "retry", "--all", "--readonly").code != 0


def test_check_says_that_only_a_message_can_tell(run: Run) -> None:
    assert "oncall notify test --via fine" in run("check").out
