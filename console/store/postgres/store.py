"""The incident store in a PostgreSQL database, for a team."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from console.store import reading
from console.store.postgres.connection import Connection
from console.store.postgres.listener import Listener
from console.store.postgres.target import Target
from console.store.sql import SqlStore
from console.store.sqlite.backup import write_portable


class PostgresStore(SqlStore):
    """An incident store on a server. Its time is the server's.

    ``answer_within`` is how many seconds the server has for one call before a ``StoreError`` says
    that it does not answer. ``readonly`` never writes, ``existing`` never sets up a store.
    Raises ``StoreError`` where the server cannot be reached or does not let us in.
    """

    kind = "postgresql"
    look_every = 0.5  # seconds; news are heard by themselves, a look finds out whether the server is there

    def __init__(
        self, target: Target, *, answer_within: float = 5.0, readonly: bool = False, existing: bool = False
    ) -> None:
        self._connection = Connection(
            target, answer_within=answer_within, readonly=readonly, existing=existing
        )
        super().__init__(self._connection)
        self._listener = Listener(target.conninfo, lambda: self._connection.pid)

    @property
    def listening(self) -> bool:
        """Whether what others write is heard at once; otherwise it is looked for."""
        return self._listener.listening

    def on_news(self, call: Callable[[], None]) -> None:
        """Have ``call`` called, from a thread of the store's, as soon as others have written."""
        self._listener.call(call)

    def signal(self) -> int:
        """Return a number that grows when others have written, and now and then by itself."""
        return self._listener.count()

    def applied(self, op: str) -> tuple[str, int] | None:
        """Return what an op wrote, or None: final, as every write that is under way is waited for."""
        if self.read_only:
            return super().applied(op)
        with self._connection.write(durable=False) as tx:
            return reading.applied(tx, op)

    def backup(self, target: str) -> None:
        """Write a complete copy, the state of one instant, into a new SQLite file for the owner only."""
        write_portable(self._connection, Path(target))

    def close(self) -> None:
        """Close the lines to the server."""
        self._listener.close()
        super().close()
