from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from console.domain.notify.digest import digest, told_in
from console.domain.notify.notification import Delivery, Notification, Topic
from console.domain.notify.packing import Line, pack
from console.domain.notify.rules import Limits
from tests.domain.world import at

NOW = at("10:00")


def note(n: int, topic: Topic = Topic.PAGED, priority: int = 3, **facts: object) -> Notification:
    made = NOW - timedelta(seconds=30)
    one = Notification(
        f"INC-{n}/3/{topic.value}/asha/chat", topic, "chat", "asha", f"INC-{n}", f"P{priority} INC-{n} down", "x",
        made, made, urgent=topic is Topic.PAGED and priority < 3, priority=priority,
    )  # fmt: skip
    return replace(one, **facts)  # type: ignore[arg-type]  # the names are those of the fields


notes = st.lists(
    st.builds(
        note,
        st.integers(1, 10_000),
        st.sampled_from([Topic.PAGED, Topic.OPENED, Topic.ACKED, Topic.BREACH]),
        st.integers(1, 4),
        attempts=st.sampled_from([0, 0, 0, 2]),
    ),
    max_size=60,
    unique_by=lambda one: one.id,
)


@given(notes, st.integers(0, 8), st.integers(1, 20), st.integers(0, 90))
def test_nothing_is_lost_or_told_twice(due: list[Notification], storm: int, most: int, ago: int) -> None:
    line = Line(digest_at=NOW - timedelta(seconds=ago))
    packed = pack(due, line, Limits(storm=storm), most, NOW)
    ids = [one.id for one in (*packed.single, *packed.together)]
    assert len(ids) == len(set(ids))
    waits = {one.id for one in due} - set(ids)
    assert bool(waits) == (packed.again_at is not None)
    assert not (waits and packed.together)
    urgent = [one for one in due if one.urgent and one.id in waits]
    if packed.again_at is not None:
        assert packed.again_at - NOW <= (Limits().urgent_every if urgent else Limits().every)
    if packed.together:
        whole = digest(packed.together, NOW)
        assert all(one.incident in f"{whole.title}\n{whole.text}" for one in packed.together)
        assert digest(tuple(reversed(packed.together)), NOW).id == whole.id
        assert whole.urgent == any(one.urgent for one in packed.together)


def test_the_worst_go_first_and_singly() -> None:
    due = [note(n) for n in range(30)] + [note(100, priority=1), note(101, priority=2)]
    packed = pack(due, Line(), Limits(), 100, NOW)
    assert [one.incident for one in packed.single][:2] == ["INC-100", "INC-101"]
    assert len(packed.single) == 5
    assert len(packed.together) == 27


def test_pages_that_come_one_by_one_in_a_storm_are_told_together() -> None:
    line, limits, waiting, letters = Line(), Limits(), [], []
    for second in range(60):
        now = NOW + timedelta(seconds=second)
        if second < 20:
            waiting.append(note(second + 1, priority=1, made_at=now, due_at=now))
        packed = pack(waiting, line, limits, 10, now)
        for one in packed.single:
            line.note(one, now)
        if packed.together:
            line.note(digest(packed.together, now), now)
            letters.append(len(packed.together))
        gone = {one.id for one in (*packed.single, *packed.together)}
        letters += [1] * len(packed.single)
        waiting = [one for one in waiting if one.id not in gone]
    assert not waiting
    assert sum(letters) == 20
    assert len(letters) <= limits.storm + 3
    assert letters[: limits.storm] == [1] * limits.storm


def test_one_that_is_alone_in_a_storm_waits_no_longer_than_a_digest() -> None:
    line = Line()
    for n in range(5):
        line.note(note(n), NOW)
    one = note(9, priority=1, made_at=NOW, due_at=NOW)
    assert pack([one], line, Limits(), 10, NOW).again_at == NOW + Limits().urgent_every
    assert pack([one], line, Limits(), 10, NOW + Limits().urgent_every).single == (one,)


def test_a_line_remembers_what_went_out() -> None:
    line = Line()
    for n in range(5):
        line.note(note(n), NOW - timedelta(seconds=100))
    (packed,) = [pack([note(9), note(10)], line, Limits(), 100, NOW)]
    assert not packed.single
    assert len(packed.together) == 2
    later = pack([note(9), note(10)], line, Limits(), 100, NOW + timedelta(seconds=30))
    assert len(later.single) == 2


def test_a_rate_holds_back_all_but_urgent_pages() -> None:
    due = [note(1, Topic.ACKED), note(2, Topic.ACKED), note(3, Topic.PAGED, 1)]
    packed = pack(due, Line(digest_at=NOW), Limits(), 1, NOW)
    assert [one.incident for one in packed.single] == ["INC-3"]
    assert packed.again_at == NOW + Limits().every


def test_a_digest_names_every_p1_page_and_counts_the_rest() -> None:
    parts = [note(n, priority=1) for n in range(1, 21)] + [note(n) for n in range(21, 38)]
    whole = digest(parts, NOW + timedelta(seconds=90))
    assert whole.title == "37 incidents in 2m, 20 P1: P1 INC-1 down, …"
    lines = whole.text.splitlines()
    assert lines[:20] == [f"P1 INC-{n} down (paged)" for n in range(1, 21)]
    assert lines[20].startswith("and 17 more: INC-21, INC-22")
    part = told_in(parts[0], whole, NOW)
    assert (part.state, part.digest) == (Delivery.DROPPED, whole.id)
