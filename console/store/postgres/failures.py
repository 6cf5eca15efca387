"""What PostgreSQL's errors mean to the person at the console: one line and what to do."""

from __future__ import annotations

import psycopg
from psycopg import errors

from console.domain.text import one_line
from console.errors import NothingSavedError, StoreError

NOTHING_SAVED = "nothing was saved"

# First match counts, so the particular stands before the general.
_MEANINGS: tuple[tuple[type[Exception], str, str], ...] = (
    (errors.TooManyConnections, "has no connection left", "close consoles, or raise its max_connections"),
    (errors.InvalidPassword, "does not accept the password", "check [store] password or ~/.pgpass"),
    (
        errors.InvalidAuthorizationSpecification,
        "does not let this user in",
        "check the user in [store] url and the server's pg_hba.conf",
    ),
    (errors.InvalidCatalogName, "has no such database", "create it, or correct [store] url"),
    (
        errors.InsufficientPrivilege,
        "does not give this user the right",
        "oncall store roles prints the rights that are needed",
    ),
    (errors.DiskFull, "is full", f"{NOTHING_SAVED}; free some space on the server"),
    (errors.ReadOnlySqlTransaction, "can only be read", f"{NOTHING_SAVED}; is it a standby?"),
    (errors.LockNotAvailable, "is busy with another write for too long", f"{NOTHING_SAVED}; try again"),
    (
        errors.IdleInTransactionSessionTimeout,
        "took back its lock from this program, which slept in the middle of a write",
        f"{NOTHING_SAVED}; try again",
    ),
    (errors.QueryCanceled, "took too long", "try again; the server may be overloaded"),
    (errors.AdminShutdown, "is shutting down", "it is asked again"),
    (errors.CrashShutdown, "has crashed and is starting again", "it is asked again"),
    (errors.CannotConnectNow, "is starting or shutting down", "it is asked again"),
    (errors.UndefinedTable, "is not set up", "oncall store migrate makes the tables"),
)

# libpq tells why a connection failed in words only, not by a code.
_WORDS: tuple[tuple[str, str, str], ...] = (
    ("too many clients", *_MEANINGS[0][1:]),
    ("remaining connection slots", *_MEANINGS[0][1:]),
    ("system is starting up", "is starting up", "it is asked again"),
    ("system is shutting down", "is shutting down", "it is asked again"),
    ("in recovery mode", "is recovering from a crash", "it is asked again"),
    ("not yet accepting connections", "is recovering from a crash", "it is asked again"),
    ("password authentication failed", *_MEANINGS[1][1:]),
    ("no password supplied", "wants a password", "write [store] password = { env = … }, or use ~/.pgpass"),
    ("no pg_hba.conf entry", *_MEANINGS[2][1:]),
    ("role ", *_MEANINGS[2][1:]),
    ("database ", *_MEANINGS[3][1:]),
    (
        "certificate verify failed",
        "shows a certificate that is not trusted here",
        "name its authority: ?sslrootcert=/path/ca.pem",
    ),
    (
        "does not match host name",
        "shows a certificate for another host",
        "correct the host in [store] url, or the certificate",
    ),
    (
        "does not support SSL",
        "has no TLS, which a connection to another machine needs",
        "turn it on there; ?sslmode=disable does without, at your own risk",
    ),
    ("root certificate file", "needs a certificate file that is not there", "correct sslrootcert"),
    ("definition of service", "is named by a service that no file defines", "correct the service's name"),
    ("timeout expired", "does not answer", "it may be down, frozen or unreachable; it is asked again"),
    ("Connection refused", "is not running there", "start it, or correct [store] url"),
    ("No such file", "is not running there", "start it, or correct [store] url"),
    ("resolve", "has a host name that cannot be found", "check the network, or correct [store] url"),
    ("Name or service not known", "has a host name that cannot be found", "check the network"),
    ("unreachable", "cannot be reached over the network", "check the network; it is asked again"),
    ('option "port"', "has an address with a wrong port", "correct [store] url"),
    ("", "lost the connection", "it is asked again"),
)


def explain(error: Exception, where: str, *, nothing_saved: bool = False) -> StoreError:
    """Return the error that says a driver's error in plain words.

    ``nothing_saved``: it came before anything could have been saved, which the result's class says.
    """
    kind = NothingSavedError if nothing_saved else StoreError
    if isinstance(error, UnicodeEncodeError):
        return NothingSavedError("A text with broken characters cannot be stored", hint=NOTHING_SAVED)
    if isinstance(error, psycopg.DataError):
        return NothingSavedError(f"The store {where} refused a text ({_first(error)})", hint=NOTHING_SAVED)
    for meant, what, hint in _MEANINGS:
        if isinstance(error, meant):
            return kind(f"The store {where} {what}", hint=hint)
    if isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
        words = str(error)
        what, hint = next((what, hint) for part, what, hint in _WORDS if part in words)
        return kind(f"The store {where} {what}", hint=hint)
    return kind(f"The store {where} refused ({_first(error)})", hint="oncall store check says more")


def _first(error: Exception) -> str:
    diag = getattr(error, "diag", None)
    return one_line(getattr(diag, "message_primary", None) or str(error).partition("\n")[0], 200)
