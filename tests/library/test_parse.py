"""Front matter, titles, names of files."""

from __future__ import annotations

import pytest

from console.library.parse import parse, split_front_matter, stem


def test_front_matter_gives_title_alerts_and_services_and_is_not_shown() -> None:
    runbook = parse(
        "---\ntitle: \"Payments are slow\"\nalerts: [HighLatency, 'SlowDb']\nservices:\n  - payments\n  - orders-db\nweight: 20\n---\n\n# Latency\n\ntext\n",
        "a/b.md",
        "alert name",
    )
    assert runbook.title == "Payments are slow"
    assert runbook.alerts == ("HighLatency", "SlowDb")
    assert runbook.services == ("payments", "orders-db")
    assert runbook.text == "# Latency\n\ntext"
    assert (runbook.path, runbook.matched_by) == ("a/b.md", "alert name")


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("# High **error** rate #\n", "High **error** rate"),
        ("Slow queries\n============\n", "Slow queries"),
        ("```\n# not this\n```\n# This\n", "This"),
        ("## Only a second level\n", "disk-full"),
        ("", "disk-full"),
        ("---\ntitle:\n---\n# H\n", "H"),
    ],
)
def test_titles(text: str, title: str) -> None:
    assert parse(text, "ops/disk-full.md").title == title


@pytest.mark.parametrize("text", ["---\nno end\n", "text\n---\na: b\n---\n", "", "---"])
def test_what_is_no_front_matter_stays_in_the_text(text: str) -> None:
    assert split_front_matter(text) == ({}, text)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("KubeletDown.md", "KubeletDown"),
        ("content__runbooks__etcd__etcdNoLeader.md", "etcdNoLeader"),
        ("source__manual__alerts__RouterErrorRatioTooHigh.html.md", "RouterErrorRatioTooHigh"),
        ("content/runbooks/etcd/_index.md", "etcd"),
        ("content__runbooks__alertmanager___index.md", "alertmanager"),
        ("HighErrorRate/README.md", "HighErrorRate"),
        ("README.md", "README"),
        ("https://wiki.example/runbooks/disk-full.html", "disk-full"),
        ("", ""),
    ],
)
def test_stems(path: str, name: str) -> None:
    assert stem(path) == name
