"""Which file systems a store may lie on, told from forged mount tables."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.errors import StoreError
from console.store.sqlite.fsguard import check, filesystem

TABLE = r"""
21 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
22 21 0:20 / /proc rw,nosuid - proc proc rw
23 21 0:21 / /dev/shm rw - tmpfs tmpfs rw,size=1g
24 21 0:40 / /home rw,relatime shared:9 master:3 - nfs4 server:/export/home rw,vers=4.2
25 24 8:1 / /home/asha/local rw - xfs /dev/sda1 rw
26 21 0:41 / /mnt/my\040disk rw - cifs //server/share rw
27 21 0:42 / /mnt/a\134b rw - fuse.sshfs asha@server:/ rw
28 21 0:43 / /homework rw - btrfs /dev/sdb rw
29 21 0:44 / /over rw - ext4 /dev/sdc rw
30 21 0:45 / /over rw - virtiofs shared rw
31 21 0:46 / /vm rw - 9p host rw
32 21 0:47 / /mnt/windows rw - fuseblk /dev/sdd1 rw
33 21 0:48 / /mnt/cloud rw - fuse.rclone remote: rw
a line that makes no sense
34 21 0:49 / /broken rw
35 21 0:50 / /mnt/s3 rw - smb3 //server/s3 rw
"""


@pytest.fixture
def mounts(tmp_path: Path) -> Path:
    table = tmp_path / "mountinfo"
    table.write_text(TABLE)
    return table


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/", "ext4"),
        ("/var/lib/oncall", "ext4"),
        ("/home/asha", "nfs4"),
        ("/home/asha/local/share", "xfs"),
        ("/homework", "btrfs"),
        ("/mnt/my disk/store", "cifs"),
        ("/mnt/my", "ext4"),
        ("/mnt/a\\b", "fuse.sshfs"),
        ("/over/x", "virtiofs"),
        ("/broken", "ext4"),
        ("/mnt/windows", "fuseblk"),
    ],
)
def test_the_nearest_and_latest_mount_counts(mounts: Path, folder: str, kind: str) -> None:
    assert filesystem(Path(folder), mounts) == kind


@pytest.mark.parametrize(
    "folder",
    ["/home/asha", "/mnt/my disk", "/mnt/a\\b", "/over", "/vm/store", "/mnt/cloud/x", "/mnt/s3"],
)
def test_network_file_systems_are_refused(mounts: Path, folder: str) -> None:
    with pytest.raises(StoreError, match=r"network file system.*local disk"):
        check(Path(folder), mounts)


@pytest.mark.parametrize("folder", ["/", "/home/asha/local", "/homework", "/mnt/windows"])
def test_local_ones_are_taken(mounts: Path, folder: str) -> None:
    assert check(Path(folder), mounts) == ""


def test_memory_is_taken_with_a_warning(mounts: Path) -> None:
    assert "gone after a restart" in check(Path("/dev/shm/oncall"), mounts)


def test_without_a_mount_table_nothing_is_said(tmp_path: Path) -> None:
    assert check(tmp_path, tmp_path / "nowhere") == ""
