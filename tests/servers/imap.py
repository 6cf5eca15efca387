"""A real IMAP server for tests: ``pymap``, which keeps its mail in memory, on a free port of 127.0.0.1.

Take the fixture ``imap``. Where the package (dev extra) is missing the tests are skipped, saying so;
with ``ONCALL_REQUIRE_IMAP=1`` they fail. It knows STARTTLS, MOVE and UIDPLUS; what it does not know is
tried on ``tests/fakes/imap.py``.
"""

from __future__ import annotations

import contextlib
import functools
import imaplib
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
import trustme

from tests.servers.alertmanager import free_port
from tests.servers.processes import Guard, until
from tests.waiting import PATIENCE

REQUIRE = "ONCALL_REQUIRE_IMAP"
START_WITHIN = 30.0  # seconds; usually 1
STOP_WITHIN = 5.0
USER, PASSWORD = "oncall@shop.example", "made-up password"


class ImapServer:
    """A running server. ``ca_file`` is the authority that signed its certificate, for the name "localhost"."""

    def __init__(self, port: int, ca_file: Path) -> None:
        self.port = port
        self.ca_file = ca_file

    @functools.cached_property
    def client(self) -> imaplib.IMAP4:
        """Somebody's mail program, logged in. A login takes the server a while, so it stays."""
        client = imaplib.IMAP4("127.0.0.1", self.port, timeout=PATIENCE)
        client.login(USER, PASSWORD)
        return client

    def close(self) -> None:
        if "client" in vars(self):
            self.client.shutdown()

    def put(self, raw: bytes, received: datetime, folder: str = "INBOX") -> None:
        """Deliver a message."""
        assert self.client.append(folder, "", received, raw)[0] == "OK"

    def flags(self, folder: str = "INBOX") -> list[set[str]]:
        """Return the flags of each message in a folder, but for ``\\Recent``, which is the server's own."""
        if self.client.select(folder, readonly=True)[0] != "OK":
            return []
        found = self.client.uid("FETCH", "1:*", "(FLAGS)")[1]
        texts = (re.search(rb"FLAGS \(([^)]*)\)", line) for line in found if isinstance(line, bytes))
        return [set(text[1].decode().split()) - {"\\Recent"} for text in texts if text]

    def change(self, folder: str, *command: str) -> None:
        """Do something by UID in a folder, as somebody does in a mail program."""
        self.client.select(folder)
        assert self.client.uid(*command)[0] == "OK"

    def clean(self) -> None:
        """Delete all mail and every folder but the inbox."""
        self.client.select("INBOX")
        self.client.uid("STORE", "1:*", "+FLAGS.SILENT", "(\\Deleted)")
        self.client.expunge()
        for line in self.client.list()[1]:
            name = line.decode().partition('"/" ')[2] if isinstance(line, bytes) else ""
            if name.upper() != "INBOX":
                self.client.delete(name)


@contextlib.contextmanager
def running(folder: Path, port: int = 0) -> Iterator[ImapServer]:
    """Run a server and end it afterwards, at once and with all its connections."""
    program = Path(sys.executable).with_name("pymap")
    if not program.exists():
        missing = "pymap is not installed (pip install '.[dev]')"
        if os.environ.get(REQUIRE) == "1":
            pytest.fail(missing)
        pytest.skip(missing)
    authority, certificate = trustme.CA(), folder / "server.pem"
    authority.cert_pem.write_to_path(folder / "ca.pem")
    authority.issue_cert("localhost").private_key_and_cert_chain_pem.write_to_path(certificate)
    port = port or free_port()
    named = [
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--cert",
        str(certificate),
        "--key",
        str(certificate),
    ]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [program, *named, "dict", "--demo-user", USER, "--demo-password", PASSWORD],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,  # Ctrl-C is for pytest, which then ends it in order
        )
    guard = Guard(process.pid, folder)
    try:
        until(lambda: process.poll() is not None or _answers(port), START_WITHIN)
        assert process.poll() is None, (folder / "log").read_text()
        with contextlib.closing(ImapServer(port, folder / "ca.pem")) as server:
            yield server
    finally:
        process.kill()  # it keeps nothing, and its connections end with it
        process.wait(STOP_WITHIN)
        guard.dismiss()


def _answers(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1) as line:
        return line.recv(10).startswith(b"* OK")
    return False


@pytest.fixture(scope="session")
def imap_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ImapServer]:
    """The server of this worker; take ``imap`` instead."""
    with running(tmp_path_factory.mktemp("imap")) as server:
        yield server


@pytest.fixture
def imap(imap_server: ImapServer) -> ImapServer:
    """A server without mail."""
    imap_server.clean()
    return imap_server
