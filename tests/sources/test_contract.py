"""What every source promises. It walks the package: a new kind is held to this at once."""

from __future__ import annotations

import asyncio

import pytest

from console.domain.alert import Poll
from console.domain.priority import Priority
from console.errors import SourceError
from console.ports.sources import Actuator
from console.sources import registry
from tests.sources.rigs import Given, Rig

HOSTILE = "\x1b[2J\x9b1m[/] [@click=app.quit]ACK\x07\u202egpj.exe\u2066\u200b\ud800\n\r\nline two"
READABLE = "^[[2J\\x9b1m[/] [@click=app.quit]ACK^Ggpj.exe� ⏎ line two"


async def test_it_reports_what_fires(rig: Rig) -> None:
    rig.fires(Given("A", severity="critical"), Given("B", service="cdn", severity="info"))
    poll = await rig.source.fetch()
    assert isinstance(poll, Poll)
    assert (poll.source, poll.complete, poll.problems) == ("under-test", True, ())
    assert [alert.name for alert in poll.alerts] == ["A", "B"]
    if "service" not in rig.lacks:
        assert [alert.service for alert in poll.alerts] == ["orders-db", "cdn"]
    if "severity" not in rig.lacks:
        assert [alert.priority for alert in poll.alerts] == [Priority.P1, Priority.P4]
    assert {alert.ref.source for alert in poll.alerts} == {"under-test"}
    assert len({alert.ref for alert in poll.alerts}) == 2


async def test_an_alert_keeps_its_identity_from_poll_to_poll(rig: Rig) -> None:
    rig.fires(Given("A", title="it begins"))
    before = (await rig.source.fetch()).alerts[0]
    rig.fires(Given("A", title="it gets worse"))
    after = (await rig.source.fetch()).alerts[0]
    assert before.ref == after.ref
    if "title" not in rig.lacks:
        assert (before.title, after.title) == ("it begins", "it gets worse")


async def test_nothing_firing_is_an_answer(rig: Rig) -> None:
    rig.fires()
    poll = await rig.source.fetch()
    assert (poll.alerts, poll.complete) == ((), True)


async def test_a_failed_poll_raises_a_source_error_and_the_next_one_works(rig: Rig) -> None:
    rig.fires(Given("A"))
    await rig.source.fetch()
    rig.break_down()
    with pytest.raises(SourceError) as caught:
        await rig.source.fetch()
    assert caught.value.message
    assert caught.value.hint
    assert str(caught.value).isprintable()
    rig.fires(Given("A"))
    assert len((await rig.source.fetch()).alerts) == 1


async def test_one_bad_record_hides_no_good_one(rig: Rig) -> None:
    rig.fires(Given("A"), Given("B"))
    rig.spoil()
    poll = await rig.source.fetch()
    assert [alert.name for alert in poll.alerts] == ["A", "B"]
    assert not poll.complete
    assert len(poll.problems) == 1


async def test_hostile_text_is_cleaned_and_readable(rig: Rig) -> None:
    url = "https://runbooks.example/\x1b]8;;"
    rig.fires(Given(HOSTILE, service=HOSTILE, title=HOSTILE, description=HOSTILE, runbook_url=url))
    alert = (await rig.source.fetch()).alerts[0]
    assert alert.name == READABLE
    assert "service" in rig.lacks or alert.service == READABLE
    assert "title" in rig.lacks or alert.title == READABLE
    assert "description" in rig.lacks or alert.description.split("\n")[-1] == "line two"
    assert all(row.isprintable() for row in alert.description.split("\n"))
    assert all(key.isprintable() and value.isprintable() for key, value in alert.labels)
    assert alert.runbook_url == ""
    assert alert.links == tuple(link for link in alert.links if link.url.startswith(("http://", "https://")))


async def test_long_text_is_cut(rig: Rig) -> None:
    rig.fires(Given("A" * 10_000, title="t" * 10_000, description="d" * 100_000))
    alert = (await rig.source.fetch()).alerts[0]
    assert len(alert.name) <= 200
    assert len(alert.title) <= 500
    assert len(alert.description) <= 20_000


async def test_a_cancelled_poll_leaves_it_usable(rig: Rig) -> None:
    rig.fires(Given("A"))
    poll = asyncio.create_task(rig.source.fetch())
    await asyncio.sleep(0)
    poll.cancel()
    with pytest.raises(asyncio.CancelledError):
        await poll
    assert len((await rig.source.fetch()).alerts) == 1


async def test_closing_twice_and_before_the_first_poll_is_fine(rig: Rig) -> None:
    await rig.source.close()
    await rig.source.close()


async def test_it_says_what_it_is(rig: Rig) -> None:
    assert (rig.source.name, rig.source.kind in registry.kinds()) == ("under-test", True)
    assert rig.source.interval > 0
    if isinstance(rig.source, Actuator):
        assert isinstance(rig.source.can, frozenset)
