"""NEXT, whatever there is: always words, a key wherever a key does it, and never "nothing" of what is not known."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from console.domain.events import Acked, Noted
from console.domain.health import SourceHealth
from console.domain.hints import Hint, Tone, all_is_known, digest, next_hint
from console.domain.hints.here import here
from console.domain.incident import State
from console.domain.priority import Priority
from console.domain.runbook import Runbook
from console.domain.snapshot import Snapshot, StoreHealth, StoreState
from console.domain.standing import Standing, Want, standing, viewer
from console.domain.summary import Summary
from console.ui.keys.actions import ACTIONS
from tests.domain.test_hints import DUTY, ENGINE, LIVE, MINUTE, NOW, QUIET, UNSET
from tests.ui import scenes
from tests.ui.rows import row

KEYS = {action.id: action.keys for action in ACTIONS}
ACKED = (State.ACKNOWLEDGED, State.MONITORING)
DOES = {
    Want.ACK: "incident.ack",
    Want.CLOSE: "incident.ack",
    Want.PRIORITY: "incident.priority",
    Want.ANSWER: "incident.still-on",
    Want.RESOLVE: "incident.resolve",
}
"""The action that ends each want that presses at once."""

moments = st.none() | st.integers(0, 90).map(lambda minutes: NOW - minutes * MINUTE)


@st.composite
def rows(draw: st.DrawFn, number: int = 0) -> Summary:
    """Return an open incident as the machine's rules allow it: an owner exactly while it is acked."""
    state = draw(st.sampled_from((State.TRIGGERED, State.CLEARED_UNACKED, *ACKED)))
    acked = state in ACKED
    paused = draw(moments) if acked else None
    return row(
        f"INC-{number}", NOW, age=draw(st.integers(0, 200)) * MINUTE, state=state,
        team=draw(st.sampled_from(("payments", "search", ""))),
        owner=draw(st.sampled_from(("asha", "budi"))) if acked else "",
        priority=draw(st.none() | st.sampled_from(Priority)),
        firing=0 if state is State.CLEARED_UNACKED else draw(st.integers(0, 2)), total=2,
        nudged_at=draw(moments) if acked else None, paused_since=paused, last_activity_at=draw(moments),
        snoozed_until=draw(st.none() | st.just(NOW + 9 * MINUTE)) if acked else None,
        paged_now=draw(st.sampled_from(((), ("asha",), ("budi",)))),
        human_ack_at=NOW if draw(st.booleans()) else None,
    )  # fmt: skip


@st.composite
def snapshots(draw: st.DrawFn) -> Snapshot:
    """Return any state of everything around."""
    sick = (
        LIVE,
        replace(LIVE, last_success=None),
        replace(LIVE, misses=3, error="connection refused", hint="is it running?"),
        replace(LIVE, complete=False),
        replace(LIVE, name="cloud", parked=True, error="401", hint="a new token"),
    )
    sources: list[SourceHealth] = draw(st.lists(st.sampled_from(sick), max_size=3))
    ending = replace(DUTY, until=NOW + 30 * MINUTE)
    gap = replace(DUTY, role="secondary", person=None)
    return replace(
        QUIET,
        rows=tuple(draw(rows(number)) for number in range(draw(st.integers(0, 4)))),
        sources=tuple(sources),
        engine=draw(st.sampled_from((ENGINE, None, replace(ENGINE, expires_at=NOW - MINUTE)))),
        store=StoreHealth(
            "sqlite",
            draw(st.sampled_from(StoreState)),
            draw(st.none() | st.just(NOW)),
            draw(st.sampled_from(("", "disk full", "--readonly"))),
        ),
        duties=tuple(draw(st.lists(st.sampled_from((DUTY, ending, gap)), max_size=2))),
        skew=draw(st.none() | st.just(7 * MINUTE)),
        me=draw(st.sampled_from(("asha", "budi", ""))),
    )


