"""What each kind says of itself: what it does, and why it does not do the rest."""

from __future__ import annotations

import pytest

from console.domain.ability import Ability
from console.domain.vocabulary import EffectKind
from console.ports.sources import Actuator
from console.sources import registry
from tests.sources.conftest import HeldClock
from tests.sources.contract.fixtures import fixture_of

SAID = (EffectKind.ACK, EffectKind.SNOOZE, EffectKind.RESOLVE, EffectKind.NOTE)
"""What every key that a user presses comes to: of each it is said what happens there."""

# A timeline is no product: nobody expects it to do anything.
kinds = pytest.mark.parametrize("kind", [kind for kind in registry.kinds() if kind != "replay"])


def abilities(kind: str) -> list[Ability]:
    """Return what a source does with the options of its fixture, and with every action switched on."""
    options = fixture_of(kind).options
    found = [options.ability]
    if hasattr(options, "actions"):
        everything = tuple(getattr(options, "DOES", ()))
        found.append(options.model_copy(update={"actions": everything}).ability)
    return found


@kinds
def test_of_every_action_it_is_said_what_it_is_or_why_not(kind: str) -> None:
    for ability in abilities(kind):
        assert [effect.value for effect in SAID if not ability.words(effect)] == []
        done, lacked = ({effect for effect, _ in pairs} for pairs in (ability.does, ability.lacks))
        assert done.isdisjoint(lacked)
        for _, words in (*ability.does, *ability.lacks):
            assert words.isprintable()
            assert words == words.strip().removesuffix(".")
            assert len(words) <= 200


@kinds
def test_it_can_be_asked_for_what_it_says_and_nothing_else(kind: str, clock: HeldClock) -> None:
    options = fixture_of(kind).options
    source = registry.build(kind, "under-test", options, clock)
    can = source.can if isinstance(source, Actuator) else frozenset()
    assert can == {effect for effect, _ in options.ability.does}
