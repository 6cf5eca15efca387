"""An incident's card."""

from __future__ import annotations

from datetime import timedelta

from console.domain import events as ev
from console.domain.fold import fold
from console.domain.runbook import Runbook, Step
from console.domain.snapshot import Detail
from console.outputs.incident import to_markdown
from tests.outputs import shift
from tests.outputs.shift import ASHA, JAKARTA, NOW, POLICY, Story

RUNBOOK = Runbook(
    "p.md",
    "Payments [slow]",
    "...",
    (Step(1, "Open the dashboard"), Step(2, "Roll back\nmore"), Step(3, "Call")),
)


def card(story: Story, runbook: Runbook | None = RUNBOOK, note: str = "found by service") -> str:
    return to_markdown(Detail(fold(story.log), story.log, runbook, note), POLICY, NOW, JAKARTA)


def test_the_card_has_facts_clocks_runbook_and_the_last_events() -> None:
    assert card(shift.worked_on()) == (
        "## INC-2 P1 Latency p99 &gt; 4s\n"
        "\n"
        "- state: acknowledged\n"
        "- service: payments, team: payments\n"
        "- owner: Asha\n"
        "- reported: Mon 2026-09-07 07:40 WIB, 50m ago\n"
        "- alerts: 1 of 1 firing (prod)\n"
        "- links: [board](https://grafana.example/d/1)\n"
        "\n"
        "**Clocks**\n"
        "\n"
        "- ack: met after 2m, target 5m\n"
        "- resolve: due Mon 2026-09-07 09:10 WIB (40m left), target 1h 30m\n"
        "- client update: due Mon 2026-09-07 07:47 WIB (MISSED 43m ago), target 5m\n"
        "\n"
        "**Runbook**\n"
        "\n"
        "Payments \\[slow\\] (p.md), steps: 1 of 3 done, 1 failed\n"
        "\n"
        "- [x] 1. Open the dashboard (Asha)\n"
        "- [ ] FAILED: 2. Roll back (Asha) - no access\n"
        "- [ ] 3. Call\n"
        "\n"
        "**Last 5 events**\n"
        "\n"
        "- Mon 2026-09-07 07:42 WIB Asha: priority P1\n"
        "- Mon 2026-09-07 07:44 WIB Asha: step 1 done: Open the dashboard ⏎ more\n"
        "- Mon 2026-09-07 07:49 WIB Asha: step 2 failed: Roll back - no access\n"
        "- Mon 2026-09-07 08:15 WIB Asha: note: asked the vendor\n"
        "- Mon 2026-09-07 08:15 WIB Asha: note for the handover: flaps after deploys\n"
    )


def test_an_unacked_card_says_who_is_paged_next() -> None:
    made = card(shift.unacked())
    assert "- owner: nobody\n" in made
    assert "- ack: due Mon 2026-09-07 08:32 WIB (2m left), target 5m\n" in made
    assert "- if nothing is done: pages Budi (secondary) at Mon 2026-09-07 08:32 WIB\n" in made


def test_paused_snoozed_and_resolved_clocks() -> None:
    assert "- resolve: paused since Mon 2026-09-07 05:35 WIB, target 24h\n" in card(shift.paused())
    assert "- state: acknowledged, snoozed until Mon 2026-09-07 13:30 WIB\n" in card(shift.snoozed())
    resolved = card(shift.resolved())
    assert "- resolve: met after 40m, target 1h 30m\n" in resolved
    assert "- cause: capacity; resolution: cleaned /var\n" in resolved


def test_no_runbook_and_no_steps_are_said() -> None:
    assert "\nno runbook for X\n" in card(shift.unacked(), None, "no runbook for X")
    assert "\nno steps found\n" in card(shift.unacked(), Runbook("a.md", "A", "text", ()))


def test_what_was_undone_is_marked_and_hostile_words_stay_words() -> None:
    story = shift.unacked().say(NOW, ASHA, ev.Acked(), ev.Undone(4, "ack"), ev.Noted("<b>[x]"))
    made = card(story)
    assert "Asha: acked (undone)\n" in made
    assert "Asha: note: &lt;b&gt;\\[x\\]\n" in made


def test_a_missed_ack_says_so() -> None:
    story = shift.opened(1, NOW - timedelta(minutes=10), "x").say(NOW, ASHA, ev.Acked())
    assert "- ack: MISSED after 10m, target 5m\n" in card(story)
