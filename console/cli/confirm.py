"""Ask before something that cannot be taken back."""

from __future__ import annotations

import sys

from console.cli.output import complain
from console.errors import UsageError


def confirmed(question: str, *, yes: bool) -> bool:
    """Return whether the person says yes; ``yes`` is ``--yes``. Anything but a clear yes is a no.

    Raises ``UsageError`` where nobody can be asked.
    """
    if yes:
        return True
    if not sys.stdin.isatty():
        raise UsageError("nobody is here to say yes", hint="give --yes")
    complain(f"{question} [y/N]")
    if sys.stdin.readline().strip().lower() in {"y", "yes"}:
        return True
    complain("nothing was changed")
    return False
