"""Which addresses mean a file of ours: only below the allowed beginnings, only runbooks, never anything else."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.library.addresses import Address, mapped
from console.library.index import Index

ALLOWED = (("https://runbooks.example/", "."), ("https://git.example/ops/docs/", "alerts"))
KNOWN = {"disk.md", "alerts/lag.md", "etcd/README.md", "secret.txt.md"}


@pytest.mark.parametrize(
    ("url", "path", "anchor"),
    [
        ("https://runbooks.example/disk", "disk.md", ""),
        ("https://runbooks.example/disk.html#fix-it", "disk.md", "fix-it"),
        ("https://RUNBOOKS.example/disk.md?plain=1", "disk.md", ""),
        ("https://runbooks.example/etcd/", "etcd/README.md", ""),
        ("https://runbooks.example//alerts/./lag", "alerts/lag.md", ""),
        ("https://git.example/ops/docs/lag", "alerts/lag.md", ""),
    ],
)
def test_an_allowed_address_is_a_file(url: str, path: str, anchor: str) -> None:
    assert mapped(url, ALLOWED, KNOWN) == Address(path, anchor)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "disk.md",
        "http://runbooks.example/disk",
        "https://runbooks.example.evil.example/disk",
        "https://runbooks.example@evil.example/disk",
        "https://evil.example/?https://runbooks.example/disk",
        "https://runbooks.example:8443/disk",
        "https://runbooks.example/../disk",
        "https://runbooks.example/alerts/%2e%2e/disk",
        "https://runbooks.example/alerts/..%2fdisk",
        "https://runbooks.example//etc/passwd",
        "https://git.example/ops/docs/../../disk",
        "https://git.example/ops/docsdisk",
        "file:///disk.md",
        "file://runbooks.example/disk.md",
        "http://169.254.169.254/disk.md",
        "http://localhost/disk.md",
        "javascript:alert(1)//runbooks.example/disk",
        "https://[runbooks.example/disk",
    ],
)
def test_any_other_is_none(url: str) -> None:
    assert mapped(url, ALLOWED, KNOWN) is None


def test_the_alerts_address_finds_the_file_and_shows_its_section(tmp_path: Path) -> None:
    (tmp_path / "disk.md").write_text(
        "# Disks\n## Look\n1. Check the disk\n2. Read the log\n## Fix it\n1. Delete the logs\n## After\n1. Tell Asha\n"
    )
    index = Index([tmp_path], ALLOWED)
    runbook, note = index.find("Nope", "x", (), "https://runbooks.example/disk#fix-it")
    assert runbook is not None
    assert (note, runbook.section) == ("found by runbook_url", "Fix it")
    assert [(step.n, step.text) for step in runbook.steps] == [(3, "Delete the logs")]
    assert runbook.text.startswith("# Disks")
    whole, _ = index.find("Nope", "x", (), "https://runbooks.example/disk#no-such")
    assert whole is not None
    assert (whole.section, len(whole.steps)) == ("", 3)
    assert index.find("Nope", "x", (), "https://elsewhere.example/disk")[0] is None


def test_links_that_lead_out_of_the_folder_show_nothing(tmp_path: Path) -> None:
    folder, secret = tmp_path / "runbooks", tmp_path / "secret.md"
    folder.mkdir()
    secret.write_text("# Secret\n")
    (folder / "out.md").symlink_to(secret)
    (folder / "up").symlink_to(tmp_path, target_is_directory=True)
    (folder / "disk.md").write_text("# Disk\n")
    (folder / "same.md").symlink_to(folder / "disk.md")
    index = Index([folder], ALLOWED)
    assert [entry.path for entry in index.entries()] == ["disk.md", "same.md"]
    assert index.problems == ("out.md: a link that leads out of the folder",)
    for name in ("../secret.md", "/etc/passwd", str(secret), "up/secret.md", "out.md"):
        assert index.find("Nope", "x", (name,), f"https://runbooks.example/{name}")[0] is None
        assert index.at(name) is None
