"""A mailbox: looking into its folder, and doing something there."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from console.domain.alert import Alert, Ending
from console.domain.vocabulary import EffectKind, EffectState
from console.errors import SourceError
from console.ports.sources import Settled
from console.sources.email import Options
from console.sources.email.source import Source
from tests.fakes.imap import PASSWORD, USER, FakeImap, serving
from tests.fakes.mailstore import Folder
from tests.sources.conftest import NOW, HeldClock
from tests.sources.incidents import effect, incident
from tests.sources.mails import id_of, mail


def at(fake: FakeImap, **more: Any) -> Options:
    table = {
        "host": "127.0.0.1",
        "port": fake.port,
        "encryption": "none",
        "username": USER,
        "password": PASSWORD,
    }
    return Options.model_validate({**table, "done": "Done", **more})


@pytest.fixture
def fake() -> Iterator[FakeImap]:
    with serving() as made:
        yield made


@pytest.fixture
async def source(fake: FakeImap, clock: HeldClock) -> AsyncIterator[Source]:
    made = Source("prod", at(fake), clock)
    yield made
    await made.close()


async def first(source: Source) -> Alert:
    return (await source.fetch()).alerts[0]


async def act(source: Source, kind: EffectKind, alert: Alert) -> Settled:
    return await source.act(effect(kind), incident(alert), NOW)


# Looking


async def test_only_what_is_new_is_read_and_nothing_marked(fake: FakeImap, source: Source) -> None:
    for name in "ABC":
        fake.inbox.put(mail(name), NOW)
    await source.fetch()
    fake.inbox.put(mail("D"), NOW)
    poll = await source.fetch()
    assert [one.name for one in poll.alerts] == ["A", "B", "C", "D"]
    bodies = [line for line in fake.asked if "BODY" in line]
    assert [line.split()[2] for line in bodies] == ["1:3", "4"]
    assert all("BODY.PEEK[]<0.32768>" in line for line in bodies)
    assert fake.count("SELECT") == fake.count("UID STORE") == 0
    assert fake.connections == 1


async def test_a_folder_made_anew_is_read_anew(fake: FakeImap, source: Source) -> None:
    fake.inbox.put(mail("A"), NOW)
    before = await first(source)
    fake.folders["INBOX"] = Folder(validity=2)
    fake.inbox.put(mail("B"), NOW)  # by the UID that A had
    fake.inbox.put(mail("A"), NOW)
    poll = await source.fetch()
    assert [one.name for one in poll.alerts] == ["B", "A"]
    assert poll.alerts[1].ref == before.ref
    assert poll.ended == ()


async def test_a_message_that_goes_while_we_read_is_left_out(fake: FakeImap, source: Source) -> None:
    fake.inbox.put(mail("A"), NOW)
    fake.inbox.put(mail("B"), NOW)
    listing = await source._line.ask(lambda mailbox: mailbox.listing(NOW.date()))
    del fake.inbox.messages[0]
    await source._read_heads(listing)
    assert [one["uid"] for one in source._payload(listing)["messages"]] == [2]


async def test_words_with_accents_go_as_a_literal(fake: FakeImap, clock: HeldClock) -> None:
    fake.inbox.put(mail("Störung im Netz"), NOW)
    fake.inbox.put(mail("Mittagessen"), NOW)
    source = Source("prod", at(fake, subject="störung"), clock)
    assert [one.name for one in (await source.fetch()).alerts] == ["Störung im Netz"]
    await source.close()
    assert 'UID SEARCH CHARSET UTF-8 UNDELETED SINCE 22-Dec-2025 SUBJECT "störung"' in fake.asked


async def test_the_look_up_that_fails_clears_nothing(fake: FakeImap, source: Source) -> None:
    fake.inbox.put(mail("A"), NOW)
    alert = await first(source)
    fake.inbox.messages.clear()
    fake.refusals["LIST"] = "NO [UNAVAILABLE] not now"
    poll = await source.fetch()
    assert (poll.alerts, poll.ended, poll.complete) == ((alert,), (), False)
    assert "not known yet" in poll.problems[0]
    fake.refusals.clear()
    assert [one.how for one in (await source.fetch()).ended] == [Ending.GONE]


async def test_beyond_the_newest_nothing_has_ended(
    fake: FakeImap, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake.inbox.put(mail("A"), NOW)
    old = await first(source)
    monkeypatch.setattr("console.sources.email.mailbox.CAP", 2)
    fake.inbox.put(mail("B"), NOW)
    fake.inbox.put(mail("C"), NOW)
    poll = await source.fetch()
    assert [one.name for one in poll.alerts] == ["B", "C", "A"]
    assert poll.alerts[2] is old
    assert (poll.ended, poll.complete) == ((), False)
    assert poll.problems[0].startswith("1 older than the newest")


async def test_when_only_a_machines_answer_is_left_the_thread_is_over(fake: FakeImap, source: Source) -> None:
    begun = fake.inbox.put(mail("A"), NOW)
    fake.inbox.put(mail("Out of office", References=id_of("A"), Auto_Submitted="auto-replied"), NOW)
    await source.fetch()
    fake.inbox.messages.remove(begun)
    assert [one.how for one in (await source.fetch()).ended] == [Ending.GONE]


# Acting


@pytest.mark.parametrize("offered", [{"MOVE"}, {"UIDPLUS"}, set()], ids=["move", "uidplus", "neither"])
async def test_moving_removes_nothing_else(fake: FakeImap, source: Source, offered: set[str]) -> None:
    fake.capabilities -= {"MOVE", "UIDPLUS"} - offered
    fake.inbox.put(mail("A"), NOW)
    fake.inbox.put(mail("Re: A", name="B", References=id_of("A")), NOW)
    marked = fake.inbox.put(mail("of somebody else"), NOW, "\\Deleted")
    alert = await first(source)
    for _ in range(2):
        assert (await act(source, EffectKind.RESOLVE, alert)).state is EffectState.DONE
    assert len(fake.folders["Done"].messages) == 2
    assert marked in fake.inbox.messages
    assert [one for one in fake.inbox.messages if "\\Deleted" not in one.flags] == []
    assert [one.how for one in (await source.fetch()).ended] == [Ending.RESOLVED]
    assert fake.count("EXPUNGE") == 0
    assert (await act(source, EffectKind.REOPEN, alert)).text == "moved mail from Rina to INBOX"
    assert (await first(source)).ref == alert.ref


async def test_a_copy_that_was_made_before_is_not_made_again(fake: FakeImap, source: Source) -> None:
    fake.capabilities.remove("MOVE")
    fake.inbox.put(mail("A"), NOW)
    alert = await first(source)
    fake.refusals["UID STORE"] = "NO [UNAVAILABLE] not now"
    with pytest.raises(SourceError, match="not now") as caught:
        await act(source, EffectKind.RESOLVE, alert)
    assert not caught.value.permanent
    fake.refusals.clear()
    assert (await act(source, EffectKind.RESOLVE, alert)).state is EffectState.DONE
    assert len(fake.folders["Done"].messages) == 1


@pytest.mark.parametrize(
    ("command", "answer", "words"),
    [
        ("UID MOVE", "NO [OVERQUOTA] mailbox is full", "make room"),
        ("UID MOVE", "NO [NOPERM] you may not", "give this user the right"),
        ("UID MOVE", "NO [TRYCREATE] no such mailbox", "refuses to move mail to Done"),
        ("CREATE", "NO [CANNOT] not with that name", "does not allow such a name"),
        ("UID STORE", "NO [NOPERM] you may not", "refuses to change flags"),
    ],
)
async def test_what_is_refused_for_good_says_what_to_do(
    fake: FakeImap, source: Source, command: str, answer: str, words: str
) -> None:
    fake.inbox.put(mail("A"), NOW)
    alert = await first(source)
    if command == "UID MOVE":
        fake.folders["Done"] = Folder()
    fake.refusals[command] = answer
    settled = await act(source, EffectKind.ACK if "STORE" in command else EffectKind.RESOLVE, alert)
    assert settled.state is EffectState.FAILED
    assert words in settled.text


async def test_a_folder_that_may_only_be_read_is_not_acted_on(fake: FakeImap, source: Source) -> None:
    fake.inbox.put(mail("A"), NOW)
    fake.inbox.readonly = True
    settled = await act(source, EffectKind.ACK, await first(source))
    assert settled.state is EffectState.FAILED
    assert "may only be read" in settled.text
    assert (await source.fetch()).complete


async def test_a_folder_without_stars_says_so(fake: FakeImap, source: Source) -> None:
    fake.inbox.put(mail("A"), NOW)
    fake.inbox.kept = r"(\Seen)"
    settled = await act(source, EffectKind.ACK, await first(source))
    assert settled.state is EffectState.FAILED
    assert "INBOX keeps no stars" in settled.text


# Rights


async def test_missing_rights_are_named(fake: FakeImap, source: Source) -> None:
    fake.capabilities.add("ACL")
    fake.folders["Done"] = Folder(rights="lr")
    assert [one.partition(":")[0] for one in (await source.prove()).missing] == [
        "i on Done",
        "t on Done",
        "e on Done",
    ]
    fake.inbox.rights, fake.folders["Done"].rights = "lrsi", "lrswid"
    missing = (await source.prove()).missing
    assert [one.partition(":")[0] for one in missing] == ["w on INBOX", "t on INBOX", "e on INBOX"]
    assert "put stars on mail" in missing[0]


async def test_a_folder_that_can_only_be_read_is_named(fake: FakeImap, source: Source) -> None:
    fake.inbox.readonly = True
    assert (await source.prove()).missing == ("write access to INBOX: needed to act on mail",)
    fake.inbox.readonly, fake.inbox.kept = False, r"(\Seen)"
    assert "keeps no stars" in (await source.prove()).missing[0]
    assert "UID STORE" not in {line[:9] for line in fake.asked}
