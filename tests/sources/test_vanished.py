"""What is made of ids that left a list: looked up a few at a time, and kept where the answer is not known."""

from __future__ import annotations

from console.domain.alert import Alert, AlertRef, Ended, Ending, Poll
from console.domain.priority import Priority
from console.errors import SourceError
from console.sources.base.reading.records import UnreadableError
from console.sources.base.vanished import Vanished


def alert(name: str, title: str = "Disk is full") -> Alert:
    return Alert(AlertRef("pd", name), name, title, "orders-db", Priority.P1)


def poll(*names: str) -> Poll:
    return Poll("pd", tuple(alert(name) for name in names))


class Desk:
    """Answers look-ups as told; remembers what was asked."""

    def __init__(self, **answers: Alert | Ended | Exception) -> None:
        self.answers = answers
        self.asked: list[str] = []

    async def look(self, lost: Alert) -> Alert | Ended:
        self.asked.append(lost.name)
        answer = self.answers[lost.name]
        if isinstance(answer, Exception):
            raise answer
        return answer


def resolved(name: str) -> Ended:
    return Ended(AlertRef("pd", name), Ending.RESOLVED)


async def test_nothing_is_looked_up_while_nothing_leaves() -> None:
    desk = Desk()
    vanished = Vanished(desk.look)
    first = poll("a", "b")
    assert await vanished.settle(first) is first
    assert await vanished.settle(poll("a", "b", "c")) == poll("a", "b", "c")
    assert desk.asked == []


async def test_what_left_is_told_once() -> None:
    desk = Desk(a=resolved("a"))
    vanished = Vanished(desk.look)
    await vanished.settle(poll("a", "b"))
    settled = await vanished.settle(poll("b"))
    assert (settled.alerts, settled.ended, settled.complete) == (poll("b").alerts, (resolved("a"),), True)
    assert (await vanished.settle(poll("b"))).ended == ()
    assert desk.asked == ["a"]


async def test_what_is_open_after_all_is_reported_as_it_is_now() -> None:
    desk = Desk(a=alert("a", "it got worse"))
    vanished = Vanished(desk.look)
    await vanished.settle(poll("a"))
    settled = await vanished.settle(poll())
    assert (settled.alerts, settled.ended, settled.complete) == ((alert("a", "it got worse"),), (), True)
    await vanished.settle(poll())
    assert desk.asked == ["a", "a"]


async def test_a_look_up_that_fails_clears_nothing_and_stops_the_others() -> None:
    desk = Desk(a=SourceError("it is slow"), b=resolved("b"))
    vanished = Vanished(desk.look)
    await vanished.settle(poll("a", "b"))
    settled = await vanished.settle(poll())
    assert (settled.alerts, settled.ended, settled.complete) == (poll("a", "b").alerts, (), False)
    assert settled.problems == (
        "what became of 2 incidents that left the list is not known yet (it is slow): shown as before",
    )
    assert desk.asked == ["a"]
    desk.answers["a"] = resolved("a")
    assert (await vanished.settle(poll())).ended == (resolved("a"), resolved("b"))


async def test_an_answer_that_cannot_be_read_clears_nothing() -> None:
    vanished = Vanished(Desk(a=UnreadableError("it has no id")).look)
    await vanished.settle(poll("a"))
    settled = await vanished.settle(poll())
    assert (settled.alerts, settled.complete) == (poll("a").alerts, False)
    assert "it has no id" in settled.problems[0]


async def test_many_are_looked_up_over_several_polls() -> None:
    names = [f"i{number}" for number in range(45)]
    desk = Desk(**{name: resolved(name) for name in names})
    vanished = Vanished(desk.look)
    await vanished.settle(poll(*names))
    counts = []
    for _ in range(4):
        settled = await vanished.settle(poll())
        counts.append((len(settled.ended), len(settled.alerts), settled.complete))
    assert counts == [(20, 25, False), (20, 5, False), (5, 0, True), (0, 0, True)]
    assert desk.asked == names


async def test_what_it_is_told_to_remember_counts_as_listed() -> None:
    desk = Desk(a=resolved("a"))
    vanished = Vanished(desk.look)
    vanished.remember(poll("a", "b").alerts)
    assert (await vanished.settle(poll("b"))).ended == (resolved("a"),)
    vanished.remember(())
    assert (await vanished.settle(poll())).ended == ()
