"""``config.example.toml`` loads as it stands and has every key of the model."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from pydantic import BaseModel

from console.cli.looks import problems_of_looks
from console.config.load import Loaded, load, parse
from console.config.model import Config, SourceTable
from console.config.policy import policy_of, setup_of
from console.config.problems import models_in
from console.domain.policy import DEFAULT_TARGETS
from console.sources import registry
from console.sources.alertmanager.options import Options
from console.sources.base.options import HttpOptions, SourceOptions
from tests.config.samples import EXAMPLE, blocks_of_the_example


def test_it_loads_without_a_change_and_without_a_warning() -> None:
    assert load(EXAMPLE).warnings == ()


def test_the_targets_in_it_are_the_defaults() -> None:
    assert policy_of(load(EXAMPLE)).targets == DEFAULT_TARGETS


def fields(model: type[BaseModel], section: str = "") -> Iterator[tuple[str, str]]:
    for name, field in model.model_fields.items():
        inner = next(models_in(field.annotation), None)
        yield section, field.alias or name
        if inner is not None:
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
    missing = wanted - written(EXAMPLE.read_text())
    assert not missing


def test_what_is_commented_out_in_it_would_load_too(tmp_path: Path) -> None:
    names = "username|password|ca_file|cert_file|key_file|insecure|receiver|max_level|metrics|proxy|watchdogs"
    without = re.sub(
        r"^# \[\[sources\]\]\n(?:#.*\n)+", "", EXAMPLE.read_text(), flags=re.MULTILINE
    )  # tried below
    text = re.sub(rf'^# (?=(?:{names}) =|"incident)', "", without, flags=re.MULTILINE)
    assert text.count("\n# ") < without.count("\n# ")
    loaded = load_text(tmp_path, text)
    assert loaded.warnings == ()
    assert loaded.config.ui.keys
    assert loaded.config.store.password
    assert loaded.config.engine.metrics
    assert loaded.options[0].watchdogs
    assert problems_of_looks(setup_of(loaded)) == ()


BLOCKS = blocks_of_the_example()
COMMON = {*SourceOptions.model_fields, *HttpOptions.model_fields}


def test_it_has_every_kind_of_source() -> None:
    assert {*BLOCKS, "alertmanager"} == set(registry.kinds())


@pytest.mark.parametrize("kind", BLOCKS)
def test_a_source_has_every_key_of_its_kind(kind: str) -> None:
    wanted = {(table, key) for table, key in fields(registry.options_of(kind)) if table or key not in COMMON}
    shared = {(table, key) for block in BLOCKS.values() for table, key in said(block) if table}
    missing = wanted - set(said(BLOCKS[kind])) - shared  # where two kinds have the same table, once is enough
    assert not missing


def said(block: str) -> Iterator[tuple[str, str]]:
    """Yield (table, key) of all that a block says, what is an alternative to something else too."""
    table = ""
    for line in block.splitlines():
        header = re.match(r"\[+sources\.?([\w.]*)\]", line)
        if header:
            table = header[1]
            yield "", table or "kind"
        else:
            yield from keys(tomllib.loads(line.removeprefix("# ")), table)


def keys(value: Mapping[str, object], table: str) -> Iterator[tuple[str, str]]:
    for key, inner in value.items():
        yield table, key
        for one in inner if isinstance(inner, list) else [inner]:
            if isinstance(one, dict):
                yield from keys(one, f"{table}.{key}" if table else key)


@pytest.mark.parametrize("kind", BLOCKS)
def test_a_source_loads_when_it_is_no_longer_commented_out(kind: str, tmp_path: Path) -> None:
    loaded = load_text(tmp_path, f"{EXAMPLE.read_text()}\n{BLOCKS[kind]}")
    assert loaded.config.sources[-1].kind == kind
    assert [line for line in loaded.warnings if "2027-04-05" not in line] == []  # Opsgenie comes to its end


@pytest.mark.parametrize("kind", BLOCKS)
def test_what_is_an_alternative_in_a_source_is_a_key_of_its_kind(kind: str) -> None:
    possible = set(fields(registry.options_of(kind))) | {("", "kind"), ("", "name")}
    tables = {table for table, _ in possible}
    assert {(table, key) for table, key in said(BLOCKS[kind]) if table in tables} <= possible


def test_all_of_them_go_into_one_file(tmp_path: Path) -> None:
    loaded = load_text(tmp_path, "\n".join([EXAMPLE.read_text(), *BLOCKS.values()]))
    assert {table.kind for table in loaded.config.sources} == set(registry.kinds())


def load_text(folder: Path, text: str) -> Loaded:
    """Load a config from a file that only its owner may read."""
    file = folder / "oncall.toml"
    file.write_text(text)
    file.chmod(0o600)
    return load(file)


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
    (warning,) = parse(text, Path("oncall.toml")).warnings
    assert warning.endswith("no [[channels]]: pages reach nobody outside this screen")
