"""What a command writes into a file that was named with ``-o``."""

from __future__ import annotations

from pathlib import Path

from console.config.files import write_whole
from console.errors import UsageError


def to_file(target: Path, content: str | bytes) -> None:
    """Write a file, in place of one that is there. Raises ``UsageError``."""
    try:
        write_whole(target, content, overwrite=True)
    except OSError as error:
        raise UsageError(f"{target}: cannot be written ({error.strerror})") from None
