"""Whom we trust on the way to a server, and what it means when that fails."""

from __future__ import annotations

import ssl
from pathlib import Path

from console.errors import SourceError
from console.web.options import WebOptions

# OpenSSL's verify codes (x509_vfy.h).
_UNKNOWN_AUTHORITY = {2, 18, 19, 20, 21}
_NOT_YET = 9
_EXPIRED = 10
_OTHER_HOST = {62, 64}

_PLAIN = "does url need http instead of https, or another port?"


def trust(common: ssl.SSLContext, options: WebOptions) -> ssl.SSLContext:
    """Return the TLS settings of a source; ``common`` holds the usual authorities.

    A ``ca_file`` replaces the usual authorities, it does not add to them. Raises ``SourceError``
    for a file that cannot be used.
    """
    context = trusting(common, options.ca_file)
    if options.cert_file is not None:
        try:
            # An empty password: an encrypted key is an error instead of a question on the terminal.
            context.load_cert_chain(options.cert_file, options.key_file, password="")
        except OSError as error:
            raise _unusable(options.cert_file, error) from None
    if options.insecure:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def trusting(common: ssl.SSLContext, ca_file: Path | None) -> ssl.SSLContext:
    """Return ``common``, or settings that trust the authority in a file alone. Raises ``SourceError``."""
    try:
        return common if ca_file is None else ssl.create_default_context(cafile=str(ca_file))
    except OSError as error:
        raise _unusable(ca_file, error) from None


def _unusable(file: Path | None, error: OSError) -> SourceError:
    """Return the error for a file that cannot be read, or (what ssl raises) is no certificate."""
    why = type(error).__name__ if isinstance(error, ssl.SSLError) else error.strerror
    return SourceError(
        f"the certificate file {file} cannot be used ({why})",
        hint="check ca_file, cert_file and key_file: readable, PEM, the key without a passphrase",
        permanent=True,
    )


def tls_failure(error: ssl.SSLError, place: str, key: str = "url", plain: str = _PLAIN) -> SourceError:
    """Return the error for a handshake that failed. ``place`` names the server.

    ``key`` is where the config names it, ``plain`` what to look at where it seems to speak no TLS.
    """
    code = error.verify_code if isinstance(error, ssl.SSLCertVerificationError) else None
    reason = error.reason or ""
    permanent = True
    if code is None and ("CERTIFICATE" in reason or "UNKNOWN_CA" in reason):
        said, hint = "it wants another client certificate", "check cert_file and key_file"
    elif code is None:
        said, hint = "its TLS cannot be agreed on", plain
        permanent = False  # also what a server that is just starting looks like
    elif code in _UNKNOWN_AUTHORITY:
        said, hint = "its certificate is signed by an authority we do not know", "name it with ca_file"
    elif code in _OTHER_HOST:
        said, hint = "its certificate is for another host name", f"use the name in the certificate in {key}"
    elif code == _EXPIRED:
        said, hint = "its certificate has expired", "have it renewed"
        permanent = False  # renewals come by themselves
    elif code == _NOT_YET:
        said, hint = "its certificate is not valid yet", "is this machine's clock right?"
        permanent = False
    else:
        said, hint = "its certificate is not accepted", "check ca_file"
    return SourceError(f"{place}: {said}", hint=hint, permanent=permanent)
