"""What is being written and not saved yet: it outlives its dialog, and in a private file the console too."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from console.clock import SystemClock
from console.domain.human import count
from console.ui.draftfile import KEPT_FOR, Begun, DraftFile

NOTE = "note"
UPDATE = "client update"
RESOLUTION = "resolution"
TICKET = "ticket"
HANDOVER = "handover"
EDITED = "editor"
"""Kinds of what is written. They are in the files: a kind keeps its name."""

EVERY = 1.0
"""Seconds between two looks at a dialog that is written in: what a kill costs at most."""
_NAMED = 3


class Drafts:
    """Texts by their kind and what they are about; a text of blanks is none.

    ``changed`` is called after each change that is to be kept in the file, ``tell`` with what a person has to
    know: what was found, and once that nothing can be kept. Of what is in an editor only its file is known,
    as long as there is one. Without a file (a rehearsal, a
    console that only looks) they live as long as the console.
    """

    def __init__(self, file: DraftFile | None = None, now: Callable[[], datetime] | None = None) -> None:
        self._file = file
        self._now = now or SystemClock().now
        self._all: tuple[Begun, ...] = ()
        self._read: Callable[[], Mapping[str, str] | None] = lambda: None
        self._open: tuple[str, str] = ("", "")
        self._seen: Mapping[str, str] = {}
        self._told = ""
        self.changed: Callable[[], None] = lambda: None
        self.tell: Callable[[str], None] = lambda _line: None

    def take_over(self) -> None:
        """Take up what a console left that is gone, before this one begins."""
        if self._file is None:
            return
        try:
            self._all = self._file.take_over(self._now())
            files = ", ".join(one.about for one in self._lasting() if one.kind == EDITED)
        except OSError as error:
            self._cannot(error)
            return
        found = [f"written and not saved: {self.names()}; the same key offers it again"] if len(self) else []
        found += [f"what was in $EDITOR is in {files}"] if files else []
        if found:
            self.tell("; ".join(found))

    def get(self, kind: str, about: str) -> dict[str, str]:
        """Return the fields of a draft; none where there is none."""
        return next((dict(one.fields) for one in self._all if one.key == (kind, about)), {})

    def put(self, kind: str, about: str, fields: Mapping[str, str]) -> None:
        """Keep a draft in the place of the one there was."""
        if not any(text.strip() for text in fields.values()):
            self.drop(kind, about)
        elif self.get(kind, about) != fields:
            others = tuple(one for one in self._all if one.key != (kind, about))
            self._keep((*others, Begun(kind, about, dict(fields), self._now())))

    def drop(self, kind: str, about: str) -> None:
        """Forget a draft: it was saved, or thrown away."""
        others = tuple(one for one in self._all if one.key != (kind, about))
        if others != self._all:
            self._keep(others)

    def names(self) -> str:
        """Return what is begun, in words; empty where nothing is."""
        said = [
            f"{one.kind} of {one.about}" if " " not in one.about or one.kind == UPDATE else one.kind
            for one in self._begun
        ]
        more = [f"{len(said) - _NAMED} more"] if len(said) > _NAMED else []
        return ", ".join([*said[:_NAMED], *more])

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._begun)

    @property
    def _begun(self) -> tuple[Begun, ...]:
        return tuple(one for one in self._all if one.kind != EDITED)

    @property
    def how_long(self) -> str:
        """For how long they are kept, in words."""
        lasting = self._file is not None and not self._told
        return f"for {count(KEPT_FOR.days, 'day')}" if lasting else "until you leave"

    # While a dialog is written in

    def watch(self, kind: str, about: str, read: Callable[[], Mapping[str, str] | None]) -> None:
        """Look at what is written from now on; ``read`` returns None where it cannot be read now."""
        self._open, self._read, self._seen = (kind, about), read, self.get(kind, about)

    def unwatch(self) -> None:
        """Look for the last time."""
        self.look()
        self._read = lambda: None

    def look(self) -> None:
        """Keep what is written in the dialog, where it is another than at the last look."""
        fields = self._read()
        if fields is not None and fields != self._seen:
            self._seen = fields
            self.put(*self._open, fields)

    async def lend(self, file: Path) -> None:
        """Note a file before an editor gets it: the console knows of nothing meanwhile, not even its own end."""
        self.put(EDITED, str(file), {"file": file.name})
        await self.save()

    # The file

    def _keep(self, drafts: tuple[Begun, ...]) -> None:
        self._all = drafts
        if self._file is not None:
            self.changed()

    def _lasting(self) -> tuple[Begun, ...]:
        """Return what is worth keeping: a file that an editor had is gone once its text was saved."""
        return tuple(one for one in self._all if one.kind != EDITED or Path(one.about).exists())

    async def save(self) -> None:
        """Write the file beside the loop; where that fails it is told once."""
        if self._file is not None:
            try:
                await asyncio.to_thread(self._file.save, self._lasting)
                self._told = ""
            except (OSError, ValueError) as error:
                self._cannot(error)

    async def close(self) -> None:
        """Write what is there and let go of the file."""
        if self._file is not None:
            await self.save()
            await asyncio.to_thread(self._file.close)

    def _cannot(self, error: OSError | ValueError) -> None:
        why = (error.strerror if isinstance(error, OSError) else None) or str(error)
        said, self._told = self._told, f"what you write is not kept on this machine: {why.lower()}"
        if not said:
            self.tell(self._told)
