"""Fresh databases on a PostgreSQL server: our own, or one that the developer names."""

from __future__ import annotations

import contextlib
import secrets
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from typing import Any
from urllib.parse import quote, unquote, urlsplit

CONNECT_WITHIN = 10  # seconds, and for each statement of ours


class Databases(ABC):
    """Makes and drops databases. Their names are never used twice, so workers may share a server."""

    def __init__(self, owner: str = "") -> None:
        self._owner = owner
        self._templates: dict[str, str] = {}

    @abstractmethod
    def url(self, database: str) -> str:
        """Return the URL that the product would be given for ``database``."""

    @abstractmethod
    def admin_url(self, database: str = "") -> str:
        """Return a URL of somebody who may create databases."""

    def admin(
        self, query: str, values: Sequence[object] = (), *, database: str = ""
    ) -> list[tuple[Any, ...]]:
        """Run one statement outside a transaction and return its rows, if it has any."""
        import psycopg  # noqa: PLC0415 - not for the many tests without a server

        url = self.admin_url(database) if database else self.admin_url()
        with psycopg.connect(
            url,
            autocommit=True,
            connect_timeout=CONNECT_WITHIN,
            options=f"-c statement_timeout={CONNECT_WITHIN}s",
        ) as connection:
            done = connection.execute(query.encode(), values or None)
            return done.fetchall() if done.description else []

    @abstractmethod
    def heal(self) -> None:
        """Make the server answer again, if it is ours to start."""

    @contextlib.contextmanager
    def fresh(self, template: str = "") -> Iterator[str]:
        """Give the URL of a new database for as long as the block runs, which may break the server."""
        self.heal()
        name = self.create_database(template)
        try:
            yield self.url(name)
        finally:
            self.heal()
            self.drop_database(name)

    def create_database(self, template: str = "") -> str:
        """Make an empty database, or a copy of ``template``, and return its name."""
        name = f"oncall_test_{secrets.token_hex(6)}"
        parts = [f"CREATE DATABASE {name}"]
        parts += [f"TEMPLATE {template}"] if template else []
        parts += [f"OWNER {self._owner}"] if self._owner else []
        self.admin(" ".join(parts))
        return name

    def drop_database(self, name: str) -> None:
        """Drop a database, ending the sessions that are still in it."""
        self.admin(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def template(self, key: str, fill: Callable[[str], object]) -> str:
        """Return a database that ``fill(url)`` filled, the first time ``key`` is asked for.

        ``fill`` must leave no connection open: PostgreSQL copies only what nobody is in.
        """
        if key not in self._templates:
            name = self.create_database()
            fill(self.url(name))
            self._templates[key] = name
        return self._templates[key]

    def drop_templates(self) -> None:
        while self._templates:
            self.drop_database(self._templates.popitem()[1])


class NamedServer(Databases):
    """A server the developer runs and names: ``postgresql://user@host/db``. It is never stopped."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._parts = urlsplit(url)

    def heal(self) -> None:
        """Leave it alone."""

    def url(self, database: str) -> str:
        scheme, where, _, query, _ = self._parts
        return f"{scheme}://{where}/{quote(database)}" + (f"?{query}" if query else "")

    def admin_url(self, database: str = "") -> str:
        return self.url(database or unquote(self._parts.path[1:]))
