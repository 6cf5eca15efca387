"""Each kind of channel has a page, and the config on it is one that works."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from console.channels import registry
from console.channels.base.options import ChannelOptions, WebChannelOptions
from console.config.load import parse
from console.domain.notify.channels import Channel
from console.ui.attention.ways import sequence
from tests.paths import REPO
from tests.sources.test_docs import BLOCK, LINK
from tests.sources.test_docs import TEAM as SMALL

FOLDER = REPO / "docs" / "channels"
PAGES = sorted(FOLDER.glob("*.md"))

TEAM = (
    SMALL.replace('name = "Asha"', 'name = "Asha"\nslack = "U01234567"\nemail = "asha@shop.example"')
    + '[[channels]]\nkind = "slack_webhook"\nname = "ops"\nurl = { env = "X" }\n'
    + '[[sources]]\nkind = "alertmanager"\nname = "prod"\nurl = "http://am.example:9093"\n'
)

kinds = pytest.mark.parametrize("kind", registry.kinds())
pages = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)


def text_of(kind: str) -> str:
    return (FOLDER / f"{kind}.md").read_text(encoding="utf-8")


@pages
def test_the_config_on_it_loads(page: Path) -> None:
    for block in BLOCK.findall(page.read_text(encoding="utf-8")):
        loaded = parse(TEAM + block, Path("/etc/oncall/oncall.toml"))
        assert loaded.warnings == ()
        assert {table.kind for table in loaded.config.channels} <= {page.stem, "webhook", "slack_webhook"}


@kinds
def test_every_key_of_its_own_is_on_its_page(kind: str) -> None:
    text = text_of(kind)
    shared = {*ChannelOptions.model_fields, *WebChannelOptions.model_fields}
    own = set(registry.options_of(kind).model_fields) - shared
    assert {key for key in own if not re.search(rf"^(?:# )?{key} = ", text, re.MULTILINE)} == set()


def test_the_index_has_every_page_and_what_all_take() -> None:
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| \[(\w+)\]\((\w+)\.md\)", text, re.MULTILINE)) == {
        (kind, kind) for kind in registry.kinds()
    }
    assert {*ChannelOptions.model_fields, *WebChannelOptions.model_fields} <= set(
        re.findall(r"^(\w+) = ", text, re.MULTILINE)
    )


def test_the_index_has_every_way_to_ring() -> None:
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    ways = re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE)
    for way in ways:
        parse(TEAM + f'[ui]\nattention = ["{way}"]\n', Path("/etc/oncall/oncall.toml"))
    assert [way for way in ways if sequence(way, "x")] == ["bell", "osc9", "osc777"]


@pages
def test_the_links_on_it_lead_somewhere(page: Path) -> None:
    found = [target for target in LINK.findall(page.read_text(encoding="utf-8")) if target]
    assert [target for target in found if not (FOLDER / target).exists()] == []


@kinds
def test_a_kind_is_named_by_its_options_and_reaches_somebody(kind: str) -> None:
    (block, *_) = BLOCK.findall(text_of(kind))
    loaded = parse(TEAM + block, Path("/etc/oncall/oncall.toml"))
    reach = next(one for one in loaded.channels if kind == one.KIND).reach("x")
    assert isinstance(reach, Channel)
    assert reach.kind == kind
    assert reach.contact or reach.room


EXAMPLE = (REPO / "config.example.toml").read_text(encoding="utf-8")
COMMENTED = re.findall(r"^# \[\[channels\]\]\n(?:# .*\n)+", EXAMPLE, re.MULTILINE)


def test_the_example_has_every_kind_and_what_is_commented_out_in_it_loads() -> None:
    there = parse(EXAMPLE, Path("/etc/oncall/oncall.toml")).config.channels
    blocks = "".join(re.sub("^# ", "", block, flags=re.MULTILINE) for block in COMMENTED)
    rest = parse(TEAM + blocks, Path("/etc/oncall/oncall.toml")).config.channels
    assert {table.kind for table in (*there, *rest)} == set(registry.kinds())
