"""What every kind of channel promises, with receivers that fail, stall and lie."""

from __future__ import annotations

import asyncio
import logging

import pytest

from console.channels import registry
from console.domain.notify.channels import Channel as Reach
from console.errors import DeliveryError
from tests.channels.messages import BUDI, HOSTILE, message
from tests.channels.rigs import RIGS, SENTINEL, Rig, Sink
from tests.fakes.http import Reply, serving
from tests.paths import REPO
from tests.waiting import PATIENCE

PASSING = ("busy", "stall", "break", "lie", "endless")


def can(rig: Rig, mode: str) -> None:
    if mode not in rig.modes:
        pytest.skip(f"nothing of the sort can happen to {rig.kind}")


async def failure(rig: Rig, mode: str) -> DeliveryError:
    rig.told(mode)
    with pytest.raises(DeliveryError) as caught:
        async with asyncio.timeout(PATIENCE):
            await rig.channel.send(message(address=rig.address))
    assert caught.value.hint
    assert str(caught.value).isprintable()
    return caught.value


def test_every_kind_has_a_rig_and_a_page() -> None:
    assert set(RIGS) == set(registry.kinds())
    assert {page.stem for page in (REPO / "docs" / "channels").glob("*.md")} - {"README"} == set(RIGS)


async def test_a_message_arrives(rig: Rig) -> None:
    sent = await rig.channel.send(message(address=rig.address, person=BUDI, card=(("Service", "checkout"),)))
    assert sent.said.isprintable()
    (took,) = rig.took()
    for words in ("checkout is down", "level 1 of payments"):
        assert words in took
    assert "checkout" in took


async def test_a_second_one_arrives_too(rig: Rig) -> None:
    handles = [(await rig.channel.send(message(address=rig.address, key=key))).handle for key in ("a", "b")]
    assert len(rig.took()) == 2
    assert not any("\n" in handle for handle in handles)


async def test_hostile_text_is_text(rig: Rig) -> None:
    await rig.channel.send(
        message(
            address=rig.address, title=HOSTILE, text=HOSTILE * 400, card=((HOSTILE, HOSTILE),), state=HOSTILE
        )
    )
    assert len(rig.took()) == 1


@pytest.mark.parametrize("mode", PASSING)
async def test_what_passes_is_not_final_and_is_over_when_it_is_over(rig: Rig, mode: str) -> None:
    can(rig, mode)
    error = await failure(rig, mode)
    assert not error.permanent
    if mode == "busy" and rig.server is not None and rig.kind != "apprise":
        assert error.retry_after == 7


@pytest.mark.parametrize("mode", ["stall", "break"])
async def test_it_works_again_afterwards(rig: Rig, mode: str) -> None:
    can(rig, mode)
    await failure(rig, mode)
    rig.told("well")
    before = len(rig.took())
    await rig.channel.send(message(address=rig.address))
    assert len(rig.took()) == before + 1


async def test_a_refusal_is_final(rig: Rig) -> None:
    can(rig, "refuse")
    assert (await failure(rig, "refuse")).permanent


async def test_a_redirect_is_not_followed(rig: Rig) -> None:
    can(rig, "elsewhere")
    assert rig.server is not None
    with serving(Sink(Reply(200, b"ok"))) as other:
        rig.server.elsewhere = f"{other.url}/in?token={SENTINEL}"
        error = await failure(rig, "elsewhere")
    assert other.requests == []
    assert error.permanent
    assert SENTINEL not in str(error)


@pytest.mark.parametrize("mode", ["well", "refuse", "busy", "break", "echo", "lie"])
async def test_no_secret_is_ever_shown(rig: Rig, mode: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    said = [repr(rig.options), str(rig.options), repr(rig.channel), repr(rig.options.model_dump())]
    if mode == "well":
        sent = await rig.channel.send(message(address=rig.address))
        said.append(repr(sent))
    else:
        can(rig, mode)
        error = await failure(rig, mode)
        said += [str(error), repr(error), error.message, error.hint]
    said += [record.getMessage() for record in caplog.records if record.name.startswith("console")]
    said += [record.getMessage() for record in caplog.records if record.levelno >= logging.INFO]
    assert [one for one in said if SENTINEL in one] == []


async def test_a_channel_that_was_never_used_can_be_closed(rig: Rig) -> None:
    await rig.channel.close()


def test_it_says_whom_it_can_reach(rig: Rig) -> None:
    reach = rig.options.reach("page")
    assert reach == Reach("page", rig.kind, reach.contact, reach.room, 10)
    assert rig.channel.kind == rig.kind
    assert reach.address(BUDI) or reach.room


def test_an_unknown_kind_is_named_with_the_nearest() -> None:
    with pytest.raises(Exception, match='did you mean "slack"'):
        registry.options_of("slak")
