"""Notifications: each id once, up to where the events have been told, and what becomes of them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from console.domain.notify.notification import Delivery, Notification, Topic
from console.errors import FenceLost
from console.ports.store import IncidentStore
from tests.store.contract_team import leased
from tests.store.made import at, follow, opening


def notification(name: str = "n1", /, **changes: object) -> Notification:
    """Return one that is due at once."""
    one = Notification(
        name, Topic.PAGED, "slack", "budi", "INC-1", "Payments – „down“", "It is.", at(0), at(0), priority=2
    )
    return replace(one, **changes)  # type: ignore[arg-type]


def failed(name: str, /, **changes: object) -> Notification:
    return notification(
        name,
        **({"state": Delivery.FAILED, "attempts": 5, "said": "no such room", "settled_at": at(9)} | changes),
    )


class NotifyContract:
    """See ``contract.StoreContract``."""

    def test_events_come_in_the_order_of_their_commits(
        self, store: IncidentStore, second: IncidentStore
    ) -> None:
        store.append([opening("INC-2")])
        second.append([opening("INC-1")])
        store.append([follow("INC-2")])
        everything = store.events_after(0)
        assert [(event.incident, event.n) for event in everything.events] == [
            ("INC-2", 1),
            ("INC-2", 2),
            ("INC-1", 1),
            ("INC-1", 2),
            ("INC-2", 3),
        ]
        assert (everything.position, everything.more) == (store.open_rows().position, False)
        page = second.events_after(1, limit=2)
        assert (page.events, page.more) == (everything.events[1:3], True)
        rest = second.events_after(page.position, limit=2)
        assert (rest.events, rest.more) == (everything.events[3:], False)
        assert second.events_after(rest.position) == replace(rest, events=())

    def test_an_id_is_made_once(self, store: IncidentStore, second: IncidentStore) -> None:
        lease = leased(store)
        told = store.notify(
            [notification("a"), notification("b"), notification("a", title="twice")], None, lease
        )
        assert told == ("a", "b")
        store.deliver([notification("a", state=Delivery.SENT)], lease)
        assert store.notify([notification("c"), notification("a")], None, lease) == ("c",)
        assert {one.id: one.state for one in second.notifications()} == {
            "a": Delivery.SENT,
            "b": Delivery.PENDING,
            "c": Delivery.PENDING,
        }
        assert second.notifications()[0].title == "Payments – „down“"
        store.notify([notification("d")], None, lease, [notification("b", state=Delivery.DROPPED)])
        assert [one.state for one in second.notifications()][1::2] == [Delivery.DROPPED, Delivery.PENDING]

    def test_the_position_moves_with_what_it_made(self, store: IncidentStore, second: IncidentStore) -> None:
        stale = leased(store)
        assert second.notified_until() is None
        store.notify([], 0, stale)
        assert second.notified_until() == 0
        store.notify([notification("a")], 7, stale)
        store.notify([notification("b")], None, stale)
        assert second.notified_until() == 7
        current = leased(second, "one")
        with pytest.raises(FenceLost):
            store.notify([notification("c")], 9, stale)
        assert (second.notified_until(), len(second.notifications())) == (7, 2)
        second.notify([], 9, current)
        assert store.notified_until() == 9

    def test_deliveries_come_when_due_oldest_first(self, store: IncidentStore) -> None:
        lease = leased(store)
        store.notify(
            [
                notification("late", due_at=at(9)),
                notification("b", due_at=at(5), state=Delivery.SENDING),
                notification("a", due_at=at(5)),
                notification("first", due_at=at(1), channel="mail"),
                notification("sent", state=Delivery.SENT),
                failed("failed"),
                notification("dropped", state=Delivery.DROPPED),
            ],
            None,
            lease,
        )
        assert [one.id for one in store.deliveries(at(5))] == ["first", "a", "b"]
        assert [one.id for one in store.deliveries(at(5), limit=2)] == ["first", "a"]
        assert [one.id for one in store.deliveries(at(5), channel="slack")] == ["a", "b"]
        assert [one.id for one in store.deliveries(at(4.999))] == ["first"]

    def test_all_fields_of_a_delivery_are_saved(self, store: IncidentStore, second: IncidentStore) -> None:
        lease = leased(store)
        store.notify([notification("a"), notification("b")], None, lease)
        sent = notification(
            "a",
            state=Delivery.SENT,
            attempts=2,
            said="ok",
            handle="171.2",
            settled_at=at(3),
            due_at=at(2),
            digest="d",
            text="as sent",
        )
        store.deliver([sent, notification("unknown")], lease)
        assert second.notifications() == (sent, notification("b"))

    def test_only_the_engine_delivers(self, store: IncidentStore, second: IncidentStore) -> None:
        stale = leased(store)
        store.notify([notification("a")], None, stale)
        leased(second)
        with pytest.raises(FenceLost):
            store.deliver([notification("a", state=Delivery.SENT)], stale)
        assert store.deliveries(at(0)) == (notification("a"),)

    def test_the_latest_that_match_come_oldest_first(self, store: IncidentStore) -> None:
        made = [
            notification("c", made_at=at(3)),
            notification("a", made_at=at(1)),
            notification("b", made_at=at(1), incident="INC-2"),
            notification("none", made_at=at(4), incident=""),
            failed("f", made_at=at(2)),
        ]
        store.notify(made, None, leased(store))

        def names(**wanted: object) -> list[str]:
            return [one.id for one in store.notifications(**wanted)]  # type: ignore[arg-type]

        assert names() == ["a", "b", "f", "c", "none"]
        assert names(limit=2) == ["c", "none"]
        assert names(incident="INC-1") == ["a", "f", "c"]
        assert names(incident="") == ["none"]
        assert names(states=[Delivery.FAILED]) == ["f"]
        assert names(states=[Delivery.FAILED, Delivery.PENDING], incident="INC-1", since=at(2)) == ["f", "c"]
        assert names(since=at(3)) == ["c", "none"]

    def test_what_is_not_through_is_counted_by_channel(self, store: IncidentStore) -> None:
        assert store.count_deliveries() == {}
        made = [notification(f"p{n}") for n in range(3)]
        made += [failed("f"), failed("m", channel="mail"), notification("s", state=Delivery.SENDING)]
        made += [
            notification("x", state=Delivery.SENT),
            notification("y", state=Delivery.DROPPED, channel="z"),
        ]
        store.notify(made, None, leased(store))
        assert store.count_deliveries() == {
            "slack": {Delivery.PENDING: 3, Delivery.SENDING: 1, Delivery.FAILED: 1},
            "mail": {Delivery.FAILED: 1},
        }

    def test_only_failed_ones_are_tried_again(self, store: IncidentStore, second: IncidentStore) -> None:
        made = [
            failed("f"),
            failed("g"),
            notification("s", state=Delivery.SENT),
            notification("p", due_at=at(50)),
        ]
        store.notify(made, None, leased(store))
        assert second.retry(["f", "f", "s", "p", "nobody"], at(20)) == 1
        again = {one.id: one for one in store.notifications()}
        assert again["f"] == failed("f", state=Delivery.PENDING, attempts=0, due_at=at(20), settled_at=None)
        assert [again[name] for name in ("g", "s", "p")] == made[1:]
        assert second.retry(["f"], at(21)) == 0

    def test_only_failed_ones_are_dismissed(self, store: IncidentStore, second: IncidentStore) -> None:
        made = [failed("f"), notification("p")]
        store.notify(made, None, leased(store))
        assert second.dismiss(["f", "p"], at(20), "rina") == 1
        after = {one.id: one for one in store.notifications()}
        assert (after["f"].state, after["f"].said) == (Delivery.DROPPED, "dismissed by rina")
        assert (after["f"].settled_at, after["p"]) == (at(20), made[1])
        assert second.dismiss(["f"], at(21), "rina") == 0

    def test_the_first_message_in_a_room_is_found_again(self, store: IncidentStore) -> None:
        sent = {"state": Delivery.SENT, "person": ""}
        made = [
            notification("person", state=Delivery.SENT, handle="dm", settled_at=at(1)),
            notification("no-handle", **sent, settled_at=at(2)),
            notification("later", **sent, handle="171.4", settled_at=at(4)),
            notification("first", **sent, handle="171.3", settled_at=at(3)),
            notification("other", **sent, handle="9", settled_at=at(1), incident="INC-2"),
            notification("mail", **sent, handle="m", settled_at=at(1), channel="mail"),
            failed("failed", person="", handle="f", settled_at=at(1)),
        ]
        store.notify(made, None, leased(store))
        assert store.first_sent("INC-1", "slack") == "171.3"
        assert store.first_sent("INC-1", "mail") == "m"
        assert store.first_sent("INC-3", "slack") == ""
