"""Each kind has a page for its users, and the config on it is one that works."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from pathlib import Path

import pytest

from console.config.kinds import questions
from console.config.load import parse
from console.domain.vocabulary import EffectKind
from console.sources import registry
from console.sources.base.options import COUNTERS, HttpOptions, SourceOptions
from tests.config.samples import blocks_of_the_example
from tests.paths import REPO
from tests.sources.contract.fixtures import fixture_of

FOLDER = REPO / "docs" / "sources"
EXAMPLES = {kind: tomllib.loads(block)["sources"][0] for kind, block in blocks_of_the_example().items()}
BLOCK = re.compile(r"^```toml\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)")
TEAM = """
[me]
id = "asha"

[[people]]
id = "asha"
name = "Asha"
phone = "+62 811-555-0101"

[[channels]]
kind = "webhook"
name = "pager"
url = "https://pager.example/oncall"
contact = "phone"

[[teams]]
id = "payments"

[[rotations]]
team = "payments"
role = "primary"
members = ["asha"]
every = "weekly"
handoff = "Mon 09:00"
timezone = "Asia/Jakarta"
start = 2026-01-05

[[escalation]]
team = "payments"
levels = [{ notify = ["primary"], after = "0m" }]
"""

# A timeline is for the demo and for tests; it is described where it is read.
kinds = pytest.mark.parametrize("kind", [kind for kind in registry.kinds() if kind != "replay"])


def page(kind: str) -> str:
    file = FOLDER / f"{kind}.md"
    assert file.is_file(), f"docs/sources/{kind}.md is missing"
    return file.read_text(encoding="utf-8")


def options_on(kind: str) -> list[SourceOptions]:
    """Return what the sources on a page are read as. Each block is a config with a small team around it."""
    found: list[SourceOptions] = []
    for block in BLOCK.findall(page(kind)):
        loaded = parse(TEAM + block, Path("/etc/oncall/oncall.toml"))
        assert [text for text in loaded.warnings if not text.endswith(always(kind))] == [], block
        tables = zip(loaded.config.sources, loaded.options, strict=True)
        found += [options for table, options in tables if table.kind == kind]
    return found


def always(kind: str) -> tuple[str, ...]:
    """Return what a kind warns of whatever its options are: that the product itself comes to its end."""
    return tuple(getattr(fixture_of(kind).options, "warnings", ()))


@kinds
def test_the_config_on_its_page_loads(kind: str) -> None:
    assert options_on(kind)


@kinds
def test_every_key_of_its_own_is_on_its_page(kind: str) -> None:
    text = page(kind)
    shared = {*SourceOptions.model_fields, *HttpOptions.model_fields}
    own = set(registry.options_of(kind).model_fields) - shared
    blocks = "\n".join(BLOCK.findall(text))
    missing = {
        key
        for key in own
        if not re.search(rf"^\s*(?:# ?)?{key} = |\[sources\.{key}[.\]]|`{key}\b", blocks + text, re.MULTILINE)
    }
    assert not missing


@kinds
def test_every_action_is_in_the_table_of_its_page(kind: str) -> None:
    cells = [row.split("|")[1].casefold() for row in page(kind).splitlines() if row.startswith("|")]
    possible = {done for options in options_on(kind) for done, _ in options.ability.does}
    possible |= set(getattr(registry.options_of(kind), "DOES", ()))
    named = possible - set(COUNTERS.values()) - {EffectKind.PUBLISH}
    assert {done for done in named if not any(done.value in cell for cell in cells)} == set()


@kinds
def test_the_links_on_its_page_lead_somewhere(kind: str) -> None:
    assert [target for target in LINK.findall(page(kind)) if not (FOLDER / target).exists()] == []


INDEX = FOLDER / "README.md"
ROW = re.compile(r"^\| \[(\w+)\]\((\w+)\.md\) \| (.+?) \| (.+?) \|$", re.MULTILINE)


def indexed() -> dict[str, tuple[set[str], set[str]]]:
    """Return the keys that act at each kind according to the index: those that always do, and all."""
    found: dict[str, tuple[set[str], set[str]]] = {}
    for kind, target, _shows, said in ROW.findall(INDEX.read_text(encoding="utf-8")):
        assert (FOLDER / f"{target}.md").is_file()
        assert kind == target
        assert kind not in found
        keys = set(said.split(", ")) - {"none"}
        found[kind] = {key for key in keys if "*" not in key}, {key.strip("*") for key in keys}
    return found


def test_the_index_has_every_page_and_every_kind() -> None:
    assert set(indexed()) == {kind for kind in registry.kinds() if kind != "replay"}
    assert {page.stem for page in FOLDER.glob("*.md")} - {"README"} == set(indexed())


def actions(kinds: Iterable[EffectKind]) -> set[str]:
    """Return what people do with keys; taking back is not said of each."""
    return {done.value for done in kinds if done not in {*COUNTERS.values(), EffectKind.PUBLISH}}


@kinds
def test_the_index_says_which_keys_act_there(kind: str) -> None:
    block = {"url": "http://am.example"} if kind == "alertmanager" else EXAMPLES[kind]
    asked = {key.name: block[key.name] for key in questions(kind) if key.name in block}
    usual = registry.options_of(kind).model_validate(asked).ability
    always_, all_ = indexed()[kind]
    assert actions(done for done, _ in usual.does) == always_
    assert actions({done for options in options_on(kind) for done, _ in options.ability.does}) <= all_
    assert possible(kind) == all_


def possible(kind: str) -> set[str]:
    """Return what can be done there with everything switched on."""
    model = registry.options_of(kind)
    if hasattr(model, "DOES"):
        return actions(model.DOES)
    return actions(done for options in options_on(kind) for done, _ in options.ability.does)


def test_the_config_in_the_index_loads_and_has_what_all_sources_take() -> None:
    text = INDEX.read_text(encoding="utf-8")
    (block,) = BLOCK.findall(text)
    assert parse(TEAM + block, Path("/etc/oncall/oncall.toml")).warnings == ()
    said = set(re.findall(r"(\w+) = ", block + text))
    assert {*SourceOptions.model_fields, *HttpOptions.model_fields} <= said


def test_the_links_in_the_index_lead_somewhere() -> None:
    assert [to for to in LINK.findall(INDEX.read_text(encoding="utf-8")) if not (FOLDER / to).exists()] == []
