"""Reports by email: a mailbox read over IMAP, where each thread is an incident.

The folder is the list: a message that is in it is open, one that was moved out of it or deleted is over.
A star (IMAP's flag ``Flagged``) is an ack, so that everybody with a mail program sees it and can give one.
"""

from typing import TYPE_CHECKING, Any

from console.sources.email.options import Options
from console.sources.email.reader import parse

if TYPE_CHECKING:
    from console.sources.email.source import Source

__all__ = ["Options", "Source", "parse"]


def __getattr__(name: str) -> Any:
    """Load what speaks to a server when it is asked for; who only checks a config does without."""
    if name == "Source":
        from console.sources.email.source import Source  # noqa: PLC0415 - see above

        return Source
    raise AttributeError(name)
