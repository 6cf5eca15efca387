"""What every kind of outlet promises, with pages that fail, stall, lie and lose answers."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace

import pytest

from console.domain.vocabulary import ComponentState
from console.errors import SourceError
from console.outlets import registry
from console.ports.outlets import Published
from tests.channels.messages import HOSTILE
from tests.outlets.rigs import FIRST, OVER, RIGS, SENTINEL, Rig
from tests.paths import REPO
from tests.waiting import PATIENCE

COPIES = {"intercom": 2}  # conversations that get the note


def can(rig: Rig, mode: str) -> None:
    if mode not in rig.modes:
        pytest.skip(f"nothing of the sort can happen to {rig.kind}")


async def failure(rig: Rig, mode: str) -> SourceError:
    rig.mode(mode)
    with pytest.raises(SourceError) as caught:
        async with asyncio.timeout(PATIENCE):
            await rig.outlet.publish(FIRST)
    assert str(caught.value).isprintable()
    return caught.value


async def both(rig: Rig) -> tuple[Published, Published]:
    first = await rig.outlet.publish(FIRST)
    return first, await rig.outlet.publish(replace(OVER, handle=first.handle))


def test_every_kind_has_a_rig_and_a_page_in_the_documentation() -> None:
    assert set(RIGS) == set(registry.kinds())
    text = (REPO / "docs" / "outlets.md").read_text()
    assert all(f'kind = "{kind}"' in text for kind in RIGS)


async def test_the_first_opens_and_the_next_is_added_to_it(rig: Rig) -> None:
    first, second = await both(rig)
    copies = COPIES.get(rig.kind, 1)
    told = rig.told()
    assert len(told) == 2 * copies
    assert sum("Some payments fail." in one for one in told) == copies
    assert sum("This is over." in one for one in told) == copies
    if rig.page is not None:
        (incident,) = rig.page.incidents
        assert incident["name"] == FIRST.title
        assert first.handle == second.handle == str(incident["id"])
    assert first.said.isprintable()


async def test_components_are_set_and_reset(rig: Rig) -> None:
    if rig.page is None:
        pytest.skip(f"{rig.kind} knows no components")
    well = dict(rig.page.components)
    first = await rig.outlet.publish(FIRST)
    changed = {id_ for id_, state in rig.page.components.items() if state != well[id_]}
    assert changed == {rig.component}
    await rig.outlet.publish(replace(OVER, handle=first.handle))
    assert rig.page.components == well


@pytest.mark.parametrize("state", [ComponentState.DEGRADED, ComponentState.MAJOR])
async def test_each_state_of_a_component_has_its_own_word(rig: Rig, state: ComponentState) -> None:
    if rig.page is None:
        pytest.skip(f"{rig.kind} knows no components")
    first = await rig.outlet.publish(FIRST)
    partial = rig.page.components[rig.component]
    other = replace(
        FIRST, key="other", at=OVER.at, text="x", handle=first.handle, components=(("payments", state),)
    )
    await rig.outlet.publish(other)
    assert rig.page.components[rig.component] != partial


async def test_a_component_that_was_deleted_there_keeps_no_update_back(rig: Rig) -> None:
    if rig.page is None:
        pytest.skip(f"{rig.kind} knows no components")
    first = await rig.outlet.publish(FIRST)
    del rig.page.components[rig.component]
    done = await rig.outlet.publish(replace(OVER, handle=first.handle))
    assert f"the page has no component {rig.component}" in done.said
    assert sum("This is over." in one for one in rig.told()) == 1


async def test_an_incident_that_was_deleted_there_is_opened_anew(rig: Rig) -> None:
    if rig.page is None:
        pytest.skip(f"{rig.kind} has no incidents of its own")
    first = await rig.outlet.publish(FIRST)
    rig.page.incidents.clear()
    done = await rig.outlet.publish(replace(OVER, handle=first.handle))
    assert done.handle == str(rig.page.incidents[0]["id"])
    assert sum("This is over." in one for one in rig.told()) == 1


@pytest.mark.parametrize("known", [True, False], ids=["with its handle", "after a crash"])
async def test_the_same_again_is_there_once(rig: Rig, *, known: bool) -> None:
    if rig.kind == "email":
        pytest.skip("a mail server cannot be asked; the Message-ID is the same, see below")
    first = await rig.outlet.publish(FIRST)
    before = rig.told()
    again = await rig.outlet.publish(replace(FIRST, handle=first.handle if known else ""))
    assert again.handle == first.handle
    assert rig.told() == before


async def test_an_update_that_is_there_is_not_added_again(rig: Rig) -> None:
    if rig.kind == "email":
        pytest.skip("a mail server cannot be asked")
    _, second = await both(rig)
    before = rig.told()
    again = await rig.outlet.publish(replace(OVER, handle=second.handle))
    assert again.handle == second.handle
    assert rig.told() == before


@pytest.mark.parametrize("publication", [FIRST, OVER], ids=["first", "next"])
async def test_a_lost_answer_publishes_once(rig: Rig, publication: object) -> None:
    if rig.lose is None:
        pytest.skip(f"{rig.kind} has no answers to lose")
    first = await rig.outlet.publish(FIRST) if publication is OVER else Published("")
    wanted = replace(OVER if publication is OVER else FIRST, handle=first.handle)
    rig.lose(True)
    for _ in range(COPIES.get(rig.kind, 1)):
        with pytest.raises(SourceError) as caught:
            await rig.outlet.publish(wanted)
        assert not caught.value.permanent
    rig.lose(False)
    await rig.outlet.publish(wanted)
    told = rig.told()
    assert len(told) == len(set(told)) * COPIES.get(rig.kind, 1)
    assert sum(FIRST.text.split("\n")[-1] in one or OVER.text in one for one in told) == len(told)


@pytest.mark.parametrize("mode", ["busy", "stall", "break", "lie", "endless"])
async def test_what_passes_is_not_final(rig: Rig, mode: str) -> None:
    can(rig, mode)
    error = await failure(rig, mode)
    assert not error.permanent
    if mode == "busy" and rig.kind != "email":
        assert error.retry_after == 7
        return
    rig.mode("well")
    await rig.outlet.publish(FIRST)
    assert len(rig.told()) == COPIES.get(rig.kind, 1)


@pytest.mark.parametrize("mode", ["revoked", "forbidden"])
async def test_refused_credentials_are_told_as_such(rig: Rig, mode: str) -> None:
    can(rig, mode)
    error = await failure(rig, mode)
    assert error.parked
    assert error.hint


async def test_a_refusal_is_final(rig: Rig) -> None:
    can(rig, "refuse")
    assert (await failure(rig, "refuse")).permanent


async def test_what_cannot_be_read_is_not_taken_for_nothing(rig: Rig) -> None:
    can(rig, "strange")
    await failure(rig, "strange")
    assert rig.told() == []


async def test_no_secret_is_ever_told(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    can(rig, "echo")
    caplog.set_level(logging.DEBUG)
    error = await failure(rig, "echo")
    ours = [one.getMessage() for one in caplog.records if one.name.startswith("console")]
    assert SENTINEL not in "\n".join([str(error), repr(rig.outlet), *ours])


async def test_hostile_text_is_text(rig: Rig) -> None:
    await rig.outlet.publish(replace(FIRST, title=HOSTILE, text=HOSTILE * 20))
    assert len(rig.told()) == COPIES.get(rig.kind, 1)


async def test_it_can_be_tried_without_telling_anybody(rig: Rig) -> None:
    assert (await rig.outlet.prove()).isprintable()
    assert rig.told() == []


@pytest.mark.parametrize("mode", ["revoked", "lie"])
async def test_trying_it_finds_what_is_wrong(rig: Rig, mode: str) -> None:
    can(rig, mode)
    rig.mode(mode)
    with pytest.raises(SourceError):
        await rig.outlet.prove()
