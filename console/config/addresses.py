"""Addresses that a config or a command line may hold: no password in the store's, a port in the metrics'."""

from __future__ import annotations

import re
from urllib.parse import unquote

from console.errors import UsageError

LOOPBACK = "127.0.0.1"
_LISTEN = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]*):(?P<port>[0-9]{1,5})", re.ASCII)
_PASSWORD = re.compile(r"password\s*=", re.IGNORECASE)


def holds_password(url: str) -> bool:
    """Return whether the address of a database on a server says a password (``user:secret@``, ``?password=``)."""
    scheme, _, rest = url.partition("://")
    if scheme.strip().lower() == "sqlite":  # the name of a file may be anything
        return False
    user = rest.partition("?")[0].rpartition("@")[0]
    return bool(user.partition(":")[2]) or _PASSWORD.search(unquote(url)) is not None


def without_password(url: str) -> str:
    """Return a store's address. Raises ``ValueError``, never quoting it, where it holds a password."""
    if holds_password(url):
        raise ValueError("holds a password; write [store] password = { env = … } or use ~/.pgpass")
    return url


def refuse_password(url: str) -> None:
    """Raise ``UsageError``, never quoting it, for a store's address on a command line that holds a password."""
    if holds_password(url):
        raise UsageError(
            "the store's address holds a password, which everybody on this machine can see",
            hint="write [store] password = { env = … } in the config or use ~/.pgpass",
        )


def listen_address(value: str) -> str:
    """Return an address to listen on as ``host:port``; without a host it is this machine only.

    Raises ``ValueError`` with a sentence for the user.
    """
    found = _LISTEN.fullmatch(value.strip())
    if found is None or not 0 < int(found["port"]) < 65_536:
        raise ValueError(f'"{value}" is not an address to listen on; write it like "{LOOPBACK}:9464"')
    return f"{found['host'] or LOOPBACK}:{found['port']}"
