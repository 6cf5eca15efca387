"""What it means that a conversation with a mail server failed. Pure."""

from __future__ import annotations

import smtplib
import ssl
from socket import gaierror

from console.channels.base.failures import AGAIN, failed
from console.channels.smtp.options import Server
from console.domain.text import one_line
from console.errors import DeliveryError
from console.web.redaction import Secrets
from console.web.tls import tls_failure

_PLAIN = "does encryption need another value, or port another number?"
_LATE = "{place} gave no answer within {seconds:g} s"

# What the server said no to, and what to do about it where it stays a no.
_NOS: tuple[tuple[type[Exception], str, str], ...] = (
    (
        smtplib.SMTPAuthenticationError,
        "does not accept our login",
        "check username and password; many servers want one made for this application",
    ),
    (smtplib.SMTPSenderRefused, "refuses the sender", "may this login send from the address in sender?"),
    (smtplib.SMTPResponseException, "refuses the message", "look at what it says, or into its log"),
)

_MEANINGS: tuple[tuple[type[Exception], str, str], ...] = (
    (
        smtplib.SMTPServerDisconnected,
        "{place} broke off",
        f"nobody knows whether it took the message; {AGAIN}",
    ),
    (TimeoutError, _LATE, AGAIN),
    (gaierror, "{place} cannot be found by name", "check host, the network and the VPN"),
    (ConnectionRefusedError, "{place} refuses the connection", "is it running, and is the port right?"),
    (ConnectionError, "{place} broke off", AGAIN),
    (OSError, "{place} cannot be reached", "check the network and the VPN"),
    (Exception, "{place} answers with something that is not SMTP", _PLAIN),
)

_OFFERS = {
    "starttls": 'it offers no STARTTLS or no login: try encryption = "tls", or leave username and password out',
    "tls": "it offers no login: leave username and password out",
    "none": "it offers no login: leave username and password out",
}


def failure(error: Exception, options: Server, secrets: Secrets) -> DeliveryError:
    """Return the failure as words with a way out; what the server said without our secrets.

    By RFC 5321 a code of 4xx passes and one of 5xx stays.
    """
    place = options.place
    if isinstance(error, ssl.SSLError) and not isinstance(error, ssl.SSLEOFError):
        return failed(tls_failure(error, place, key="host", plain=_PLAIN))
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return DeliveryError(
            f"{place} does not offer what we need", hint=_OFFERS[options.encryption], permanent=True
        )
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return _addressees_refused(place, error, secrets)
    for kind, words, hint in _NOS:
        if isinstance(error, kind) and isinstance(error, smtplib.SMTPResponseException):
            return _refused(place, words, error.smtp_code, error.smtp_error, secrets, hint)
    said, hint = next((said, hint) for kind, said, hint in _MEANINGS if isinstance(error, kind))
    if isinstance(error, smtplib.SMTPServerDisconnected) and "timed out" in str(error):
        said = _LATE  # smtplib calls a silence that, too
    return DeliveryError(said.format(place=place, seconds=options.timeout.total_seconds()), hint=hint)


def _addressees_refused(place: str, error: smtplib.SMTPRecipientsRefused, secrets: Secrets) -> DeliveryError:
    """Return what it means that nobody was accepted: final only where it is for all."""
    who, (code, said) = next(iter(error.recipients.items()))
    found = _refused(place, f"refuses {one_line(who, 80)}", code, said, secrets, "is the address right?")
    found.permanent = all(500 <= each < 600 for each, _ in error.recipients.values())
    return found


def _refused(  # noqa: PLR0913, PLR0917 - a no and what is known about it
    place: str, words: str, code: int, said: bytes | str, secrets: Secrets, hint: str
) -> DeliveryError:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    if not 200 <= code < 600 or text == "Line too long.":  # what smtplib says of a line without an end
        return DeliveryError(f"{place} answers with something that is not SMTP", hint=_PLAIN)
    quoted = one_line(secrets.without(text), 150)
    passing = code < 500
    return DeliveryError(
        f"{place} {words} ({code}{f': {quoted}' if quoted else ''})",
        hint=AGAIN if passing else hint,
        permanent=not passing,
    )