@settings(max_examples=60)
@given(snapshots(), st.lists(st.just(Hint("due", "console.checklists")), max_size=1))
def test_there_is_always_a_next_and_it_is_true(snapshot: Snapshot, asides: list[Hint]) -> None:
    who = viewer(snapshot.me, snapshot.duties, snapshot.policy)
    standings = [standing(one, snapshot.policy) for one in snapshot.rows]
    summed = digest(standings, who)
    found = next_hint(snapshot, summed, who, NOW, asides=tuple(asides))
    for one in filter(None, (found, found.then)):
        assert one.text.strip()
        assert not one.action or KEYS[one.action]
        assert not one.incident or one.incident in {item.id for item in snapshot.rows}
    says = [found.text, found.then.text if found.then else ""]
    if any("nothing" in text and "needs you" in text for text in says):
        assert all_is_known(snapshot, NOW)
        assert not any(summed.mine.get(want) for want in DOES)
    if found.text.startswith("nothing needs you"):
        assert not summed.mine.get(Want.FIX)
        assert found.tone is Tone.CALM
    _mine_come_first(snapshot, summed.mine, found)


def _mine_come_first(snapshot: Snapshot, mine: dict[Want, tuple[Standing, ...]], found: Hint) -> None:
    """Expect an incident that presses to be named with the key that does it, once there is a store and an engine."""
    whole = snapshot.store.state is StoreState.OK and snapshot.engine is ENGINE
    pressing = {item.row.id: DOES[want] for want in DOES for item in mine.get(want, ())}
    if not whole or not pressing:
        return
    assert found.incident
    assert found.action == pressing.get(found.incident, "incident.resolve")


@given(rows(), st.sampled_from(("asha", "budi", "")))
def test_every_incident_says_what_is_wanted_of_whoever_looks(one: Summary, me: str) -> None:
    who = viewer(me, (DUTY,), QUIET.policy)
    item = standing(one, QUIET.policy)
    found = here(item, None, who, QUIET.policy, NOW)
    assert found.text.strip()
    assert found.incident == one.id
    assert not found.action or KEYS[found.action]
    if one.owner and one.owner != me:
        assert not found.action
    elif item.want in DOES:
        assert found.action == DOES[item.want]


MINE = row("INC-1", NOW, state=State.ACKNOWLEDGED, owner="asha", priority=Priority.P2, n=4)


def wanted(events: int, book: Runbook | None = scenes.BOOK, *, done: int = 0, item: Summary = MINE) -> Hint:
    detail = scenes.detail("INC-1", n=events, book=book)
    marks = detail.incident.steps
    if marks:
        steps = tuple(replace(marks[0], step=step.n, text=step.text) for step in scenes.BOOK.steps[:done])
        detail = replace(detail, incident=replace(detail.incident, steps=steps))
    who = viewer("asha", (DUTY,), QUIET.policy)
    return here(standing(item, QUIET.policy), detail, who, QUIET.policy, NOW)


def test_the_way_from_the_page_to_the_end() -> None:
    who = viewer("asha", (DUTY,), QUIET.policy)
    unset = here(standing(UNSET, QUIET.policy), None, who, QUIET.policy, NOW)
    assert (unset.text, unset.action) == ("set the priority of INC-3", "incident.priority")
    assert isinstance(scenes.detail("INC-1", n=5).events[-1].body, Acked)
    first = wanted(5)
    assert first.text.startswith("step 1 of 5 of INC-1: Open the error dashboard")
    assert (first.action, first.also) == ("pane.runbook", "runbook.done")
    assert wanted(5, done=1).text == "note what you see on INC-1"
    assert isinstance(scenes.detail("INC-1", n=6).events[-1].body, Noted)
    assert wanted(6, done=1).text == "step 2 of 5 of INC-1: Compare the error start with the last deploy"
    assert wanted(6, done=5).action == "incident.resolve"
    assert wanted(5, None).action == "incident.note"
    assert wanted(6, None).text == "work on INC-1, due in 87:00"
    told = wanted(5, None, item=replace(MINE, public_from=NOW))
    assert (told.text, told.action) == ("tell clients of INC-1: first update due in 05:00", "incident.update")
    again = wanted(5, None, item=replace(MINE, public_from=NOW, updated_at=NOW))
    assert again.text == "note what you see on INC-1"
