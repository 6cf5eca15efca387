"""The Alertmanager source against Debian's real Alertmanager."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import trustme

from console.clock import SystemClock
from console.domain.alert import Poll
from console.domain.priority import Priority
from console.domain.vocabulary import EffectKind, EffectState
from console.errors import SourceError
from console.sources.alertmanager import Source
from tests.servers.alertmanager import Alertmanager, free_port, running
from tests.sources.conftest import options_for
from tests.sources.incidents import done, effect, incident

HOSTILE = "\x1b[2J[/] [@click=app.quit] \u202egpj\u2066 line1\r\nline2\x85 עברית"
PASSWORD = "correct horse"
HASH = "$2b$04$G4wbvz4jzaOX1uuVVXAEOe7/3gcKuD5KK/wIKvPFLfpNUFOr81/Z2"  # bcrypt of the password


def source_at(*urls: str, **options: Any) -> Source:
    return Source("prod", options_for(*urls, **options), SystemClock())


@pytest.fixture
async def source(alertmanager: Alertmanager) -> AsyncIterator[Source]:
    made = source_at(alertmanager.url, ack="silence", snooze="silence")
    yield made
    await made.close()


def names(poll: Poll) -> list[str]:
    return sorted(alert.name for alert in poll.alerts)


async def test_what_fires_is_seen_and_what_ended_is_gone(alertmanager: Alertmanager, source: Source) -> None:
    since = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=7)
    alertmanager.fire("DiskFull", since=since, service="orders-db", severity="page")
    alertmanager.fire("Latency", job="cdn")
    poll = await source.fetch()
    assert names(poll) == ["DiskFull", "Latency"]
    assert poll.complete
    assert poll.problems == ()
    disk = min(poll.alerts, key=lambda alert: alert.name)
    assert (disk.service, disk.priority, disk.started_at) == ("orders-db", Priority.P1, since)
    alertmanager.clear("Latency", job="cdn")
    poll = await source.fetch()
    assert (names(poll), poll.complete) == (["DiskFull"], True)
    assert poll.alerts[0] is disk


async def test_the_filter_is_the_servers_own(alertmanager: Alertmanager) -> None:
    alertmanager.fire("A", severity="critical")
    alertmanager.fire("B", severity="info")
    picky = source_at(alertmanager.url, filter=['severity=~"crit.*"'])
    assert names(await picky.fetch()) == ["A"]
    await picky.close()
    wrong = source_at(alertmanager.url, filter=["=nonsense="])
    with pytest.raises(SourceError, match=r"refuses the request \(400") as caught:
        await wrong.fetch()
    assert caught.value.permanent
    await wrong.close()


async def test_a_wrong_path_prefix_is_named(alertmanager: Alertmanager) -> None:
    source = source_at(f"{alertmanager.url}/prefix")
    with pytest.raises(SourceError, match=r"no such path \(404\): is url right"):
        await source.fetch()
    await source.close()


async def test_hostile_text_comes_through_readable(alertmanager: Alertmanager, source: Source) -> None:
    alertmanager.fire("Hostile", instance=HOSTILE, annotations={"summary": HOSTILE, "description": HOSTILE})
    alert = (await source.fetch()).alerts[0]
    assert alert.title == "^[[2J[/] [@click=app.quit] gpj line1 ⏎ line2 ⏎ עברית"
    assert alert.label("instance") == alert.title
    assert alert.description == "^[[2J[/] [@click=app.quit] gpj line1\nline2\n עברית"
    now = datetime.now(UTC).replace(microsecond=0)
    settled = await source.act(effect(EffectKind.ACK), incident(alert), now)
    assert settled.state is EffectState.DONE
    assert (await source.fetch()).alerts[0].muted_until == settled.until


async def test_an_ack_is_a_silence_that_can_be_repeated_extended_and_ended(
    alertmanager: Alertmanager, source: Source
) -> None:
    alertmanager.fire("DiskFull", service="orders-db", instance="a")
    alertmanager.fire("DiskFull", service="orders-db", instance="b")
    alertmanager.fire("DiskFull", service="ledger", instance="c")
    alerts = [alert for alert in (await source.fetch()).alerts if alert.service == "orders-db"]
    now = datetime.now(UTC).replace(microsecond=0)
    ack = effect(EffectKind.ACK, "op-1")

    first = await source.act(ack, incident(*alerts), now)
    again = await source.act(ack, incident(*alerts), now)
    assert first == again
    (silence,) = alertmanager.silences()
    assert silence["id"] == first.handle
    assert {matcher["name"] for matcher in silence["matchers"]} == {"alertname", "service"}
    muted = {alert.label("instance"): alert for alert in (await source.fetch()).alerts}
    assert muted["a"].muted_until == muted["b"].muted_until == first.until
    assert muted["a"].muted_by == "Asha: ACK! INC-42 by Asha via oncall (op-1)"
    assert muted["c"].muted_until is None

    later = effect(EffectKind.ACK, "op-2")
    patient = source_at(alertmanager.url, ack="silence", silence_for="2h")
    extended = await patient.act(later, incident(*alerts, effects=[done(ack, first.handle)]), now)
    await patient.close()
    assert [silence["id"] for silence in alertmanager.silences()] == [extended.handle]
    assert {alert.muted_until for alert in (await source.fetch()).alerts} == {None, now + timedelta(hours=2)}

    effects = [done(ack, first.handle), done(later, extended.handle)]
    ended = await source.act(effect(EffectKind.UNACK, "op-3"), incident(*alerts, effects=effects), now)
    assert ended.text == "silence ended"
    assert alertmanager.silences() == []
    assert {alert.muted_until for alert in (await source.fetch()).alerts} == {None}
    again = await source.act(effect(EffectKind.UNACK, "op-3"), incident(*alerts, effects=effects), now)
    assert (again.state, again.text) == (EffectState.DONE, "no longer silenced")


async def test_a_restart_clears_nothing_at_once(tmp_path: Path) -> None:
    port = free_port()
    with running(tmp_path, "--cluster.listen-address=", port=port) as server:
        source = source_at(server.url)
        server.fire("DiskFull", service="orders-db")
        assert names(await source.fetch()) == ["DiskFull"]
    with pytest.raises(SourceError, match="refuses the connection"):
        await source.fetch()
    with running(tmp_path, "--cluster.listen-address=", port=port) as server:
        poll = await source.fetch()
        assert (names(poll), poll.complete) == ([], False)
        assert "restarted" in poll.problems[0]
        server.fire("DiskFull", service="orders-db")
        assert names(await source.fetch()) == ["DiskFull"]
    await source.close()


async def test_a_gossiping_pair_is_one_source(tmp_path: Path) -> None:
    here, there = free_port(), free_port()
    flags = (
        "--cluster.settle-timeout=1s",
        "--cluster.gossip-interval=50ms",
        "--cluster.pushpull-interval=1s",
    )
    one_flags = (f"--cluster.listen-address=127.0.0.1:{here}", *flags)
    two_flags = (
        f"--cluster.listen-address=127.0.0.1:{there}",
        f"--cluster.peer=127.0.0.1:{here}",
        *flags,
    )
    with running(tmp_path / "1", *one_flags) as one, running(tmp_path / "2", *two_flags) as two:
        for server in (one, two):
            server.fire("DiskFull", service="orders-db")
        source = source_at(one.url, two.url, snooze="silence")
        poll = await source.fetch()
        assert (names(poll), poll.complete) == (["DiskFull"], True)
        until = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=1)
        await source.act(effect(EffectKind.SNOOZE, until=until), incident(*poll.alerts), datetime.now(UTC))
        one.stop()
        for _ in range(100):  # the silence travels between the two on its own
            poll = await source.fetch()
            if poll.alerts[0].muted_until == until:
                break
            await asyncio.sleep(0.05)
        assert poll.alerts[0].muted_until == until
        assert poll.complete
        assert "refuses the connection" in poll.problems[0]
        await source.close()


# basic auth, TLS and client certificates


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def locked(tmp_path_factory: pytest.TempPathFactory, authority: trustme.CA) -> Iterator[Alertmanager]:
    """A server with basic auth, TLS and a demand for client certificates."""
    folder = tmp_path_factory.mktemp("locked")
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(str(folder / "server.pem"))
    authority.issue_cert("asha@example.com").private_key_and_cert_chain_pem.write_to_path(
        str(folder / "client.pem")
    )
    (folder / "not.pem").write_text("nothing here")
    web = (
        f"tls_server_config:\n  cert_file: {folder}/server.pem\n  key_file: {folder}/server.pem\n"
        f"  client_auth_type: RequireAndVerifyClientCert\n  client_ca_file: {folder}/ca.pem\n"
        f"basic_auth_users:\n  asha: {HASH}\n"
    )
    trust = ssl.create_default_context(cafile=str(folder / "ca.pem"))
    trust.load_cert_chain(folder / "client.pem")
    with running(folder, web_config=web, client={"verify": trust, "auth": ("asha", PASSWORD)}) as server:
        server.fire("DiskFull", service="orders-db")
        yield server


@pytest.mark.parametrize(
    ("changes", "said", "permanent"),
    [
        ({}, "", False),
        ({"password": "wrong"}, "does not accept our credentials (401)", True),
        ({"username": None, "password": None}, "does not accept our credentials (401)", True),
        ({"ca_file": None}, "signed by an authority we do not know: name it with ca_file", True),
        ({"ca_file": "not.pem"}, "not.pem cannot be used (SSLError): check ca_file", True),
        ({"ca_file": "gone.pem"}, "gone.pem cannot be used (No such file or directory)", True),
        ({"cert_file": None}, "it wants another client certificate: check cert_file", True),
        ({"cert_file": "ca.pem"}, "ca.pem cannot be used", True),
        ({"ca_file": None, "insecure": True}, "", False),
    ],
)
async def test_getting_in(
    locked: Alertmanager, changes: dict[str, Any], said: str, *, permanent: bool
) -> None:
    folder = Path(locked.folder)
    right = {"username": "asha", "password": PASSWORD, "ca_file": "ca.pem", "cert_file": "client.pem"}
    table = {key: value for key, value in {**right, **changes}.items() if value is not None}
    for key in ("ca_file", "cert_file"):
        if key in table:
            table[key] = str(folder / str(table[key]))
    source = source_at(locked.url, **table)
    try:
        if not said:
            assert names(await source.fetch()) == ["DiskFull"]
            return
        with pytest.raises(SourceError) as caught:
            await source.fetch()
        assert said in str(caught.value)
        assert caught.value.permanent is permanent
        assert PASSWORD not in str(caught.value)
    finally:
        await source.close()


async def test_a_certificate_for_another_name(locked: Alertmanager) -> None:
    url = locked.url.replace("127.0.0.1", "localhost")
    source = source_at(url, ca_file=str(Path(locked.folder) / "ca.pem"))
    with pytest.raises(SourceError, match="its certificate is for another host name"):
        await source.fetch()
    await source.close()


async def test_an_expired_certificate(tmp_path: Path, authority: trustme.CA) -> None:
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    old = authority.issue_cert("127.0.0.1", not_after=datetime.now(UTC) - timedelta(days=1))
    old.private_key_and_cert_chain_pem.write_to_path(str(tmp_path / "old.pem"))
    web = f"tls_server_config:\n  cert_file: {tmp_path}/old.pem\n  key_file: {tmp_path}/old.pem\n"
    with running(tmp_path, web_config=web, client={"verify": ssl.create_default_context()}) as server:
        source = source_at(server.url, ca_file=str(tmp_path / "ca.pem"))
        with pytest.raises(SourceError, match="its certificate has expired: have it renewed") as caught:
            await source.fetch()
        await source.close()
    assert not caught.value.permanent


async def test_plain_http_to_a_tls_server(locked: Alertmanager) -> None:
    source = source_at(locked.url.replace("https:", "http:"))
    with pytest.raises(SourceError, match="HTTP request to an HTTPS server"):
        await source.fetch()
    await source.close()
