"""A wire to the server on which something can happen at a chosen word; threads carry what goes over it."""

from __future__ import annotations

import contextlib
import select
import socket
import threading
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit, urlunsplit

from tests.servers.postgres import PostgresServer

COMMIT = b"COMMIT"  # the last words of a client that saves
COMMITTED = b"COMMIT\x00"  # and how the server says that it is saved


class Relay:
    """Carries bytes to and fro.

    ``before_commit`` is done once, as soon as a client asks to save. ``lose_answer``: the next answer
    to that is kept back. Then the wire is either ``cut``, which both ends notice, or goes ``silent``:
    nothing arrives any more and nobody is told, as where a network is gone.
    """

    def __init__(self, port: int) -> None:
        self._server = ("127.0.0.1", port)
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port = self._door.getsockname()[1]
        self.url = ""
        self._stop, self._stopper = socket.socketpair()
        self._losing = ""
        self._before: Callable[[], object] | None = None
        self._threads = [threading.Thread(target=self._open, daemon=True)]
        self._threads[0].start()

    def lose_answer(self, how: str) -> None:
        self._losing = how

    def before_commit(self, act: Callable[[], object]) -> None:
        self._before = act

    def _open(self) -> None:
        while select.select([self._door, self._stop], [], [])[0] == [self._door]:
            client, _ = self._door.accept()
            server = socket.create_connection(self._server)
            self._threads.append(threading.Thread(target=self._carry, args=(client, server), daemon=True))
            self._threads[-1].start()

    def _carry(self, client: socket.socket, server: socket.socket) -> None:
        with client, server, contextlib.suppress(OSError):
            while True:
                ready = select.select([client, server, self._stop], [], [])[0]
                if self._stop in ready:
                    return
                for end in ready:
                    said = end.recv(65536)
                    if not said:
                        return
                    if end is server and self._losing and COMMITTED in said:
                        self._lose(self._losing)
                        return
                    if end is client and self._before and COMMIT in said:
                        act, self._before = self._before, None
                        act()
                    (server if end is client else client).sendall(said)

    def _lose(self, how: str) -> None:
        self._losing = ""
        if how == "silent":
            select.select([self._stop], [], [])  # hold both ends and carry nothing

    def close(self) -> None:
        self._stopper.close()
        for thread in self._threads:
            thread.join(5)
        self._door.close()
        self._stop.close()


@contextlib.contextmanager
def relayed(server: PostgresServer, url: str) -> Iterator[Relay]:
    """Give a relay before a server; its ``url`` is the address of the database by way of it."""
    relay = Relay(server.port)
    parts = urlsplit(url)
    relay.url = urlunsplit(parts._replace(netloc=f"{parts.username}@127.0.0.1:{relay.port}"))
    try:
        yield relay
    finally:
        relay.close()
