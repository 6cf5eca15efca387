"""Notes that the store could not take, kept in a small file until it can: they outlive the console."""

from __future__ import annotations

import fcntl
import hashlib
import json
import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import platformdirs

from console.domain.text import multi_line, one_line

LIMIT = 4 << 20  # bytes; a larger file was not written by us

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class WaitingNote:
    """A note by ``actor`` (a name) as it was written, at a time of the store's. ``op`` makes sending it again safe."""

    incident: str
    text: str
    op: str
    actor: str
    written_at: datetime

    @property
    def told(self) -> str:
        """Its text with when it was written, as the log will date it later; always the same, whoever sends it."""
        return f"{self.text} (written {self.written_at:%Y-%m-%d %H:%M} UTC while the store was away)"


def notes_file(store: str) -> Path:
    """Return where the notes for a store wait. ``store`` tells it from others; it is not in the name."""
    name = hashlib.sha256(store.encode()).hexdigest()[:16]
    return platformdirs.user_state_path("oncall", appauthor=False) / f"notes-{name}.json"


class WaitingNotes:
    """The file of one store, for its owner only: made when needed, gone when empty.

    Several consoles on one machine share it. ``write`` writes a file whole or not at all. What
    cannot be read is set aside, never thrown away, and ``warnings`` says so. All methods block.
    """

    def __init__(self, path: Path, write: Callable[[Path, str], None]) -> None:
        self._path = path
        self._write = write
        self.warnings: tuple[str, ...] = ()

    def load(self) -> tuple[WaitingNote, ...]:
        """Return the notes that wait, oldest first; none where the file cannot be used."""
        try:
            return self._read()
        except OSError as error:
            self._warn(f"notes that wait in {self._path} cannot be read: {error.strerror or error}")
            return ()

    def add(self, note: WaitingNote) -> None:
        """Keep one more note. Raises ``OSError`` or ``ValueError`` where it cannot be kept."""
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with self._alone():
            others = [one for one in self._read() if one.op != note.op]
            self._save((*others, note))

    def remove(self, op: str) -> None:
        """Forget a note that waits no longer. Raises ``OSError``."""
        if not self._path.exists():
            return
        with self._alone():
            self._save(tuple(one for one in self._read() if one.op != op))

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep the other consoles of this machine from changing the file meanwhile."""
        folder = os.open(self._path.parent, os.O_RDONLY)
        try:
            fcntl.flock(folder, fcntl.LOCK_EX)
            yield
        finally:
            os.close(folder)

    def _read(self) -> tuple[WaitingNote, ...]:
        try:
            with self._path.open("rb") as file:
                content = file.read(LIMIT + 1)
        except FileNotFoundError:
            return ()
        try:
            return _notes(content)
        except (ValueError, TypeError, KeyError, OverflowError, RecursionError) as error:
            log.warning("%s cannot be understood: %s", self._path, one_line(str(error), 200))
        aside = self._path.with_name(f"{self._path.name}.bad")
        self._path.replace(aside)
        self._warn(f"notes that waited to be saved cannot be read: they were set aside as {aside}")
        return ()

    def _save(self, notes: tuple[WaitingNote, ...]) -> None:
        if not notes:
            self._path.unlink(missing_ok=True)
            return
        told = [asdict(note) | {"written_at": note.written_at.isoformat()} for note in notes]
        self._write(self._path, json.dumps({"notes": told}, ensure_ascii=False, indent=1) + "\n")

    def _warn(self, text: str) -> None:
        log.warning("%s", text)
        self.warnings = (*self.warnings, text)


def _notes(content: bytes) -> tuple[WaitingNote, ...]:
    """Return the notes of a file; raises some error for any other content."""
    if len(content) > LIMIT:
        raise ValueError("it is too large")
    return tuple(_note(table) for table in json.loads(content)["notes"])


def _note(table: dict[str, Any]) -> WaitingNote:
    incident, text, op, actor = (table[name] for name in ("incident", "text", "op", "actor"))
    if not all(isinstance(part, str) and part for part in (incident, text, op, actor)):
        raise ValueError("a note lacks a part")
    written_at = datetime.fromisoformat(table["written_at"])
    if written_at.tzinfo is None:
        raise ValueError("a time has no time zone")
    return WaitingNote(
        one_line(incident), multi_line(text), one_line(op), one_line(actor), written_at.astimezone(UTC)
    )
