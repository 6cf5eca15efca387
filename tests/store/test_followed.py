"""Which incidents' clients still take them for going on: kept with the row, and worked out for older stores."""

from __future__ import annotations

import pytest

from console.domain.actors import ENGINE
from console.domain.events import Body, EffectAsked, EffectSettled, Event, UpdatePosted, UpdateWaived
from console.domain.vocabulary import EffectKind, EffectState, Stage
from console.store.migrate import migrate
from console.store.schema import POSTGRES, SQLITE
from tests.store.made import at, ending, follow, opening
from tests.store.places import KINDS, NewStore, Store, new_store

__all__ = ["new_store"]
BEFORE = 8  # the format that had no such column


def asked(outlet: str) -> EffectAsked:
    return EffectAsked(f"e-{outlet}", outlet, EffectKind.PUBLISH)


def failed(outlet: str) -> EffectSettled:
    return EffectSettled(f"e-{outlet}", outlet, EffectKind.PUBLISH, EffectState.FAILED, "401")


STORIES: dict[str, tuple[tuple[Body, ...], tuple[str, ...]]] = {
    "INC-1": ((UpdatePosted("We know.", ("page", "chat"), Stage.IDENTIFIED),), ("page", "chat")),
    "INC-2": ((UpdatePosted("We know.", ("page",), Stage.IDENTIFIED), UpdatePosted("Over.", ("page",), Stage.RESOLVED)), ()),
    "INC-3": ((UpdatePosted("We know."),), ("timeline",)),
    "INC-4": ((UpdatePosted("We know.", ("page",)), UpdateWaived("by phone")), ()),
    "INC-5": ((), ()),
}  # fmt: skip
"""What was told of each incident, and where clients follow it since."""


def tell(store: Store) -> None:
    """Write the stories as a program would that knew nothing of ``followed``; all but the first are over."""
    for name, (bodies, _) in STORIES.items():
        store.append([opening(name)])
        for n, body in enumerate(bodies, 2):
            store.append([follow(name, n, body=body)])
        if name != "INC-1":
            store.append([ending(name, len(bodies) + 2)])
    events: tuple[Body, ...] = (asked("page"), asked("chat"), failed("chat"))
    write = opening("INC-6")
    posted: Body = UpdatePosted("We know.", ("page", "chat"), Stage.MONITORING)
    log = (
        *write.events,
        *(Event("INC-6", n, at(9), ENGINE, one) for n, one in enumerate((posted, *events), 3)),
    )
    store.append([type(write)("INC-6", 0, log, ending("INC-6", len(log) - 1).summary)])


@pytest.mark.parametrize("kind", KINDS)
def test_a_store_of_before_is_told_by_its_logs(new_store: NewStore, kind: str) -> None:
    store = new_store(kind)
    tell(store)
    with store.database.write() as tx:
        tx.script("DROP INDEX incidents_followed; ALTER TABLE incidents DROP COLUMN followed")
        tx.run("UPDATE meta SET value = ? WHERE name = 'version'", BEFORE)
    migrate(store.database.write, SQLITE if kind == "sqlite" else POSTGRES)
    rows = {row.id: row.followed for row in store.rows()}
    assert rows == {name: there for name, (_, there) in STORIES.items()} | {"INC-6": ("page",)}
    assert {row.id for row in store.followed()} == {"INC-3", "INC-6"}, "INC-1 is open"
    assert store.info(deep=True).problems == ()


@pytest.mark.parametrize("kind", KINDS)
def test_a_log_that_cannot_be_read_keeps_nobody_out(new_store: NewStore, kind: str) -> None:
    store = new_store(kind)
    tell(store)
    with store.database.write() as tx:
        tx.script("DROP INDEX incidents_followed; ALTER TABLE incidents DROP COLUMN followed")
        tx.run("UPDATE meta SET value = ? WHERE name = 'version'", BEFORE)
        tx.run("UPDATE events SET body = '{' WHERE incident = 'INC-3'")
    migrate(store.database.write, SQLITE if kind == "sqlite" else POSTGRES)
    assert {row.id for row in store.followed()} == {"INC-6"}


@pytest.mark.parametrize("kind", KINDS)
def test_they_are_found_without_a_look_at_every_incident(new_store: NewStore, kind: str) -> None:
    store = new_store(kind)
    store.append([opening("INC-1"), opening("INC-2")])
    store.append([ending("INC-1", followed=("page",)), follow("INC-2", followed=("page",))])
    assert [row.id for row in store.followed()] == ["INC-1"]
    store.append([ending("INC-1", 3)])
    assert store.followed() == ()
