"""Which database an address means, and how the way there is protected.

libpq reads what the address leaves out: service files, ``~/.pgpass``, ``PG…`` variables. Only one of
its habits is changed: towards another machine it would take an unencrypted or unverified connection
without a word (``sslmode=prefer``); here such a server has to prove who it is unless the address,
the service or ``PGSSLMODE`` says otherwise.
"""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from psycopg import pq
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from console.errors import ConfigError

CONNECT_WITHIN = 2  # seconds, for each address of the server
_ALIVE: Mapping[str, str] = {  # a server that vanished without a word is noticed within 20 s
    "keepalives": "1",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "2",
    "tcp_user_timeout": "20000",
}
_BUNDLES = (  # where systems keep the authorities they trust, in one file
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
)
_VERIFIED = ("verify-full", "verify-ca")
_HINT = 'write it like "postgresql://oncall@db.example.org/oncall"'


@dataclass(frozen=True, slots=True)
class Target:
    """A database. ``where`` is its address for people, without secrets, ``host`` the part that a message needs.

    ``warnings`` are sentences for the user. ``others`` is how many more servers the address names, of
    which the first that answers is taken.
    """

    conninfo: str = field(repr=False)
    where: str
    warnings: tuple[str, ...] = ()
    host: str = "the server"
    others: int = 0


def target_of(url: str, password: str | None = None) -> Target:
    """Return what a ``postgresql://`` address comes to with everything libpq adds to it.

    ``password`` comes from a secret reference; without one libpq looks where it always does. The
    address itself may hold none. Raises ``ConfigError``, never quoting the address.
    """
    try:
        said = conninfo_to_dict(url)
    except psycopg.ProgrammingError:
        raise ConfigError("The address of the PostgreSQL store cannot be understood", hint=_HINT) from None
    if said.get("password"):
        raise ConfigError(
            "The address of the store holds a password, which addresses do not keep to themselves",
            hint="write [store] password = { env = … }, or use ~/.pgpass",
        )
    known = {**_defaults(str(said.get("service") or "")), **{key: str(value) for key, value in said.items()}}
    params: dict[str, str] = {
        "connect_timeout": str(CONNECT_WITHIN),
        "application_name": "oncall",
        **_ALIVE,
        **{key: str(value) for key, value in said.items() if value is not None},
    }
    warnings: tuple[str, ...] = ()
    if remote(known):
        mode = known.get("sslmode", "prefer")
        if mode == "prefer":
            params |= _verified(known)
        elif mode not in _VERIFIED:
            how = "is not checked" if mode == "require" else "is not checked and may be unencrypted"
            warnings = (f"the connection to {known['host']} {how} (sslmode={mode}): verify-full is safe",)
    if password is not None:
        params["password"] = password
    others = _host(known).count(",")
    return Target(make_conninfo("", **params), _shown(known), warnings, _host(known), others)


def remote(known: Mapping[str, str]) -> bool:
    """Return whether the way to the server leaves this machine; what cannot be told counts as leaving it.

    A host that is reached at a local address, through a tunnel, is still another machine.
    """
    hosts = known.get("host") or known.get("hostaddr") or ""
    return any(not _local(host) for host in hosts.split(",") if host)


def _local(host: str) -> bool:
    if host.startswith(("/", "@")) or host == "localhost":  # a Unix socket, or ourselves
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _verified(known: Mapping[str, str]) -> dict[str, str]:
    """Return the parameters that make the server prove its name to an authority that this machine trusts."""
    if known.get("sslrootcert") or Path("~/.postgresql/root.crt").expanduser().exists():
        return {"sslmode": "verify-full"}
    bundle = next((path for path in _BUNDLES if Path(path).is_file()), "system")
    return {"sslmode": "verify-full", "sslrootcert": bundle}


def _defaults(service: str) -> dict[str, str]:
    """Return what libpq takes for granted: a service file's values, ``PG…`` variables, its own defaults."""
    with _named_service(service):
        found = pq.Conninfo.get_defaults()
    return {option.keyword.decode(): option.val.decode() for option in found if option.val}


@contextmanager
def _named_service(name: str) -> Iterator[None]:
    """Have libpq read a service's values for its defaults: it knows only the variable's service there."""
    before = os.environ.get("PGSERVICE")
    if name:
        os.environ["PGSERVICE"] = name
    try:
        yield
    finally:
        if before is None:
            os.environ.pop("PGSERVICE", None)
        else:
            os.environ["PGSERVICE"] = before


def _host(known: Mapping[str, str]) -> str:
    return known.get("host") or known.get("hostaddr") or "local socket"


def _shown(known: Mapping[str, str]) -> str:
    host = _host(known)
    port = known.get("port", "5432")
    user = known.get("user", "")
    database = known.get("dbname") or user
    place = host if host.startswith("/") else f"{host}:{port}"
    return f"postgresql://{user}@{place}/{database}"
