"""A real PostgreSQL for tests, run by us from a wheel's programs: no installation, no system user.

Take the fixture ``pg_database`` for the URL of a fresh, empty database, or ``postgres`` for the
server itself (both in tests/conftest.py; one server for the session of each worker). ``running``
gives a server with its own settings, passwords or TLS. It listens on 127.0.0.1 and on a Unix socket.

Two roles exist: ``postgres``, who may everything, and ``oncall``, an ordinary user who owns the
databases made for tests.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal
from urllib.parse import quote

import pytest

from tests.servers import postgres_install as install
from tests.servers.alertmanager import free_port
from tests.servers.postgres_config import ADMIN, USER, Tls, configure
from tests.servers.postgres_databases import Databases, NamedServer
from tests.servers.processes import GONE, RUNS, Guard, family, state, until

START_WITHIN = 30.0  # seconds, also for a recovery
STOP_WITHIN = 10.0
ATTEMPTS = 20  # over four seconds
# Another program has the port for one connection, or children of a killed server are still ending.
SHORTLY = ("Address already in use", "is still in use")
NAMED = "ONCALL_TEST_POSTGRES_URL"  # postgresql://user@host/db, of somebody who may create databases


class PostgresServer(Databases):
    """A running server of our own, to be stopped, frozen and killed by tests.

    Its files are in ``folder``, which is the server's and goes away with it; ``programs`` is a bin folder.
    With a ``password`` the role ``oncall`` must give it (SCRAM), on TCP and on the socket; with ``tls``
    TCP is refused without it. ``settings`` go into postgresql.conf.
    """

    def __init__(
        self,
        folder: Path,
        programs: Path,
        *,
        max_connections: int = 60,
        fsync: bool = False,
        password: str = "",
        tls: Tls | None = None,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(owner=USER)
        self.folder = folder
        self.data = folder / "data"
        self.socket_dir = folder
        self.password = password
        self.port = 0
        self.bin = programs
        self._settings = {
            "max_connections": str(max_connections),
            "fsync": "on" if fsync else "off",
            **(settings or {}),
        }
        self._tls = tls
        self._process: subprocess.Popen[bytes] | None = None
        self._guard: Guard | None = None
        self._frozen: list[int] = []

    # -- life ------------------------------------------------------------------------------------

    def create(self) -> None:
        """Make the data folder, start, and make the role that tests use."""
        self.bin = install.usable(self.bin, self.folder)
        command = [str(self.bin / "initdb"), "-D", str(self.data), "-U", ADMIN, "-A", "trust", "-E", "UTF8"]
        made = subprocess.run(
            [*command, "--locale=C", "--no-sync", "--no-instructions"],
            cwd=self.folder,
            env=_environment(),
            capture_output=True,
            text=True,
            check=False,
            timeout=START_WITHIN,
            **install.account(),
        )
        if made.returncode != 0:
            raise RuntimeError(f"initdb fails:\n{made.stdout}{made.stderr}")
        configure(self.data, self._settings, password=bool(self.password), tls=self._tls)
        install.give(self.data)
        self.start()
        self.admin(f"CREATE ROLE {USER} LOGIN" + (f" PASSWORD '{self.password}'" if self.password else ""))

    def start(self) -> None:
        """Start and return when it answers; at the same port as before, if it ran before."""
        if self.running:
            return
        for _ in range(ATTEMPTS):
            self._gone()
            seen, port = len(self.log), self.port or free_port()
            if self._started(port):
                self.port = port
                return
            if not any(reason in self.log[seen:] for reason in SHORTLY):
                break
            time.sleep(0.2)
        raise RuntimeError(f"PostgreSQL does not start:\n{self.log}")

    def _started(self, port: int) -> bool:
        command = [str(self.bin / "postgres"), "-D", str(self.data), "-k", str(self.socket_dir)]
        with (self.folder / "log").open("ab") as output:
            process = subprocess.Popen(
                [*command, "-p", str(port)],
                cwd=self.folder,
                env=_environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,  # Ctrl-C is for pytest, which then stops the server in order
                **install.account(),
            )
        self._process = process
        self._guard = Guard(process.pid, self.folder)
        with contextlib.suppress(TimeoutError):
            until(lambda: process.poll() is not None or self._says_ready(process.pid), START_WITHIN)
            return process.poll() is None
        self.kill9()
        return False

    def _says_ready(self, pid: int) -> bool:
        """Read the server's own note, as pg_ctl does: line 1 the process, line 8 its state."""
        with contextlib.suppress(OSError):
            lines = (self.data / "postmaster.pid").read_text().splitlines()
            return len(lines) > 7 and lines[0] == str(pid) and lines[7].strip() == "ready"
        return False

    def stop(self, mode: Literal["fast", "immediate"] = "fast") -> None:
        """Stop: ``fast`` ends sessions and writes everything out, ``immediate`` leaves a recovery."""
        if self._process is None:
            return
        self.thaw()
        self._process.send_signal(signal.SIGINT if mode == "fast" else signal.SIGQUIT)
        try:
            self._process.wait(STOP_WITHIN)
        except subprocess.TimeoutExpired:
            self.kill9()
        self._gone()

    def kill9(self) -> None:
        """End every process of the server at once, as a machine that loses power (not its disk)."""
        if self._process is None:
            return
        pids = family(self._process.pid)
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._process.wait(STOP_WITHIN)
        until(lambda: all(state(pid) in GONE for pid in pids), STOP_WITHIN)
        self._gone()

    def _gone(self) -> None:
        self._process, self._frozen = None, []
        if self._guard is not None:
            self._guard.dismiss()
            self._guard = None

    def restart(self, mode: Literal["fast", "immediate"] = "fast") -> None:
        self.stop(mode)
        self.start()

    def freeze(self) -> None:
        """Stop every process where it stands (SIGSTOP): connections stay open and nothing answers."""
        os.kill(self.pid, signal.SIGSTOP)  # first: it starts no more children
        self._frozen = family(self.pid)
        for pid in self._frozen:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGSTOP)
        until(lambda: all(state(pid) not in RUNS for pid in self._frozen), STOP_WITHIN)

    def thaw(self) -> None:
        """Let a frozen server go on; does nothing to one that is not."""
        for pid in reversed(self._frozen):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)
        self._frozen = []

    def heal(self) -> None:
        """Make it answer again, whatever the last test did to it."""
        self.thaw()
        self.start()

    def close(self) -> None:
        """Stop for good and remove every file."""
        if self.port and not self.running:
            with contextlib.suppress(RuntimeError):
                self.start()  # only a start clears the shared memory that kill -9 leaves in the kernel
        self.stop("immediate")
        shutil.rmtree(self.folder, ignore_errors=True)

    # -- what it is ------------------------------------------------------------------------------

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        """The first process (the postmaster); raises ``RuntimeError`` while the server is stopped."""
        if self._process is None:
            raise RuntimeError("this PostgreSQL is stopped")
        return self._process.pid

    @property
    def log(self) -> str:
        with contextlib.suppress(OSError):
            return (self.folder / "log").read_text(errors="replace")
        return ""

    def url(
        self, database: str, *, user: str = USER, host: Literal["tcp", "socket"] = "tcp", password: str = ""
    ) -> str:
        """Return a ``postgresql://`` URL; a password is in it only if it is given here."""
        who = quote(user, safe="") + (f":{quote(password, safe='')}" if password else "")
        if host == "tcp":
            return f"postgresql://{who}@127.0.0.1:{self.port}/{database}"
        return f"postgresql://{who}@/{database}?host={quote(str(self.socket_dir), safe='')}&port={self.port}"

    def admin_url(self, database: str = "postgres") -> str:
        return self.url(database, user=ADMIN, host="socket")


