"""Trying the ticket systems of a config: as whom do we ask, and which rights are missing. Nothing is written."""

from __future__ import annotations

import asyncio

from console import service
from console.cli.findings import FAIL, OK, WARN, Finding
from console.config.setup import Setup
from console.errors import OncallError, SourceError
from console.ports.sources import Proof
from console.ports.tickets import TicketSystem

ANSWER_WITHIN = 20.0  # seconds; all are asked at the same time


async def try_tickets(setup: Setup) -> list[Finding]:
    """Prove the credentials of every ticket system."""
    systems = service.make_tickets(setup)
    answers = await asyncio.gather(*(_asked(system) for system in systems))
    await asyncio.gather(*(system.close() for system in systems), return_exceptions=True)
    pairs = zip(systems, answers, strict=True)
    return [finding for system, answer in pairs for finding in _findings(system.name, answer)]


async def _asked(system: TicketSystem) -> Proof | OncallError:
    try:
        async with asyncio.timeout(ANSWER_WITHIN):
            return await system.prove()
    except TimeoutError:
        return SourceError(f"no answer within {ANSWER_WITHIN:.0f} s")
    except OncallError as error:
        return error


def _findings(name: str, answer: Proof | OncallError) -> list[Finding]:
    if isinstance(answer, OncallError):
        return [Finding("tickets", name, FAIL, str(answer), code=answer.exit_code)]
    who = f"answers, as {answer.identity}" if answer.identity else "answers"
    return [
        Finding("tickets", name, WARN if answer.missing else OK, who),
        *(Finding("tickets", name, WARN, f"missing: {right}") for right in answer.missing),
    ]
