"""What SQLite's errors mean to the person at the console: one line and what to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import apsw

from console.errors import StoreError

NOTHING_SAVED = "nothing was saved"

# First match counts, so the particular stands before the general.
_MEANINGS: tuple[tuple[type[Exception], str, str], ...] = (
    (
        apsw.BusyError,
        "is locked by another program for too long",
        f"{NOTHING_SAVED}; close what holds it (a database browser, a copy in progress) and try again",
    ),
    (apsw.FullError, "cannot grow: the disk is full", f"{NOTHING_SAVED}; free some space and try again"),
    (
        apsw.ReadOnlyError,
        "is read-only",
        f"{NOTHING_SAVED}; check who may write to the file and its folder",
    ),
    (
        apsw.CorruptError,
        "is damaged",
        "keep the file, restore the last backup, and run oncall store check on it",
    ),
    (apsw.NotADBError, "is not an oncall store", "name another file in [store] url"),
    (apsw.CantOpenError, "cannot be opened", "check that its folder exists and who may read and write there"),
    (apsw.PermissionsError, "may not be opened", "check who may read and write the file"),
    (apsw.IOError, "cannot be read or written (disk error)", f"{NOTHING_SAVED}; check the disk"),
    (apsw.NoMemError, "needs more memory than there is", NOTHING_SAVED),
    (apsw.ConnectionClosedError, "has been closed", "start the console again"),
)


def explain(error: Exception, where: object) -> StoreError:
    """Return the ``StoreError`` that says an SQLite error in plain words."""
    if isinstance(error, UnicodeEncodeError):
        return StoreError("A text with broken characters cannot be stored", hint=NOTHING_SAVED)
    for kind, what, hint in _MEANINGS:
        if isinstance(error, kind):
            return StoreError(f"The store {where} {what}", hint=hint)
    return StoreError(f"The store {where} refused ({error})", hint="oncall store check says more")


@contextmanager
def plain_errors(where: object) -> Iterator[None]:
    """Turn SQLite's errors into ``StoreError``."""
    try:
        yield
    except (apsw.Error, UnicodeEncodeError) as error:
        raise explain(error, where) from error
