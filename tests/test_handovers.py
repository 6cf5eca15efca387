"""Handovers out of a store: what is offered is kept as it was read, and told with what came since."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from console.desk.arranger import Arranger
from console.desk.draft import Draft
from console.desk.executor import Executor
from console.desk.livepolicy import LivePolicy
from console.domain import commands as cmd
from console.domain import events as ev
from console.domain.actors import Actor
from console.domain.decide import Accepted, Context
from console.domain.events import TicketLinked
from console.domain.fold import fold
from console.domain.handover import build
from console.domain.policy import Policy
from console.domain.roster import Override, Roster
from console.domain.summary import summarise
from console.domain.team.commands import (
    AcceptHandover,
    Cover,
    NoteHandover,
    ReturnHandover,
    TeamCommand,
    Writing,
)
from console.domain.team.handoverfacts import Section
from console.domain.team.handovers import Stage
from console.domain.team.live import not_read_yet
from console.domain.tickets.place import Place
from console.domain.vocabulary import EffectKind
from console.errors import StoreError, UsageError
from console.handovers import StoreSheets, packed, unpacked
from console.outputs.handover import to_html, to_json, to_markdown
from console.ports.desk import Saved
from console.ports.store import Write
from tests.fakes.store import FakeClock, MemoryStore
from tests.outputs import shift
from tests.outputs.shift import ASHA, BUDI, END, NOW, POLICY, everything
from tests.outputs.test_gather import store_with


class Person:
    """What one person does with handovers."""

    def __init__(self, store: MemoryStore, actor: Actor, policy: Policy = POLICY) -> None:
        live = LivePolicy(store, lambda: policy)

        def both() -> object:
            live.refresh()
            return live.both

        self.store, self.actor, self.rules = store, actor, live
        self.sheets = StoreSheets(store, both, actor.name, tuple)  # type: ignore[arg-type]
        self._arranger = Arranger(store, live)
        self._executor = Executor(store, live.loaded)

    def done(self, command: TeamCommand) -> str:
        outcome = self._arranger.arrange(command, self.actor, "")
        assert isinstance(outcome, Saved), outcome
        return outcome.text

    def do(self, incident: str, command: cmd.Command) -> None:
        assert isinstance(self._executor.carry_out(incident, command, self.actor, ""), Saved)


@pytest.fixture
def store() -> MemoryStore:
    return store_with(shift.unacked(), shift.worked_on(), shift.resolved())


def test_a_packed_document_comes_back_as_it_was() -> None:
    made = build(everything())
    again = unpacked(packed(made))
    for write in (to_markdown, to_html, to_json):
        assert write(again) == write(made)
    assert packed(again) == packed(made)
    assert len(packed(made)) < len(to_json(made)) / 3


@pytest.mark.parametrize("text", ["", "not base64!", "AAAA", packed(build(everything()))[:-40]])
def test_a_damaged_document_is_one_plain_error(text: str) -> None:
    with pytest.raises(StoreError, match="cannot be read"):
        unpacked(text)


def test_a_draft_grows_is_offered_and_accepted(store: MemoryStore) -> None:
    asha, budi = Person(store, ASHA), Person(store, BUDI)
    draft = asha.sheets.look()
    assert (draft.handing.stage, draft.shift.outgoing, draft.since) == (Stage.DRAFT, "asha", ())
    asha.done(NoteHandover(draft.shift.id, (Writing(Section.DO_FIRST, "renew the cert"),)))
    assert "- renew the cert (Asha, " in to_markdown(asha.sheets.look().document)

    offer = asha.sheets.offer(remarks="call me")
    assert offer.incidents == (("INC-1", ""), ("INC-2", "asha"))
    assert "1 incident of yours" in asha.done(offer)
    offered = to_markdown(budi.sheets.look().document)
    assert "offered Mon 2026-09-07 08:30 WIB (2026-09-07 01:30 UTC): call me" in offered
    assert "NOT accepted yet: everything stays with Asha" in offered

    seen = budi.sheets.look()
    assert seen.since == ()
    assert seen.handing.offered_at
    budi.done(AcceptHandover(seen.shift.id, seen.handing.offered_at, "thanks"))
    asha.do("INC-2", cmd.Note("the vendor has called back"))
    after = budi.sheets.look(seen.shift.id)
    assert after.since == ("INC-2 P1 Latency p99 > 4s: note: the vendor has called back (Asha)",)
    assert isinstance(store.clock, FakeClock)
    store.clock.advance(timedelta(hours=13).total_seconds())
    assert budi.sheets.look(seen.shift.id).since == (), "by then it is history"
    store.clock.advance(-timedelta(hours=13).total_seconds())
    text = to_markdown(after.document)
    assert (
        "- accepted by Budi, Mon 2026-09-07 08:30 WIB (2026-09-07 01:30 UTC): thanks\n- changed hands: INC-2\n"
        in text
    )
    assert "owner Asha" in text, "the document is the one that was read"
    assert asha.sheets.look().handing.stage is Stage.ACCEPTED
    assert budi.rules.loaded().telling == {"payments": "budi"}


def test_the_tickets_go_with_their_incidents(store: MemoryStore) -> None:
    place = Place("jira", "jira", "OPS", "https://acme.example/jira")
    policy = replace(POLICY, tickets=(place, replace(place, name="quiet", follows_owner=False)))
    asha, budi = Person(store, ASHA, policy), Person(store, BUDI, policy)
    for name, outlet, key in (
        ("INC-1", "jira", "OPS-1"),
        ("INC-2", "jira", "OPS-2"),
        ("INC-2", "quiet", "OPS-3"),
    ):
        log = store.logs([name])[name]
        context = Context(store.now(), ASHA, policy, name, "", log)
        draft = Draft(fold(log))
        draft.add(Accepted((TicketLinked(outlet, key, f"https://acme.example/{key}"),), (), ""), context)
        store.append([draft.write()])
    asha.done(asha.sheets.offer())
    assert store.outbox(store.now()) == ()
    seen = budi.sheets.look()
    assert seen.handing.offered_at
    budi.done(AcceptHandover(seen.shift.id, seen.handing.offered_at))
    assert [(one.kind, one.source, one.handle, one.text) for one in store.outbox(store.now())] == [
        (EffectKind.TICKET_ASSIGN, "jira", "OPS-2", "budi")
    ]


def test_the_incoming_person_first_reads_what_has_changed_since(store: MemoryStore) -> None:
    asha, budi = Person(store, ASHA), Person(store, BUDI)
    asha.done(asha.sheets.offer())
    asha.done(NoteHandover(asha.sheets.look().shift.id, (Writing(Section.WATCH, "late word"),)))
    budi.do("INC-1", cmd.Ack(take=True))
    budi.do("INC-2", cmd.Resolve("rolled back", despite_firing=True))
    story = shift.opened(9, NOW, "Checkout down")
    store.append([Write(story.id, 0, story.log, summarise(fold(story.log)))])
    since = budi.sheets.look().since
    assert len(since) == 4
    told = "\n".join(since)
    for words in (
        "owner Budi (was nobody), acknowledged (was triggered)",
        "Checkout down: new since it was offered, owner nobody",
        "Latency p99 > 4s: resolved, owner Asha",
        "1 line written for the handover since: late word",
    ):
        assert words in told


def test_the_since_names_what_became_of_each(store: MemoryStore) -> None:
    asha, budi = Person(store, ASHA), Person(store, BUDI)
    for number, title in ((8, "Queue full"), (9, "Disk full")):
        story = shift.opened(number, NOW - timedelta(minutes=20), title).say(NOW, ASHA, ev.Acked())
        store.append([Write(story.id, 0, story.log, summarise(fold(story.log)))])
    asha.do("INC-9", cmd.Resolve("emptied", despite_firing=True))
    asha.done(asha.sheets.offer())
    asha.do("INC-2", cmd.MergeInto("INC-1"))
    asha.do("INC-9", cmd.Reopen("it is back"))
    assert isinstance(store.clock, FakeClock)
    store.clock.advance(60)
    log = store.logs(["INC-8"])["INC-8"]
    draft = Draft(fold(log))
    told = ev.TicketLinked("jira", "OPS-8", "https://acme.example/OPS-8")
    draft.add(Accepted((told,), (), ""), Context(store.now(), ASHA, POLICY, "INC-8", "", log))
    store.append([draft.write()])
    asha.done(Cover("payments", "primary", "dewi", END, END + timedelta(days=7)))
    since = "\n".join(budi.sheets.look().since)
    for words in (
        "Latency p99 > 4s: part of INC-1 now",
        "Disk full: opened again since it was offered, owner nobody",
        "Queue full: ticket OPS-8 is new",
        "on the roster Dewi follows as primary now (was Budi)",
    ):
        assert words in since


def test_what_was_written_after_the_offer_is_kept_with_it_for_good(store: MemoryStore) -> None:
    asha, budi, dewi = (Person(store, who) for who in (ASHA, BUDI, Actor("dewi")))
    name = asha.sheets.look().shift.id
    asha.done(NoteHandover(name, (Writing(Section.WATCH, "in time"),)))
    asha.done(asha.sheets.offer())
    assert isinstance(store.clock, FakeClock)
    store.clock.advance(60)
    asha.done(NoteHandover(name, (Writing(Section.WATCH, "late word"),)))
    dewi.done(NoteHandover(name, (Writing(Section.GENERAL, "mine, too"),)))
    handing = budi.sheets.look().handing
    assert handing.offered_at
    budi.done(AcceptHandover(name, handing.offered_at))
    text = to_markdown(budi.sheets.look(name).document)
    assert "- written after the offer: late word (Asha, " in text
    assert "- written after the offer: mine, too (dewi, " in text
    assert text.count("in time") == 1
    assert "late word" in to_html(budi.sheets.look(name).document)


def test_a_roster_that_is_not_known_says_so(store: MemoryStore) -> None:
    unread = Roster(listed=(not_read_yet("payments", "primary", "ops", 0),))
    with pytest.raises(UsageError, match="calendar ops has not been read yet") as told:
        Person(store, ASHA, replace(POLICY, roster=unread)).sheets.look()
    assert "no shift to hand over" in told.value.message
    held = Override("payments", "primary", "asha", NOW - timedelta(hours=2), END)
    known = replace(unread, overrides=(held,))
    document = Person(store, ASHA, replace(POLICY, roster=known)).sheets.look().document
    assert document.gap == "calendar ops has not been read yet: the engine reads it"
    assert "to NOBODY (calendar ops has not been read yet" in to_markdown(document).split("\n", 1)[0]


def test_what_was_offered_stays_when_the_rules_change(store: MemoryStore) -> None:
    asha = Person(store, ASHA)
    asha.done(asha.sheets.offer())
    before = asha.sheets.look()
    people = {name: replace(one, name=f"{one.name} R.") for name, one in POLICY.people.items()}
    renamed = replace(POLICY, people=people)
    after = Person(store, BUDI, renamed).sheets.look()
    assert to_json(after.document) == to_json(before.document)


def test_a_returned_one_is_a_draft_again_with_its_reason(store: MemoryStore) -> None:
    asha, budi = Person(store, ASHA), Person(store, BUDI)
    asha.done(asha.sheets.offer())
    budi.done(ReturnHandover(budi.sheets.look().shift.id, "INC-1 has no owner"))
    back = asha.sheets.look()
    assert (back.handing.stage, back.handing.answer) == (Stage.RETURNED, "INC-1 has no owner")
    assert back.document.signed is None


def test_a_draft_names_the_person_it_would_be_offered_to(store: MemoryStore) -> None:
    asha, dewi = Person(store, ASHA), Person(store, Actor("dewi"))
    asha.done(asha.sheets.offer("dewi"))
    assert asha.sheets.look().document.incoming == "Dewi"
    dewi.done(ReturnHandover(dewi.sheets.look().shift.id, "not me"))
    assert (asha.sheets.look().document.incoming, asha.sheets.offer().to) == ("Budi", "budi")


def test_after_its_end_it_is_still_the_one_that_is_owed(store: MemoryStore) -> None:
    assert isinstance(store.clock, FakeClock)
    store.clock.advance((END - NOW + timedelta(hours=1)).total_seconds())
    asha, budi = Person(store, ASHA), Person(store, BUDI)
    owed = asha.sheets.look()
    assert (owed.shift.end, owed.document.as_of) == (END, store.now())
    assert budi.sheets.look().shift.outgoing == "budi"
    asha.done(asha.sheets.offer())
    assert budi.sheets.look().shift.id == owed.shift.id


def test_nobody_and_nothing_are_said(store: MemoryStore) -> None:
    with pytest.raises(UsageError, match="no shift to hand over"):
        Person(store, ASHA, Policy(Roster())).sheets.look()
    with pytest.raises(UsageError, match='no handover "x"'):
        Person(store, ASHA).sheets.look("x")


def test_earlier_ones_are_listed_latest_first(store: MemoryStore) -> None:
    asha, budi = Person(store, ASHA), Person(store, BUDI)
    assert isinstance(store.clock, FakeClock)
    asha.done(asha.sheets.offer())
    first = asha.sheets.look()
    assert first.handing.offered_at
    budi.done(AcceptHandover(first.shift.id, first.handing.offered_at))
    store.clock.advance(timedelta(days=1).total_seconds())
    found = budi.sheets.look()
    assert [one.id for one in found.earlier] == [first.shift.id]


def test_somebody_with_several_roles_hands_over_one_after_the_other(store: MemoryStore) -> None:
    both = Roster((shift.weekly("primary", "asha", "budi"), shift.weekly("lead", "asha", "dewi")))
    policy = replace(POLICY, roster=both)
    asha, budi, dewi = (Person(store, who, policy) for who in (ASHA, BUDI, Actor("dewi")))
    assert asha.sheets.look().shift.role == "primary"
    assert (asha.sheets.look(role="lead").shift.incoming, asha.sheets.offer(role="lead").to) == (
        "dewi",
        "dewi",
    )
    asha.done(asha.sheets.offer())
    handing = budi.sheets.look().handing
    assert handing.offered_at
    budi.done(AcceptHandover(handing.id, handing.offered_at))
    assert asha.sheets.look().shift.role == "lead"
    asha.done(asha.sheets.offer())
    assert dewi.sheets.look().shift.role == "lead"
    with pytest.raises(UsageError, match='payments has no role "led" — did you mean "lead"'):
        asha.sheets.look(role="led")
