"""Configs that several tests start from."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from console.config.load import Loaded, parse
from tests.paths import REPO

EXAMPLE = REPO / "config.example.toml"

TEAM = """\
[me]
id = "asha"

[[people]]
id = "asha"
name = "Asha"
slack = "@asha"
[[people]]
id = "budi"
name = "Budi"
phone = "+62 811-555-0102"
[[people]]
id = "dewi"

[[channels]]
kind = "webhook"
name = "hook"
url = "http://127.0.0.1:9/oncall"

[[teams]]
id = "payments"
[[services]]
name = "payments"
team = "payments"

[[rotations]]
team = "payments"
role = "primary"
members = ["asha", "budi"]
every = "weekly"
handoff = "Mon 09:00"
timezone = "Asia/Jakarta"
start = 2026-01-05
[[rotations]]
team = "payments"
role = "secondary"
members = ["budi", "asha"]
handoff = "Mon 09:00"
timezone = "Asia/Jakarta"
start = 2026-01-05

[[escalation]]
team = "payments"
levels = [
  { notify = ["primary"],   after = "0m" },
  { notify = ["secondary"], after = "5m" },
  { notify = ["dewi"],      after = "10m", name = "L1 manager" },
]
"""

SOURCE = """
[[sources]]
kind = "alertmanager"
name = "prod"
url = "http://127.0.0.1:9093"
"""


def loaded(text: str = TEAM + SOURCE) -> Loaded:
    """Return a config as if it stood in a file that nobody else may read."""
    return parse(text, Path("oncall.toml"))


def blocks_of_the_example() -> dict[str, str]:
    """Return the sources that are commented out there, by kind, without their "# "; each ends at an empty line."""
    text = EXAMPLE.read_text(encoding="utf-8")
    found = re.findall(r"^# \[\[sources\]\]\n(?:#.*\n)+", text, re.MULTILINE)
    assert len(found) == text.count("# [[sources]]")
    plain = [re.sub("^# ", "", block, flags=re.MULTILINE) for block in found]
    return {tomllib.loads(block)["sources"][0]["kind"]: block for block in plain}
