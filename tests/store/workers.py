"""Programs of their own that tests start beside themselves: ``python -m tests.store.workers NAME PATH …``.

Each prints what the store told it, one line at a time and at once, so that a killed one has
promised exactly what can be read.
"""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import apsw

from console.domain.events import Noted
from console.errors import StoreError
from console.store.migrate import migrate
from console.store.moving import copy
from console.store.schema import MIGRATIONS, SQLITE, Migration
from console.store.sqlite.store import SqliteStore
from console.store.sqlite.tx import immediate
from tests.paths import REPO
from tests.store.made import follow, opening
from tests.store.places import on_server


def start(name: str, *args: object) -> subprocess.Popen[str]:
    """Start a worker; its output is a pipe."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.store.workers", name, *map(str, args)],
        cwd=REPO,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def say(text: str) -> None:
    """Print a line past every buffer."""
    os.write(1, f"{text}\n".encode())


def starters(folder: str, rounds: str, count: str) -> None:
    """Let many processes open a new store at the same moment, several times; say what each found."""
    for turn in range(int(rounds)):
        moment = time.monotonic() + 0.05
        path = Path(folder) / f"store-{turn}.db"
        children = [_fork_starter(path, moment) for _ in range(int(count))]
        codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
        say(" ".join(map(str, codes)))


def _fork_starter(path: Path, moment: float) -> int:
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        while time.monotonic() < moment:
            pass
        store = SqliteStore(path, busy_timeout=20.0)
        code = 0 if store.info().schema == len(MIGRATIONS) else 2
    except StoreError as error:
        say(str(error))
    finally:
        os._exit(code)


def _die(*_values: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def dying_migrator(path: str) -> None:
    """Get killed in the middle of the first migration, after its tables were made."""
    raw = apsw.Connection(path)
    raw.execute("PRAGMA journal_mode = WAL")
    raw.create_scalar_function("die", _die)
    dying = Migration(f"{MIGRATIONS[0].sql}; SELECT die();", compatible=1)
    migrate(lambda: immediate(raw), SQLITE, (dying,))


def filler(path: str, limit: str) -> None:
    """Append notes until no file may grow any more; say each that was saved."""
    store = SqliteStore(Path(path))
    store.append([opening()])
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit), resource.RLIM_INFINITY))
    n = 2
    for _ in range(10_000):
        try:
            store.append([follow(after=n, op=f"op-{n + 1}", body=Noted("x" * 4000))])
        except StoreError as error:
            say(f"error {error}")
            break
        n += 1
        say(f"saved {n}")
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    store.append([follow(after=n, op=f"op-{n + 1}")])
    say(f"saved {n + 1}")


def dying_copier(source: str, target: str) -> None:
    """Get killed in the middle of a copy, when most of it is there."""
    old = SqliteStore(Path(source))
    new = on_server(target) if target.startswith("postgresql:") else SqliteStore(Path(target))

    def tell(table: str, _done: int, _total: int) -> None:
        if table == "journal":
            say("on the way")
            _die()

    copy(old.database, new.database, tell)


if __name__ == "__main__":
    workers: dict[str, Callable[..., None]] = {
        "starters": starters,
        "dying_migrator": dying_migrator,
        "filler": filler,
        "dying_copier": dying_copier,
    }
    workers[sys.argv[1]](*sys.argv[2:])