def _environment() -> dict[str, str]:
    """Return a bare environment: no PG… variable of the developer's reaches the server."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}


@contextlib.contextmanager
def running(
    *,
    max_connections: int = 60,
    fsync: bool = False,
    password: str = "",
    tls: Tls | None = None,
    settings: Mapping[str, str] | None = None,
    parent: Path | None = None,
) -> Iterator[PostgresServer]:
    """Run a server with settings of its own; it is gone afterwards, whatever happened.

    Its files are in a new folder in ``parent`` (a small disk, say), where any account must get in.
    """
    programs = install.programs(tls=tls is not None)  # before there is anything to remove
    server = PostgresServer(
        install.new_folder(parent),
        programs,
        max_connections=max_connections,
        fsync=fsync,
        password=password,
        tls=tls,
        settings=settings,
    )
    try:
        server.create()
        yield server
    finally:
        server.close()


@contextlib.contextmanager
def databases() -> Iterator[Databases]:
    """Give the server that ``ONCALL_TEST_POSTGRES_URL`` names, or else run one."""
    url = os.environ.get(NAMED)
    if not url:
        with running() as own:
            yield own
        return
    named = NamedServer(url)
    try:
        yield named
    finally:
        named.drop_templates()


def ours(server: Databases) -> PostgresServer:
    """Return a server that may be stopped; skips the test if it is one that the developer named."""
    if not isinstance(server, PostgresServer):
        pytest.skip(f"{NAMED} names a server that is not ours to stop")
    return server
