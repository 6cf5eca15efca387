"""Messages as people send them."""

from __future__ import annotations

from email.message import EmailMessage
from hashlib import sha256


def mail(
    subject: str = "Checkout is down",
    text: str = "Nobody can pay.",
    *,
    sender: str = "Rina <rina@acme.example>",
    to: str = "oncall@shop.example",
    name: str = "",
    **headers: str,
) -> bytes:
    """Return a message. ``name`` makes its Message-ID; headers are written with underscores."""
    message = EmailMessage()
    message["From"], message["To"], message["Date"] = sender, to, "Mon, 05 Jan 2026 08:30:00 +0000"
    message["Message-ID"] = id_of(name or subject)
    message["Subject"] = subject
    for header, value in headers.items():
        message[header.replace("_", "-")] = value
    message.set_content(text)
    return message.as_bytes()


def id_of(name: str) -> str:
    """Return the Message-ID of the message with that name."""
    return f"<{sha256(name.encode('utf-8', 'replace')).hexdigest()[:16]}@mail.acme.example>"
