"""Keep the store off file systems on which SQLite's locks and shared memory do not hold."""

from __future__ import annotations

import re
from pathlib import Path

from console.errors import StoreError

MOUNTS = Path("/proc/self/mountinfo")

# fmt: off
NETWORK = frozenset(
    {
        "9p", "afs", "beegfs", "ceph", "cifs", "coda", "davfs", "gfs2", "gpfs", "lustre", "ncp",
        "ncpfs", "nfs", "nfs4", "ocfs2", "orangefs", "panfs", "prl_fs", "pvfs2", "smb", "smb3", "smbfs",
        "vboxsf", "virtiofs", "vmhgfs"
    }
)
NETWORK_FUSE = frozenset(
    {
        "beegfs", "ceph", "davfs2", "gcsfuse", "glusterfs", "goofys", "gvfsd-fuse", "httpfs", "mfs",
        "moosefs", "rclone", "s3fs", "smbnetfs", "sshfs", "vmhgfs-fuse"
    }
)
# fmt: on
MEMORY = frozenset({"tmpfs", "ramfs"})


def check(folder: Path, mounts: Path | None = None) -> str:
    """Return a warning about the file system a folder lies on, or an empty string.

    Raises ``StoreError`` for a network file system. Where the system has no mount table (not
    Linux) nothing is known and nothing is said.
    """
    kind = filesystem(folder, mounts)
    if kind in NETWORK or kind.removeprefix("fuse.") in NETWORK_FUSE:
        raise StoreError(
            f"The folder {folder} is on a network file system ({kind}), where a store would be damaged",
            hint="put the store on a local disk",
        )
    if kind in MEMORY:
        return f"{folder} is kept in memory ({kind}): the store is gone after a restart of the machine"
    return ""


def filesystem(folder: Path, mounts: Path | None = None) -> str:
    """Return the type of the file system that holds a folder; empty where it is not known."""
    try:
        table = (mounts or MOUNTS).read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return ""
    best, kind = -1, ""
    for line in table.splitlines():
        point, found = _mount(line)
        # A later mount on the same point covers the earlier one.
        if point is not None and len(point.parts) >= best and folder.is_relative_to(point):
            best, kind = len(point.parts), found
    return kind


def _mount(line: str) -> tuple[Path | None, str]:
    """Return mount point and type of a line of mountinfo (``man 5 proc``: fields 5 and 9, after the dash)."""
    before, dash, after = line.partition(" - ")
    fields, types = before.split(), after.split()
    if not dash or len(fields) < 5 or not types:
        return None, ""
    return Path(_unescape(fields[4])), types[0]


def _unescape(text: str) -> str:
    r"""Undo the table's octal escapes: a space in a path is written ``\040``."""
    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), text)
