"""The SQL that gives people and programs in PostgreSQL what they need, and no more. Never run from here.

Four roles beside the owner of the tables, who alone migrates, prunes and moves the store. What each
method of the store touches stands in ``append``, ``outbox``, ``leases``, ``consoles``, ``journal``, ``teamlog``,
``kept``, ``changes``, ``measuring`` and ``notifications``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from console.errors import UsageError
from console.store.schema import SCHEMA

LONGEST = 63  # bytes in a name; PostgreSQL cuts longer ones without a word


@dataclass(frozen=True, slots=True)
class Roles:
    """Names of the roles: of who only looks, of people on call, of the engine, of who asks the views only."""

    reader: str = "oncall_reader"
    responder: str = "oncall_responder"
    engine: str = "oncall_engine"
    analyst: str = "oncall_analyst"


VIEWS = ("v_incidents", "v_pages", "v_weekly", "v_changes")


_RESPONDER = (
    ("INSERT", "events, ops"),
    ("INSERT, UPDATE", "incidents"),
    ("INSERT", "outbox, journal"),
    ("INSERT, UPDATE", "requests"),
    ("INSERT", "facts, changes"),
    ("UPDATE", "notifications"),
    ("INSERT, UPDATE, DELETE", "consoles"),
    ("UPDATE (value)", "meta"),
)
_ENGINE = (
    *_RESPONDER,
    ("INSERT, UPDATE", "lease"),
    ("UPDATE, DELETE", "outbox"),
    ("INSERT, UPDATE, DELETE", "kept"),
    ("INSERT", "notifications"),
    ("INSERT, DELETE", "measures, pages"),
)


def statements(roles: Roles) -> str:
    """Return the SQL, with comments; run twice it does no more than once.

    Raises ``UsageError`` for a name that cannot be a role's, or that is there twice.
    """
    names = (roles.reader, roles.responder, roles.engine, roles.analyst)
    for name in names:
        _require_name(name)
    if len(set(names)) < len(names):
        raise UsageError("the roles need names of their own", hint="name each one only once")
    return "\n".join(_lines(roles)) + "\n"


def _lines(roles: Roles) -> Iterator[str]:
    reader, responder, engine = map(identifier, (roles.reader, roles.responder, roles.engine))
    analyst = identifier(roles.analyst)
    everybody = f"{reader}, {responder}, {engine}"
    yield "-- Roles for an oncall store. Run this in its database as the owner of the tables, who also needs"
    yield '-- CREATEROLE (or let an administrator run the first part), after "oncall store migrate",'
    yield "-- and again after each upgrade. Nothing here sets a password: use \\password in psql."
    yield ""
    yield "-- 1. The roles, where they are missing. People may log in as them, or be made members of them."
    for name in (reader, responder, engine, analyst):
        body = f"BEGIN CREATE ROLE {name} LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END"
        yield f"DO {literal(body)};"
    yield ""
    yield "BEGIN;"
    yield ""
    yield "-- 2. Everybody starts from nothing and may read."
    yield f"REVOKE ALL ON ALL TABLES IN SCHEMA {SCHEMA} FROM PUBLIC, {everybody}, {analyst};"
    yield f"REVOKE ALL ON SCHEMA {SCHEMA} FROM PUBLIC, {everybody}, {analyst};"
    yield f"GRANT USAGE ON SCHEMA {SCHEMA} TO {everybody};"
    yield f"GRANT SELECT ON ALL TABLES IN SCHEMA {SCHEMA} TO {everybody};"
    yield ""
    yield "-- 3. Responders add to the log and never change it; the lease is not theirs."
    yield "--    Their config says: [engine] autostart = false"
    yield from _grants(_RESPONDER, responder)
    yield ""
    yield "-- 4. The engine also holds the lease and empties the outbox."
    yield from _grants(_ENGINE, engine)
    yield ""
    yield "-- 5. Analysts (Grafana, notebooks) read the views and nothing else: no notes, no logs, no team's plans."
    yield f"GRANT USAGE ON SCHEMA {SCHEMA} TO {analyst};"
    yield f"GRANT SELECT ON {', '.join(f'{SCHEMA}.{view}' for view in VIEWS)} TO {analyst};"
    yield ""
    yield "-- 6. Tables that a later version makes can be read at once; run this again for the rest."
    yield f"ALTER DEFAULT PRIVILEGES IN SCHEMA {SCHEMA} GRANT SELECT ON TABLES TO {everybody};"
    yield ""
    yield "COMMIT;"


def _grants(rights: tuple[tuple[str, str], ...], role: str) -> Iterator[str]:
    for right, tables in rights:
        named = ", ".join(f"{SCHEMA}.{table}" for table in tables.split(", "))
        yield f"GRANT {right} ON {named} TO {role};"


def identifier(name: str) -> str:
    """Return a name as SQL quotes it, whatever is in it."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Return a text as SQL quotes it; a backslash means itself (``standard_conforming_strings``)."""
    return "'" + text.replace("'", "''") + "'"


def _require_name(name: str) -> None:
    if not name or not name.isprintable() or len(name.encode()) > LONGEST:
        raise UsageError(
            f"{name[:40]!r} cannot be the name of a role", hint=f"1 to {LONGEST} bytes of plain text"
        )
    if name.startswith("pg_") or name in {"public", "none"}:
        raise UsageError(f'"{name}" is a name that PostgreSQL keeps for itself', hint="choose another one")
