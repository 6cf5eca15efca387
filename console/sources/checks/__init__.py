"""Health checks of our own: does it answer over HTTP, does the port open, for how long is the certificate good.

Made from where the engine runs: they see what a user there would see, and nothing of the inside.
"""

from typing import TYPE_CHECKING, Any

from console.sources.checks.options import Options
from console.sources.checks.reader import parse

if TYPE_CHECKING:
    from console.sources.checks.source import Source

__all__ = ["Options", "Source", "parse"]


def __getattr__(name: str) -> Any:
    """Load what speaks to servers when it is asked for; who only checks a config does without."""
    if name == "Source":
        from console.sources.checks.source import Source  # noqa: PLC0415 - see above

        return Source
    raise AttributeError(name)
