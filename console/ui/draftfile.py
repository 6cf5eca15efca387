"""The private files of what is being written: each console has one, and what a dead one left is taken over."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import Any

import platformdirs

from console.domain.text import multi_line, one_line

KEPT_FOR = timedelta(days=7)
MOST = 50
"""Drafts in one file; the newest are kept."""
LIMIT = 1 << 20
"""Characters of a file: nobody types more."""
_NAME = "drafts.json"


@dataclass(frozen=True, slots=True)
class Begun:
    """Something begun and not saved: its kind ("note"), what it is about ("INC-1"), its fields, when it was last touched (UTC)."""

    kind: str
    about: str
    fields: Mapping[str, str]
    at: datetime

    @property
    def key(self) -> tuple[str, str]:
        """What tells it from others."""
        return self.kind, self.about


def drafts_folder() -> Path:
    """Return where the drafts of this machine's user are."""
    return platformdirs.user_state_path("oncall", appauthor=False) / "drafts"


class DraftFile:
    """The file of one console in a folder of its own, which is locked as long as the console lives.

    ``whose`` names the store and the person; it is not in the name. ``write`` writes a file whole or not at
    all, with mode 0600. All methods block and may be called from any thread.
    """

    def __init__(self, folder: Path, whose: str, write: Callable[[Path, str], None]) -> None:
        mark = hashlib.sha256(whose.encode()).hexdigest()[:16]
        self._folder = folder
        self._pattern = f"{mark}-*"
        self._own = folder / f"{mark}-{uuid.uuid4().hex[:12]}"
        self._write = write
        self._lock = -1
        self._one_at_a_time = Lock()

    def take_over(self, now: datetime) -> tuple[Begun, ...]:
        """Return what consoles left that are gone, the newest first; this one keeps it from now on.

        Of two that are about the same the older stays where it is, for the next start. What is older than
        ``KEPT_FOR`` goes. Raises ``OSError`` where the folder cannot be looked into.
        """
        if not self._folder.is_dir():
            return ()
        with self._alone():
            _throw_away_old(self._folder, now - KEPT_FOR)
            with ExitStack() as held:
                found, places = self._left(held, now)
                # Where this cannot be done it all stays where it is; the next save says what is wrong.
                with suppress(OSError, ValueError):
                    if found:
                        self._begin()
                        self.save(lambda: found)
                    for place in places:
                        shutil.rmtree(place)
        return found

    def _left(self, held: ExitStack, now: datetime) -> tuple[tuple[Begun, ...], list[Path]]:
        """Return what is left, and the folders that it is in, which nobody else takes over while they are ``held``."""
        taken: dict[tuple[str, str], Begun] = {}
        places: list[Path] = []
        for place in sorted(self._folder.glob(self._pattern), key=_touched_at, reverse=True):
            if held.enter_context(_locked(place)) and (drafts := _read(place / _NAME)) is not None:
                fresh = [one for one in drafts if now - one.at < KEPT_FOR]
                if all(taken.get(one.key, one).fields == one.fields for one in fresh):
                    taken = {one.key: one for one in fresh} | taken
                    places.append(place)
        return tuple(sorted(taken.values(), key=lambda one: one.at, reverse=True)), places

    def save(self, current: Callable[[], Sequence[Begun]]) -> None:
        """Write what there is when it comes to that. Raises ``OSError``, or ``ValueError`` where it is too much."""
        with self._one_at_a_time:
            drafts = sorted(current(), key=lambda one: one.at)[-MOST:]
            if not drafts:
                (self._own / _NAME).unlink(missing_ok=True)
                return
            told = [asdict(one) | {"at": one.at.isoformat()} for one in drafts]
            text = json.dumps({"drafts": told}, indent=1) + "\n"
            if len(text) > LIMIT:
                raise ValueError("it is too long")
            self._hold()
            self._write(self._own / _NAME, text)

    def close(self) -> None:
        """Let go of the folder; one with nothing in it is removed. What is there is for the next console."""
        with self._one_at_a_time:
            if self._lock < 0:
                return
            if not (self._own / _NAME).exists():
                shutil.rmtree(self._own, ignore_errors=True)
            os.close(self._lock)
            self._lock = -1

    def _hold(self) -> None:
        """See to it that there is a folder of this console's own."""
        if self._lock < 0 or not self._own.is_dir():
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with self._alone():
                self._begin()

    def _begin(self) -> None:
        """Make the folder and lock it, so that other consoles see that this one lives."""
        self._own.mkdir(mode=0o700, exist_ok=True)
        if self._lock >= 0:
            os.close(self._lock)
        self._lock = os.open(self._own, os.O_RDONLY)
        fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep other consoles from looking for what is left, or from beginning, meanwhile."""
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            fcntl.flock(folder, fcntl.LOCK_EX)
            yield
        finally:
            os.close(folder)


@contextmanager
def _locked(place: Path) -> Iterator[bool]:
    """Say whether a folder's console is gone; as long as that is looked at nobody else takes it over."""
    try:
        handle = os.open(place, os.O_RDONLY)
    except OSError:
        yield False
        return
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        free = True
    except OSError:
        free = False
    try:
        yield free
    finally:
        os.close(handle)


def _throw_away_old(folder: Path, before: datetime) -> None:
    """Remove what consoles that are gone wrote before a time, whosever it was."""
    for place in list(folder.iterdir()):
        with _locked(place) as free:
            if free and _touched_at(place) < before.timestamp():
                shutil.rmtree(place, ignore_errors=True)


def _touched_at(place: Path) -> float:
    """Return when something was last written there, in seconds; nothing is older than a folder that is gone."""
    times = [0.0]
    for path in (place, place / _NAME):
        with suppress(OSError):
            times.append(path.stat().st_mtime)
    return max(times)


def _read(path: Path) -> list[Begun] | None:
    """Return the drafts of a file; None where it is not one of ours: it stays until it is old."""
    try:
        with path.open(encoding="utf-8") as file:
            text = file.read(LIMIT + 1)
        return [_begun(one) for one in json.loads(text)["drafts"]]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def _begun(table: dict[str, Any]) -> Begun:
    fields = {
        one_line(name, 40): multi_line(str(text), LIMIT, 10_000) for name, text in table["fields"].items()
    }
    at = datetime.fromisoformat(table["at"])
    return Begun(one_line(table["kind"]), one_line(table["about"], 2_000), fields, at.astimezone(UTC))
