"""Who was told is in the timeline, how channels do is with the sources, and a page that does not arrive is an alarm."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from console.domain.health import EngineReport, SourceHealth
from console.domain.hints import Tone, digest, next_hint
from console.domain.notify.channels import Channel, ChannelHealth
from console.domain.notify.notification import Delivery, Notification, Topic
from console.domain.snapshot import Detail, Snapshot
from console.domain.standing import viewer
from console.ui.glyphs import UNICODE
from console.ui.text import Spans
from console.ui.views.frame import Frame, cells
from console.ui.views.sources import source_lines
from console.ui.views.timeline import timeline_lines
from console.ui.views.told import may_move
from console.ui.views.topline import top_line
from tests.domain.world import World
from tests.ui import scenes
from tests.ui.scenes import NOW, POLICY

FRAME = Frame(UNICODE, scenes.UTC_ZONE, NOW, "asha")
CHAT = ChannelHealth("chat", "slack", last_sent=NOW - timedelta(minutes=3))
DOWN = ChannelHealth(
    "mail", "smtp", error="no such mailbox", hint="check it", waiting=2, dead=1, stuck=(("budi", 2),)
)


def scene(*channels: ChannelHealth) -> Snapshot:
    live = SourceHealth("pd", "pagerduty", 15, last_success=NOW - timedelta(seconds=4), alerts=2)
    engine = EngineReport(
        "one", "db1", 1, 1, NOW, NOW, NOW + timedelta(seconds=10), sources=(live,), channels=channels
    )
    reach = tuple(Channel(one.name, one.kind) for one in channels)
    return replace(
        scenes.scene(engine=engine), sources=(live,), policy=replace(POLICY, channels=reach), rows=()
    )


def texts(lines: list[Spans]) -> list[str]:
    return ["".join(words for words, _ in line) for line in lines]


def note(person: str, state: Delivery, **facts: object) -> Notification:
    at = NOW - timedelta(minutes=1)
    one = Notification(
        f"INC-1/2/paged/{person}/chat", Topic.PAGED, "chat", person, "INC-1", "t", "x", at, at, state=state
    )
    return replace(one, **facts)  # type: ignore[arg-type]  # the names are those of the fields


def test_the_timeline_says_whom_each_fact_reached_and_failures_first() -> None:
    world = World()
    world.open(NOW - timedelta(minutes=2))
    detail = Detail(
        world.incident("INC-1"),
        tuple(world.logs["INC-1"]),
        None,
        notifications=(
            note("asha", Delivery.SENT, settled_at=NOW),
            note("budi", Delivery.FAILED, said="slack: no such channel"),
        ),
    )
    first = texts(timeline_lines(detail, POLICY, FRAME, 150))[0]
    assert first.endswith(
        f"told (paged) Budi by chat: failed: slack: no such channel; Asha by chat: sent {NOW:%H:%M}"
    )


def test_what_waits_is_looked_at_again() -> None:
    world = World()
    world.open(NOW - timedelta(hours=1))
    events = tuple(world.logs["INC-1"])
    calm = Detail(world.incident("INC-1"), events, None, notifications=(note("asha", Delivery.SENT),))
    assert not may_move(calm, NOW)
    assert may_move(replace(calm, notifications=(note("asha", Delivery.PENDING),)), NOW)
    assert may_move(calm, events[-1].at + timedelta(seconds=5))


def test_channels_stand_below_the_sources_those_in_trouble_first() -> None:
    lines = texts(source_lines(scene(CHAT, DOWN), FRAME, 150))
    tail = lines[lines.index("") + 1 :]
    assert tail == [
        "✕ mail  smtp  fails: no such mailbox: check it, 2 waiting, 1 given up (oncall notify list --failed)",
        f"● chat  slack  last sent {NOW - timedelta(minutes=3):%H:%M}",
    ]


def test_without_channels_it_says_that_pages_reach_nobody() -> None:
    assert texts(source_lines(scene(), FRAME, 150))[-1].startswith(
        "no channel is configured: pages reach nobody"
    )


def test_a_page_that_does_not_arrive_is_an_alarm_on_every_screen() -> None:
    snapshot = scene(CHAT, DOWN)
    me = viewer("asha", snapshot.duties, snapshot.policy)
    for width in (200, 120, 80, 50):
        line = top_line(snapshot, digest((), me), FRAME, width)
        said = "".join(words for words, _ in line)
        assert "2 pages NOT delivered" in said or "2 NOT SENT" in said
        assert cells(line) <= width
    hint = next_hint(snapshot, digest((), me), me, NOW)
    assert hint.tone is Tone.ALARM
    assert hint.text == "2 pages to Budi not delivered: mail: no such mailbox"
