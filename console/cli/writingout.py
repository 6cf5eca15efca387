"""Writing to stdout, which may be full, gone or closed. Light: every command ends here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from console.errors import OutputError


@contextmanager
def writing_out() -> Iterator[None]:
    """Turn a stdout that cannot be written into an ``OutputError``; a reader who has left is none."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputError(
            f"the answer cannot be written ({error.strerror or error})",
            hint="make room or send it elsewhere; what the command changed stays changed",
        ) from None
