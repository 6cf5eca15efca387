"""The store's files: for their owner only, and still the ones that were opened."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from console.errors import StoreError

PRIVATE_FILE = 0o600
PRIVATE_FOLDER = 0o700
OTHERS = 0o077


def make_folder(folder: Path) -> None:
    """Create a folder and its missing parents, each for the owner only; existing ones are left as they are."""
    try:
        missing = [path for path in (folder, *folder.parents) if not path.exists()]
        for path in reversed(missing):
            path.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
            path.chmod(PRIVATE_FOLDER)  # the umask may have taken more away
    except OSError as error:
        raise _refused(f"The folder {folder} cannot be made", error) from error


def create(path: Path) -> bool:
    """Create an empty file for the owner only; return False where it exists already.

    An existing file is not opened: closing it would drop the locks that another connection of
    this process holds on it (sqlite.org, "How To Corrupt", 2.2).
    """
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, PRIVATE_FILE)
    except FileExistsError:
        return False
    except OSError as error:
        raise _refused(f"The store {path} cannot be made", error) from error
    try:
        os.fchmod(descriptor, PRIVATE_FILE)
    finally:
        os.close(descriptor)
    return True


def keep_private(path: Path) -> str:
    """Take other people's rights away from the store's files (B12); return a warning where that fails.

    The owner's own rights stay, as a store may be read-only on purpose; the files beside it follow it.
    """
    mode = stat.S_IMODE(path.stat().st_mode) & ~OTHERS
    for name in (path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")):
        try:
            if stat.S_IMODE(name.stat().st_mode) != mode:
                name.chmod(mode)
        except FileNotFoundError:
            continue
        except OSError:
            return f"{name} can be read by others and its rights cannot be changed"
    return ""


def require_regular(path: Path) -> None:
    """Raise ``StoreError`` where a path is something else than a file."""
    try:
        mode = path.stat().st_mode
    except OSError as error:
        raise _refused(f"The store {path} cannot be opened", error) from error
    if not stat.S_ISREG(mode):
        what = "a folder" if stat.S_ISDIR(mode) else "not a file"
        raise StoreError(f"The store {path} is {what}", hint="name a file in [store] url")


def identity(path: Path) -> tuple[int, int] | None:
    """Return what tells one file from another of the same name; None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def size(path: Path) -> int:
    """Return a file's size in bytes; 0 where there is none."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def sync_to_disk(path: Path) -> None:
    """Make a finished file and its name in the folder survive a power loss."""
    try:
        for name in (path, path.parent):
            descriptor = os.open(name, os.O_RDONLY | os.O_CLOEXEC)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
    except OSError as error:
        raise _refused(f"{path} cannot be flushed to disk", error) from error


def _refused(what: str, error: OSError) -> StoreError:
    return StoreError(
        f"{what} ({error.strerror or error})", hint="check the folder and who may write there, or [store] url"
    )
