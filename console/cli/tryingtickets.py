"""Trying the ticket systems of a config: as whom do we ask, and which rights are missing. Nothing is written."""

from __future__ import annotations

import asyncio

from console import service
from console.cli.answered import answered
from console.cli.findings import FAIL, OK, WARN, Finding
from console.config.setup import Setup
from console.errors import OncallError
from console.ports.sources import Proof


async def try_tickets(setup: Setup) -> list[Finding]:
    """Prove the credentials of every ticket system."""
    systems = service.make_tickets(setup)
    answers = await asyncio.gather(*(answered(system.prove()) for system in systems))
    await asyncio.gather(*(system.close() for system in systems), return_exceptions=True)
    pairs = zip(systems, answers, strict=True)
    return [finding for system, answer in pairs for finding in _findings(system.name, answer)]


def _findings(name: str, answer: Proof | OncallError) -> list[Finding]:
    if isinstance(answer, OncallError):
        return [Finding("tickets", name, FAIL, str(answer), code=answer.exit_code)]
    who = f"answers, as {answer.identity}" if answer.identity else "answers"
    return [
        Finding("tickets", name, WARN if answer.missing else OK, who),
        *(Finding("tickets", name, WARN, f"missing: {right}") for right in answer.missing),
    ]
