"""A mailbox on a real IMAP server: everything that is asked of it, with its own rules."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from console.domain.alert import Alert, Ending, Upstream
from console.domain.vocabulary import EffectKind, EffectState
from console.errors import SourceError
from console.ports.sources import Settled
from console.sources.email import Options
from console.sources.email.source import Source
from tests.servers.imap import PASSWORD, USER, ImapServer, imap, imap_server, running
from tests.sources.conftest import NOW, HeldClock
from tests.sources.incidents import effect, incident
from tests.sources.mails import id_of, mail

__all__ = ["imap", "imap_server"]


def options(server: ImapServer, **more: Any) -> Options:
    table = {"host": "127.0.0.1", "port": server.port, "encryption": "none", "username": USER}
    return Options.model_validate({**table, "password": PASSWORD, "done": "Done", **more})


@pytest.fixture
async def source(imap: ImapServer, clock: HeldClock) -> AsyncIterator[Source]:
    made = Source("prod", options(imap), clock)
    yield made
    await made.close()


async def only(source: Source) -> Alert:
    poll = await source.fetch()
    assert (poll.complete, poll.problems) == (True, ())
    (alert,) = poll.alerts
    return alert


def upstream(alert: Alert) -> Upstream:
    assert alert.upstream is not None
    return alert.upstream


async def act(source: Source, kind: EffectKind, alert: Alert) -> Settled:
    return await source.act(effect(kind), incident(alert), NOW)


async def test_mail_is_read_and_stays_unread(imap: ImapServer, source: Source) -> None:
    imap.put(mail("Zahlung kaputt – 0 €", "Nichts geht.\nGar nichts."), NOW)
    alert = await only(source)
    assert (alert.title, alert.description) == ("Zahlung kaputt – 0 €", "Nichts geht.\nGar nichts.")
    assert alert.started_at == upstream(alert).reported_at == NOW
    assert upstream(alert).reported_by == "Rina <rina@acme.example>"
    assert alert is await only(source)
    assert imap.flags() == [set()]


async def test_a_star_is_an_ack_both_ways(imap: ImapServer, source: Source) -> None:
    imap.put(mail("A"), NOW)
    imap.put(mail("Re: A", name="B", References=id_of("A")), NOW)
    alert = await only(source)
    assert not upstream(alert).acked
    for _ in range(2):
        assert await act(source, EffectKind.ACK, alert) == Settled(
            EffectState.DONE, "put a star on mail from Rina"
        )
    assert imap.flags() == [{"\\Flagged"}] * 2
    assert upstream(await only(source)).acked
    for _ in range(2):
        settled = await act(source, EffectKind.UNACK, alert)
        assert settled == Settled(EffectState.DONE, "took the star from mail from Rina")
    assert imap.flags() == [set(), set()]
    imap.change("INBOX", "STORE", "1:*", "+FLAGS", "(\\Flagged)")
    assert upstream(await only(source)).acked


async def test_what_is_resolved_is_moved_and_comes_back(imap: ImapServer, source: Source) -> None:
    for name in ("A", "A1", "other"):
        imap.put(mail(name, name=name, **({"References": id_of("A")} if name == "A1" else {})), NOW)
    poll = await source.fetch()
    alert = poll.alerts[0]
    assert (await act(source, EffectKind.RESOLVE, alert)).text == "moved mail from Rina to Done"
    assert (await act(source, EffectKind.RESOLVE, alert)).text == "mail from Rina is in Done"
    assert (len(imap.flags()), len(imap.flags("Done"))) == (1, 2)
    poll = await source.fetch()
    assert [(one.ref, one.how, one.text) for one in poll.ended] == [
        (alert.ref, Ending.RESOLVED, "moved to Done")
    ]
    assert (await act(source, EffectKind.REOPEN, alert)).text == "moved mail from Rina to INBOX"
    assert (await act(source, EffectKind.REOPEN, alert)).state is EffectState.DONE
    again = next(one for one in (await source.fetch()).alerts if one.ref == alert.ref)
    assert again.started_at == NOW
    assert not imap.flags("Done")


async def test_a_message_without_an_id_is_moved_too(imap: ImapServer, source: Source) -> None:
    imap.put(b"From: dewi@acme.example\r\n\r\nit crashes\r\n", NOW)
    alert = await only(source)
    assert (await act(source, EffectKind.RESOLVE, alert)).state is EffectState.DONE
    assert (
        await act(source, EffectKind.RESOLVE, alert)
    ).text == "mail from dewi@acme.example is no longer in INBOX"
    assert len(imap.flags("Done")) == 1


async def test_what_was_deleted_is_gone_and_can_no_longer_be_acted_on(
    imap: ImapServer, source: Source
) -> None:
    imap.put(mail("A"), NOW)
    alert = await only(source)
    imap.change("INBOX", "STORE", "1:*", "+FLAGS", "(\\Deleted)")
    poll = await source.fetch()
    assert [(one.how, one.text) for one in poll.ended] == [(Ending.GONE, "moved out of INBOX, or deleted")]
    assert (await act(source, EffectKind.ACK, alert)).state is EffectState.FAILED
    assert (await act(source, EffectKind.REOPEN, alert)).state is EffectState.FAILED


async def test_messages_are_chosen_on_the_server(imap: ImapServer, clock: HeldClock) -> None:
    imap.put(mail("Outage in Graz"), NOW)
    imap.put(mail("Lunch"), NOW)
    imap.put(mail("Outage of printers", to="office@shop.example"), NOW)
    imap.put(mail("Outage, with copy", to="office@shop.example", Cc="oncall@shop.example"), NOW)
    source = Source("prod", options(imap, subject="outage", to="oncall@shop.example"), clock)
    assert [one.name for one in (await source.fetch()).alerts] == ["Outage in Graz", "Outage, with copy"]
    await source.close()


async def test_folders_may_have_any_name(imap: ImapServer, clock: HeldClock) -> None:
    imap.client.create('"St&APY-rungen &- more"')  # as RFC 3501, 5.1.3 writes it
    imap.put(mail("A"), NOW, '"St&APY-rungen &- more"')
    source = Source("prod", options(imap, folder="Störungen & more", done="Erledigt ✓"), clock)
    alert = await only(source)
    assert (await act(source, EffectKind.RESOLVE, alert)).text == "moved mail from Rina to Erledigt ✓"
    assert len(imap.flags('"Erledigt &JxM-"')) == 1
    await source.close()


async def test_a_wrong_password_parks_it(imap: ImapServer, clock: HeldClock) -> None:
    source = Source("prod", options(imap, password="something else"), clock)
    with pytest.raises(SourceError, match=r"refuses the login of oncall@shop\.example") as caught:
        await source.fetch()
    assert caught.value.parked
    assert "something else" not in str(caught.value)
    await source.close()


async def test_a_missing_folder_is_named(imap: ImapServer, clock: HeldClock) -> None:
    source = Source("prod", options(imap, folder="Reports"), clock)
    with pytest.raises(SourceError, match="refuses to look into Reports") as caught:
        await source.fetch()
    assert caught.value.permanent
    assert "INBOX.Done" in caught.value.hint
    await source.close()


async def test_starttls_with_its_own_authority(imap: ImapServer, clock: HeldClock) -> None:
    imap.put(mail("A"), NOW)
    trusted = {"host": "localhost", "encryption": "starttls", "ca_file": str(imap.ca_file)}
    source = Source("prod", options(imap, **trusted), clock)
    assert (await only(source)).name == "A"
    await source.close()
    for changed, hint in (
        ({"ca_file": None}, "name it with ca_file"),
        (
            {"host": "127.0.0.1"},
            "use the name in the certificate in host",
        ),
    ):
        source = Source("prod", options(imap, **{**trusted, **changed}), clock)
        with pytest.raises(SourceError) as caught:
            await source.fetch()
        assert caught.value.hint == hint
        await source.close()


async def test_credentials_are_proved(imap: ImapServer, source: Source) -> None:
    proof = await source.prove()
    assert proof.identity == "oncall@shop.example at 127.0.0.1"
    assert proof.missing == ()
    assert proof.unproven == ("making the folder Done: done with the first report that is resolved",)
    imap.client.create("Done")
    assert (await source.prove()).unproven == ()


async def test_it_goes_on_after_the_server_was_killed(tmp_path: Path, clock: HeldClock) -> None:
    """Its memory is empty then: another UIDVALIDITY, and the same thread by its id."""
    for folder in ("first", "second"):
        (tmp_path / folder).mkdir()
    with running(tmp_path / "first") as server:
        server.put(mail("A"), NOW)
        source = Source("prod", options(server), clock)
        before = await only(source)
    with pytest.raises(SourceError, match="refuses the connection"):
        await source.fetch()
    with running(tmp_path / "second", server.port) as server:
        server.put(mail("B"), NOW)
        server.put(mail("A"), NOW)
        poll = await source.fetch()
        assert [one.name for one in poll.alerts] == ["B", "A"]
        assert poll.alerts[1].ref == before.ref
        assert poll.ended == ()
        await source.close()
