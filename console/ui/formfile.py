"""A form in a file of its own for the person's editor."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def form_file(form: str, name: str) -> Path:
    """Return a new file that only its owner may read, with the form in it. Raises ``OSError``."""
    number, path = tempfile.mkstemp(prefix=f"oncall-{name}-", suffix=".md")
    with os.fdopen(number, "w", encoding="utf-8") as out:
        out.write(form)
    return Path(path)


def read_form(file: Path) -> str:
    """Return what an editor left there, without the mark that some put before UTF-8. Raises ``OSError``, ``ValueError``."""
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError("the editor did not leave UTF-8 text") from None
