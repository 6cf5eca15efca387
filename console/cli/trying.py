"""Trying the sources of a config: do they answer, as whom do we ask, which rights are missing, what can be done there."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from console import bootstrap, service
from console.cli.answered import answered
from console.cli.findings import FAIL, OK, WARN, Finding
from console.config.setup import Setup
from console.domain.ability import Ability, keys_in_words
from console.domain.alert import Poll
from console.domain.human import count
from console.errors import OncallError
from console.ports import channels
from console.ports.sources import AlertSource, Proof, Provable


async def try_sources(setup: Setup) -> list[Finding]:
    """Ask every source what fires and prove its credentials, by calls that change nothing."""
    sources = bootstrap.make_sources(setup)
    found = await asyncio.gather(
        *(try_source(source, setup.policy.ability(source.name)) for source in sources)
    )
    return [finding for findings in found for finding in findings]


async def try_source(source: AlertSource, ability: Ability) -> list[Finding]:
    """Ask one source and let go of it; ``ability`` is what its config has done there."""
    poll, proof = await _try(source)
    return list(_findings(source.name, poll, proof, ability))


async def try_channels(setup: Setup) -> list[Finding]:
    """Prove every channel that can be tried without sending anything to anybody."""
    made = service.make_channels(setup)
    found = await asyncio.gather(*(_try_channel(one) for one in made))
    await asyncio.gather(*(one.close() for one in made), return_exceptions=True)
    return list(found)


async def _try_channel(channel: channels.Channel) -> Finding:
    if not isinstance(channel, channels.Provable):
        return Finding(
            "channel", channel.name, OK, f"only a message can tell: oncall notify test --via {channel.name}"
        )
    proof = await answered(channel.prove())
    if isinstance(proof, OncallError):
        return Finding("channel", channel.name, FAIL, str(proof), code=proof.exit_code)
    return Finding("channel", channel.name, OK, proof)


async def try_outlets(setup: Setup) -> list[Finding]:
    """Prove every outlet, by calls that tell nobody anything."""
    made = service.make_outlets(setup)
    proofs = await asyncio.gather(*(answered(one.prove()) for one in made))
    await asyncio.gather(*(one.close() for one in made), return_exceptions=True)
    return [
        Finding("outlet", one.name, FAIL, str(proof), code=proof.exit_code)
        if isinstance(proof, OncallError)
        else Finding("outlet", one.name, OK, proof)
        for one, proof in zip(made, proofs, strict=True)
    ]


async def _try(source: AlertSource) -> tuple[Poll | OncallError, Proof | OncallError | None]:
    """Return what a source answers, and what its credentials are good for: None where it has no way to tell."""
    try:
        poll = await answered(source.fetch())
        proof = await answered(source.prove()) if isinstance(source, Provable) else None
    finally:
        await source.close()
    return poll, proof


def _findings(
    name: str, poll: Poll | OncallError, proof: Proof | OncallError | None, ability: Ability
) -> Iterator[Finding]:
    if isinstance(poll, OncallError):
        yield Finding("source", name, FAIL, str(poll), code=poll.exit_code)
    else:
        text = f"answers, {len(poll.alerts)} firing"
        doubt = not poll.complete or bool(poll.problems)
        more = f"; {'; '.join(poll.problems) or 'incomplete'}" if doubt else ""
        yield Finding("source", name, WARN if doubt else OK, text + more)
    if isinstance(proof, Proof):
        yield from _rights(name, proof)
    elif proof is not None and not isinstance(poll, OncallError):
        yield Finding("rights", name, FAIL, str(proof), code=proof.exit_code)
    yield Finding("actions", name, OK, keys_in_words(ability))


def _rights(name: str, proof: Proof) -> Iterator[Finding]:
    """Yield as whom we ask, and a line for each right that we lack or could not try."""
    unproven = (
        f"; not tried, as that would change something: {', '.join(proof.unproven)}" if proof.unproven else ""
    )
    who = f"as {proof.identity}" if proof.identity else "accepted"
    if not proof.missing:
        yield Finding("rights", name, OK, who + unproven)
        return
    yield Finding("rights", name, WARN, f"{who}, but {count(len(proof.missing), 'right')} missing{unproven}")
    for right in proof.missing:
        yield Finding("rights", name, WARN, f"missing: {right}")
