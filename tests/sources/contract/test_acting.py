"""Acting on what a source reported: honest about what is possible, and harmless when repeated."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from console.domain.alert import Alert
from console.domain.incident import Effect
from console.domain.people import Person
from console.domain.vocabulary import EffectKind, EffectState
from console.errors import SourceError
from console.ports.sources import Actuator, AlertSource, Settled
from console.sources import registry
from tests.sources.conftest import NOW
from tests.sources.incidents import done, effect, incident
from tests.sources.rigs import Given, Rig, extra

PEOPLE = {
    name: Person(name, name, (("email", f"{name.casefold()}@ops.example"),)) for name in ("Asha", "Budi")
}
UNTIL = NOW + timedelta(hours=1)
TEXTS = {EffectKind.NOTE: "we look into it", EffectKind.ASSIGN: "Budi", EffectKind.ESCALATE: "0"}
AFTER = {
    EffectKind.UNACK: EffectKind.ACK,
    EffectKind.WAKE: EffectKind.SNOOZE,
    EffectKind.REOPEN: EffectKind.RESOLVE,
}


@pytest.fixture
def acting(rig: Rig) -> AlertSource:
    source = extra(rig).acting or rig.source
    if not isinstance(source, Actuator):
        pytest.skip("for sources that can be acted on")
    return source


async def act(
    source: AlertSource, kind: EffectKind, alert: Alert, handle: str = "", effects: tuple[Effect, ...] = ()
) -> Settled:
    assert isinstance(source, Actuator)
    until = UNTIL if kind is EffectKind.SNOOZE else None
    entry = effect(kind, f"op-{kind.value}", until=until, text=TEXTS.get(kind, ""), handle=handle)
    return await source.act(entry, incident(alert, effects=effects), NOW, PEOPLE)


async def test_what_it_can_do_may_be_asked_twice(rig: Rig, acting: AlertSource) -> None:
    assert isinstance(acting, Actuator)
    for number, kind in enumerate(sorted(acting.can)):
        rig.fires(Given(f"A{number}"))
        alert = (await acting.fetch()).alerts[0]
        handle = ""
        effects: tuple[Effect, ...] = ()
        if kind in AFTER:
            earlier = await act(acting, AFTER[kind], alert)
            handle = earlier.handle
            entry = effect(AFTER[kind], f"op-{AFTER[kind].value}")
            effects = (done(entry, handle, earlier.until),)
        first = await act(acting, kind, alert, handle, effects)
        second = await act(acting, kind, alert, handle, effects)
        for settled in (first, second):
            assert settled.state is EffectState.DONE, f"{kind.value}: {settled.text}"
            assert settled.text.isprintable()
            assert settled.text
            assert settled.until is None or settled.until > NOW
        assert first.until == second.until
    await acting.close()


async def test_what_it_cannot_do_is_refused(rig: Rig, acting: AlertSource) -> None:
    """What the config switches off is kept from it by the engine, which goes by ``can``."""
    assert isinstance(acting, Actuator)
    rig.fires(Given("A"))
    alert = (await acting.fetch()).alerts[0]
    possible = acting.can | set(getattr(registry.options_of(acting.kind), "DOES", ()))
    for kind in sorted(set(EffectKind) - possible):
        try:
            settled = await act(acting, kind, alert)
        except SourceError as error:
            settled = Settled(EffectState.FAILED if error.permanent else EffectState.PENDING, str(error))
        assert settled.state is EffectState.FAILED, f"{kind.value}: {settled.text}"
        assert settled.text.isprintable()
        assert settled.text
    await acting.close()


async def test_an_incident_that_is_not_its_own_is_left_alone(rig: Rig, acting: AlertSource) -> None:
    """An effect may come late, when what it was about has left the incident."""
    assert isinstance(acting, Actuator)
    rig.fires(Given("A"))
    alert = (await acting.fetch()).alerts[0]
    other = replace(alert, ref=replace(alert.ref, source="another"))
    before = [] if rig.server is None else [one for one in rig.server.requests if one.method != "GET"]
    for kind in sorted(acting.can):
        settled = await act(acting, kind, other)
        assert settled.state is not EffectState.PENDING
    if rig.server is not None:
        sent = [one for one in rig.server.requests if one.method != "GET"]
        assert sent == before
    await acting.close()
