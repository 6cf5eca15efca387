"""A message as a letter. Pure. Nothing from outside can add a header or an addressee."""

from __future__ import annotations

import hashlib
import re
from email.message import EmailMessage
from email.policy import SMTP

from console.channels.base.texts import body_lines
from console.domain.text import one_line
from console.errors import DeliveryError
from console.ports.channels import Message

_LONGEST_SUBJECT = 180
_MAILBOX = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9][A-Za-z0-9.-]{0,252}")


def mailbox(text: str) -> bool:
    """Return whether a text is one plain address."""
    return bool(_MAILBOX.fullmatch(text))


def addressees(address: str) -> list[str]:
    """Return the addresses of a contact or a room. Raises ``DeliveryError`` for what is none."""
    found = [one.strip() for one in address.split(",") if one.strip()]
    wrong = [one for one in found if not mailbox(one)]
    if wrong or not found:
        said = one_line(wrong[0], 80) if wrong else "nothing"
        raise DeliveryError(
            f'"{said}" is not an email address',
            hint="correct contacts.email or the channel's room",
            permanent=True,
        )
    return found


def letter(message: Message, sender: str, to: list[str]) -> EmailMessage:
    """Return the letter. The same key gives the same Message-ID; all about one incident refer to one thread."""
    made = EmailMessage(policy=SMTP)
    made["From"] = sender
    made["To"] = ", ".join(to)
    made["Subject"] = one_line(message.title, _LONGEST_SUBJECT)
    made["Date"] = message.at
    made["Message-ID"] = message_id("message", message.key, sender)
    if message.incident:
        above = list(
            dict.fromkeys((message_id("incident", message.incident, sender), _id_in(message.thread)))
        )
        made["References"] = " ".join(one for one in above if one)
        made["In-Reply-To"] = [one for one in above if one][-1]
    made["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday replies, please
    made["X-Auto-Response-Suppress"] = "All"  # the same for Exchange
    if message.urgent:
        made["Importance"] = "high"
    made.set_content(_body(message), charset="utf-8")
    return made


def message_id(about: str, key: str, sender: str) -> str:
    """Return an id that is always the same for the same key, and says nothing about it."""
    digest = hashlib.sha256(f"{about}\0{key}".encode("utf-8", "replace")).hexdigest()[:40]
    return f"<{about}.{digest}@{sender.rpartition('@')[2]}>"


def _id_in(thread: str) -> str:
    return thread if re.fullmatch(r"<[!-;=?-~]{3,250}>", thread) else ""


def _body(message: Message) -> str:
    return "\n".join(body_lines(message) or [one_line(message.title)]) + "\n"
