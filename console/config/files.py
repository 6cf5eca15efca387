"""Writing small files that only their owner may read, whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def write_whole(path: Path, content: str | bytes, *, overwrite: bool = False, mode: int = 0o600) -> None:
    """Write a file with mode 0600, or another; readers see the old one or the new one, never a part.

    Folders on the way are made. Raises ``FileExistsError`` where the file exists and may not be
    overwritten, ``OSError`` where it cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")  # made with mode 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content.encode() if isinstance(content, str) else content)
            os.fchmod(handle, mode)
        if overwrite:
            Path(name).replace(path)
        else:
            os.link(name, path)  # unlike a rename, never replaces a file that appeared meanwhile
    finally:
        Path(name).unlink(missing_ok=True)
