"""One connection to an IMAP server that is kept, and how to speak on it. All of it blocks: it is for a thread."""

from __future__ import annotations

import imaplib
import socket
import ssl
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any, Self, TypeVar

from console.errors import SourceError
from console.sources.email.connection import Imap, RefusedError, TooMuchError, connected, cut, failure
from console.sources.email.grammar import Fetched, fetched, folder_name, uid_set, uids_in
from console.sources.email.options import Options

T = TypeVar("T")

_GOODBYE_SECONDS = 2.0
_STALE = (imaplib.IMAP4.abort, ConnectionError, ssl.SSLEOFError)


class Session:
    """A connection that is made when it is first needed, and again when it has ended.

    Used by one thread at a time, through ``do``; only ``abandon`` may be called from another.
    """

    def __init__(self, options: Options) -> None:
        self.options = options
        self._connection: Imap | None = None
        self._socket: socket.socket | None = None
        self._abandoned = False

    def do(self, job: Callable[[Self], T]) -> T:
        """Return what the job returns. Raises ``SourceError`` and nothing else.

        A kept connection may have ended meanwhile (servers drop idle ones), which shows only when it
        is used: then the job begins again on a new one. Jobs are safe to do twice.
        """
        kept = self._connection is not None
        if self._connection is not None:
            self._connection.begin()
        try:
            try:
                return job(self)
            except _STALE:
                if not kept:
                    raise
                self._drop()
            return job(self)
        except SourceError:
            raise
        except (imaplib.IMAP4.error, OSError, ValueError, KeyError, TooMuchError) as error:
            self._drop()
            raise failure(error, self.options) from None
        finally:
            if self._abandoned:
                self._drop()

    def abandon(self) -> None:
        """Let the job that runs come to its end at once: nobody waits for it any more."""
        self._abandoned = True
        if self._socket is not None:
            with suppress(OSError):
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)  # beneath TLS, which would wait

    def close(self) -> None:
        """Take leave of the server; safe to call twice."""
        connection, self._connection = self._connection, None
        if connection is None:
            return
        try:
            connection.sock.settimeout(_GOODBYE_SECONDS)
            connection.logout()
        except (imaplib.IMAP4.error, OSError, ValueError, TooMuchError):
            cut(connection)

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            cut(connection)

    def _opened(self, sock: socket.socket) -> None:
        self._socket = sock
        if self._abandoned:
            self.abandon()

    @property
    def imap(self) -> Imap:
        """The connection, logged in."""
        if self._connection is None:
            if self._abandoned:
                raise ConnectionAbortedError
            self._connection = connected(self.options, self._opened)
        return self._connection

    def look_into(self, folder: str) -> str:
        """Select a folder without changing anything in it, and return its UIDVALIDITY."""
        answer = self.imap.select(folder_name(folder), readonly=True)
        self.agreed(answer, f"look into {folder}")
        return self.said("UIDVALIDITY")

    def open(self, folder: str) -> str:
        """Select a folder to change something in it, and return its UIDVALIDITY."""
        try:
            answer = self.imap.select(folder_name(folder))
        except imaplib.IMAP4.readonly:
            self.look_into(folder)  # until then the library refuses every other command
            raise RefusedError(
                self.options.place, f"change {folder}", "[READ-ONLY] it may only be read"
            ) from None
        self.agreed(answer, f"open {folder}")
        return self.said("UIDVALIDITY")

    def exists(self, folder: str) -> bool:
        """Return whether there is such a folder; not all servers say so when they refuse to open it."""
        answer = self.agreed(self.imap.list('""', folder_name(folder)), "list folders")
        lines = [part[0] if isinstance(part, tuple) else part for part in answer if part]
        return any(
            b"\\noselect" not in line.lower() and b"\\nonexistent" not in line.lower() for line in lines
        )

    def search(self, criteria: list[str], literal: bytes | None = None) -> list[int]:
        """Return the UIDs of what is found in the selected folder, in order."""
        self.imap.literal = literal  # type: ignore[assignment] # it is sent as it is, so it has to be bytes
        return uids_in(self.agreed(self.imap.uid("SEARCH", *criteria), "search"))

    def fetch(self, uids: Iterable[int], items: str) -> list[Fetched]:
        """Return what there is of messages in the selected folder; what has gone is left out."""
        asked = set(uids)
        if not asked:
            return []
        answer = self.agreed(self.imap.uid("FETCH", uid_set(asked), items), "show messages")
        return [one for one in fetched(answer) if one.uid in asked]

    def agreed(self, answer: tuple[str, list[Any]], what: str) -> list[Any]:
        """Return what was answered. Raises ``RefusedError`` where that is NO."""
        status, lines = answer
        if status != "OK":
            raise RefusedError(self.options.place, what, lines[-1] if lines else b"")
        return lines

    def said(self, name: str) -> str:
        """Return what the server said of the selected folder, empty where it said nothing."""
        value = self.imap.response(name)[1]
        last = value[-1] if value else None
        return last.decode("ascii", "replace") if isinstance(last, bytes) else ""
