"""What is done in a mailbox: looking, starring, moving. All of it blocks: it is for a thread.

Nothing here marks a message as read, and nothing is removed that was not put elsewhere before.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from email import message_from_bytes
from enum import StrEnum

from console.errors import SourceError
from console.sources.email.connection import RefusedError
from console.sources.email.grammar import Fetched, folder_name, of_thread, uid_set, wanted
from console.sources.email.message import headers_of, own_id, thread_of
from console.sources.email.session import Session

CAP = 500
"""Messages of a folder that are read, the newest ones."""

HEAD = 32_768
"""Bytes of a message that are read, headers included."""

_IDS = "(UID BODY.PEEK[HEADER.FIELDS (MESSAGE-ID REFERENCES IN-REPLY-TO)])"


@dataclass(frozen=True, slots=True)
class Listing:
    """What is in the folder: all that was asked for by UID, how the newest of it stands, and how many are older."""

    validity: str
    uids: frozenset[int]
    newest: Mapping[int, Fetched]
    beyond: int


class Moved(StrEnum):
    """What became of a thread that was to be moved."""

    MOVED = "moved"
    THERE = "there"  # it has been moved before
    GONE = "gone"  # it is in neither folder


class Mailbox(Session):
    """One user's mailbox."""

    # Looking

    def listing(self, since: date) -> Listing:
        """Return what has come since a day and is asked for."""
        validity = self.look_into(self.options.folder)
        uids = self.search(*wanted(self.options, since))
        newest = self.fetch(uids[-CAP:], "(UID FLAGS INTERNALDATE)")
        return Listing(validity, frozenset(uids), {one.uid: one for one in newest}, len(uids[:-CAP]))

    def heads(self, validity: str, uids: Iterable[int]) -> dict[int, str]:
        """Return the beginnings of messages; of one that has gone meanwhile, nothing."""
        if self.look_into(self.options.folder) != validity:
            return {}
        found = self.fetch(uids, f"(UID BODY.PEEK[]<0.{HEAD}>)")
        return {one.uid: one.body for one in found if one.body is not None}

    def find(self, thread: str, validity: str) -> dict[int, str]:
        """Return the messages of a thread in the selected folder: their UIDs, and the ids that they have themselves.

        A message without any id is its own thread, known by UIDVALIDITY and UID.
        """
        if not thread.startswith("<"):
            there, _, uid = thread.partition("/")
            if there != validity or not uid.isdecimal():
                return {}
            return dict.fromkeys(self.search(["UNDELETED", "UID", uid]), "")
        found = {}
        for one in self.fetch(self.search(of_thread(thread))[-CAP:], _IDS):
            headers = headers_of(message_from_bytes((one.body or "").encode("utf-8", "surrogateescape")))
            if thread_of(headers) == thread:
                found[one.uid] = own_id(headers)
        return found

    def find_in(self, folder: str, thread: str) -> dict[int, str]:
        """Look for a thread in a folder; one that does not exist has nothing."""
        return self.find(thread, self.look_into(folder)) if self.exists(folder) else {}

    # Acting

    def star(self, thread: str, *, on: bool) -> bool:
        """Put a star on all of a thread or take it away; return whether there was anything to do it to."""
        folder = self.options.folder
        validity = self.open(folder)
        if not self.keeps_stars():
            raise SourceError(
                f"{folder} keeps no stars",
                hint='leave "ack" out of actions, or take a folder of your own',
                permanent=True,
            )
        uids = self.find(thread, validity)
        if uids:
            self._store(uids, "+FLAGS" if on else "-FLAGS", "\\Flagged")
        return bool(uids)

    def move(self, thread: str, origin: str, target: str) -> Moved:
        """Move all of a thread from one folder to another, which is made where it is missing."""
        uids = self.find(thread, self.open(origin)) if self.exists(origin) else {}
        if not uids:
            return Moved.THERE if self.find_in(target, thread) else Moved.GONE
        if "MOVE" in self.imap.offers:
            self._put("MOVE", uids, target)
        else:
            self._copy_and_delete(thread, uids, origin, target)
        return Moved.MOVED

    def keeps_stars(self) -> bool:
        """Return whether the opened folder keeps flags for good; a server that does not say so does (RFC 3501)."""
        kept = self.said("PERMANENTFLAGS").casefold()
        return not kept or "\\flagged" in kept or "\\*" in kept

    def rights(self, folder: str) -> str | None:
        """Return the letters of our rights on a folder (RFC 4314), None where the server does not say."""
        if "ACL" not in self.imap.offers:
            return None
        status, lines = self.imap.myrights(folder_name(folder))
        last = lines[-1] if lines else None
        return (
            last.decode("ascii", "replace").split()[-1]
            if status == "OK" and isinstance(last, bytes) and last
            else None
        )

    def _copy_and_delete(self, thread: str, uids: Mapping[int, str], origin: str, target: str) -> None:
        """Move as before RFC 6851. What an attempt that broke off has copied already is not copied again.

        Where single messages cannot be expunged they stay, marked as deleted: a plain EXPUNGE would
        take with it what others have marked.
        """
        copied = set(self.find_in(target, thread).values())
        self.open(origin)
        fresh = [uid for uid, own in uids.items() if not own or own not in copied]
        if fresh:
            self._put("COPY", fresh, target)
        self._store(uids, "+FLAGS.SILENT", "\\Deleted")
        if "UIDPLUS" in self.imap.offers:
            self.agreed(self.imap.uid("EXPUNGE", uid_set(uids)), f"remove mail from {origin}")

    def _put(self, command: str, uids: Iterable[int], target: str) -> None:
        """Move or copy; a folder that is missing is made."""
        what = f"{command.lower()} mail to {target}"
        name = folder_name(target)
        try:
            self.agreed(self.imap.uid(command, uid_set(uids), name), what)
        except RefusedError:
            if self.exists(target):
                raise
            self.agreed(self.imap.create(name), f"make the folder {target}")
            self.imap.subscribe(name)  # so that mail programs show it; no matter if not
            self.agreed(self.imap.uid(command, uid_set(uids), name), what)

    def _store(self, uids: Iterable[int], change: str, flag: str) -> None:
        self.agreed(self.imap.uid("STORE", uid_set(uids), change, f"({flag})"), "change flags")
