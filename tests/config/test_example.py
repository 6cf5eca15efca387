"""``config.example.toml`` loads as it stands and has every key of the model."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel

from console.cli.looks import problems_of_looks
from console.config.load import load, parse
from console.config.model import Config, SourceTable
from console.config.policy import policy_of, setup_of
from console.config.problems import models_in
from console.domain.policy import DEFAULT_TARGETS
from console.sources.alertmanager.options import Options
from tests.paths import REPO

FILE = REPO / "config.example.toml"


def test_it_loads_without_a_change_and_without_a_warning() -> None:
    assert load(FILE).warnings == ()


def test_the_targets_in_it_are_the_defaults() -> None:
    assert policy_of(load(FILE)).targets == DEFAULT_TARGETS


def fields(model: type[BaseModel], section: str = "") -> Iterator[tuple[str, str]]:
    for name, field in model.model_fields.items():
        inner = next(models_in(field.annotation), None)
        yield section, name
        if inner is not None and inner.__name__ != "Handoff":
            yield from fields(inner, f"{section}.{name}" if section else name)


def written(text: str) -> set[tuple[str, str]]:
    """Return (section, key) of everything in the file, commented out or not."""
    found: set[tuple[str, str]] = set()
    section = ""
    for line in text.splitlines():
        header = re.match(r"(?:# )?\[+([\w.]+)\]+(?:\s|$)", line)
        if header:
            section = header[1]
            found.add(("", section.partition(".")[0]))
            found.add(tuple(section.rpartition(".")[::2]))
            continue
        code = line.removeprefix("# ")
        match = re.match(r'("?[\w.]+"?) = ', code)
        if match:
            found.add((section, match[1]))
            parent = match[1] if "{" in code else ""
        else:
            parent = "levels" if line.startswith("  {") else ""
        if parent:
            found |= {(f"{section}.{parent}", key) for key in re.findall(r"[{,] (\w+) =", code)}
    return found


@pytest.mark.parametrize(
    ("model", "section"),
    [(Config, ""), (SourceTable, "sources"), (Options, "sources")],
    ids=["all", "table", "kind"],
)
def test_every_key_is_in_it(model: type[BaseModel], section: str) -> None:
    wanted = set(fields(model, section))
    wanted -= {
        (f"sla.{priority}", key) for priority in ("P2", "P3", "P4") for _, key in fields(Config) if priority
    }
    missing = wanted - written(FILE.read_text())
    assert not missing


def test_what_is_commented_out_in_it_would_load_too(tmp_path: Path) -> None:
    names = "username|password|ca_file|cert_file|key_file|insecure|receiver|max_level|metrics"
    text = re.sub(rf'^# (?=(?:{names}) =|"incident)', "", FILE.read_text(), flags=re.MULTILINE)
    assert text.count("\n# ") < FILE.read_text().count("\n# ")
    file = tmp_path / "oncall.toml"
    file.write_text(text)
    file.chmod(0o600)
    loaded = load(file)
    assert loaded.warnings == ()
    assert loaded.config.ui.keys
    assert loaded.config.store.password
    assert loaded.config.engine.metrics
    assert problems_of_looks(setup_of(loaded)) == ()


def test_the_minimal_team_config_of_the_readme_needs_nothing_else() -> None:
    text = """
[me]
id = "asha"

[store]
url = "sqlite:///oncall.db"

[[sources]]
kind = "alertmanager"
name = "prod"
url = "http://127.0.0.1:9093"
interval = "15s"

[[people]]
id = "asha"
name = "Asha"
[[people]]
id = "budi"
name = "Budi"

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

[[escalation]]
team = "payments"
levels = [{ notify = ["primary"], after = "0m" }, { notify = ["budi"], after = "10m", name = "L1" }]
"""
    assert parse(text, Path("oncall.toml")).warnings == ()
