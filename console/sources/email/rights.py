"""What we may do in our folders, as far as a server says so without anything being changed."""

from __future__ import annotations

from console.domain.vocabulary import EffectKind
from console.sources.email.connection import RefusedError
from console.sources.email.mailbox import Mailbox
from console.sources.email.options import Options

_RIGHTS = {
    "r": "read it",
    "w": "put stars on mail",
    "i": "put mail into it",
    "t": "mark mail as deleted, which moving does",
    "e": "remove mail, which moving does",
}
"""The letters of RFC 4314 that matter here, and what each is for."""

Found = tuple[tuple[str, ...], tuple[str, ...]]
"""Rights that are missing, and what could not be tried."""


def missing_rights(mailbox: Mailbox, options: Options) -> Found:
    """Return what we lack. Raises ``SourceError`` where the folder cannot even be read."""
    does = {kind for kind, _ in options.ability.does}
    stars, moves = EffectKind.ACK in does, EffectKind.RESOLVE in does
    mailbox.look_into(options.folder)
    missing = list(_lacking(mailbox, options.folder, "r" + "w" * stars + "ite" * moves))
    if (stars or moves) and not missing:
        missing += _unchangeable(mailbox, options.folder, stars=stars)
    unproven: list[str] = []
    if moves and options.done is not None:
        if mailbox.exists(options.done):
            missing += _lacking(mailbox, options.done, "rite")
        else:
            unproven.append(f"making the folder {options.done}: done with the first report that is resolved")
    return tuple(missing), tuple(unproven)


def _lacking(mailbox: Mailbox, folder: str, letters: str) -> list[str]:
    has = mailbox.rights(folder)
    if has is None:
        return []
    has += "te" if "d" in has else ""  # RFC 2086's one right for both
    return [f"{letter} on {folder}: needed to {_RIGHTS[letter]}" for letter in letters if letter not in has]


def _unchangeable(mailbox: Mailbox, folder: str, *, stars: bool) -> list[str]:
    """Open the folder as acting does."""
    try:
        mailbox.open(folder)
    except RefusedError as error:
        if error.code != "READ-ONLY":
            raise
        return [f"write access to {folder}: needed to act on mail"]
    return (
        [f"\\Flagged in {folder}: it keeps no stars, which are needed to ack"]
        if stars and not mailbox.keeps_stars()
        else []
    )
