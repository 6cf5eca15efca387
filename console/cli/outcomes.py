"""What became of a command, on stdout or stderr, and its exit code."""

from __future__ import annotations

import re
import uuid

from console.cli.context import Context
from console.cli.output import complain, say
from console.ports.desk import Asks, NotSaved, Outcome, Refused, Unknown

DONE, NO, UNREACHABLE = 0, 1, 3


def tell(outcome: Outcome) -> int:
    """Say what became of a command and return its exit code."""
    match outcome:
        case Refused():
            complain(_named(outcome.incident, outcome.text))
            return NO
        case Asks():
            flag = outcome.field.replace("_", "-")
            complain(f"{_named(outcome.incident, outcome.question)} (then add --{flag})")
            return NO
        case NotSaved():
            complain(f"NOT saved: {_named(outcome.incident, outcome.text)}")
            return UNREACHABLE
        case Unknown():
            complain(f"not known whether it was saved: {_named(outcome.incident, outcome.text)}")
            return UNREACHABLE
        case _:
            say(_named(outcome.incident, outcome.text))
            return DONE


def say_if_nobody_is_the_engine(context: Context) -> None:
    """Warn that what was saved has no effect yet."""
    report = context.store.engine()
    if report is None or context.store.now() > report.expires_at:
        complain(
            "saved, but nobody runs the engine: nothing escalates and no source is told (oncall watch runs it)"
        )


def new_op() -> str:
    """Return the id of one command, by which it is carried out once."""
    return uuid.uuid4().hex


def _named(incident: str, text: str) -> str:
    return text if not incident or re.search(rf"\b{incident}\b", text) else f"{incident}: {text}"
