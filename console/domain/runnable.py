"""Whether the commands of a step may be run here, and if not, why."""

from __future__ import annotations

from collections.abc import Iterable

from console.domain.human import listed
from console.domain.placeholders import Filled
from console.domain.runbook import Step
from console.domain.shellwords import read_script

LONGEST = 20_000
"""Characters of a script."""
_NO_TLS = "this page came over http, where anybody on the way may have written it: copy its command instead"


def why_not(step: Step, filled: Filled, only: Iterable[str], book: str = "") -> str:
    """Return why a step's commands must not be run, empty where they may.

    ``only`` are the programs that the config allows (none named: any); each command has to begin with one of
    them, and there must be nothing of which that cannot be told. ``book`` is the runbook's path or address.
    """
    hurdles = (
        (not step.commands, f"step {step.n} has no command"),
        (not step.shell, f"step {step.n} is not fenced as sh or bash: copy its command instead"),
        (book.startswith("http://"), _NO_TLS),
        (bool(filled.troubles), "; ".join(filled.troubles[:1])),
        (len(filled.text) > LONGEST or "\0" in filled.text, "too long for a script to be run here"),
    )
    return next((why for is_so, why in hurdles if is_so), "") or _forbidden(filled.text, only)


def _forbidden(script: str, only: Iterable[str]) -> str:
    """Return which program the config does not allow; empty where it allows them all."""
    allowed = frozenset(only)
    if not allowed:
        return ""
    read = read_script(script, [])
    others = tuple(sorted(set(read.programs) - allowed))
    if others:
        return f"[runbooks] run_only does not name {listed(others)}"
    return "[runbooks] run_only: it cannot be told which programs this runs" if read.odd else ""
