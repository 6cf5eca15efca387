"""The page for users loads, and has every key of every kind."""

from __future__ import annotations

import re

import pytest

from console.config.load import Loaded
from console.feeds import registry
from console.web.options import WebOptions
from tests.config.samples import EXAMPLE, SOURCE, TEAM, loaded
from tests.paths import REPO

PAGE = (REPO / "docs" / "feeds.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```toml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
COMMENTED = re.findall(r"^# \[\[changes\]\].*\n(?:#.*\n)+", EXAMPLE.read_text(encoding="utf-8"), re.MULTILINE)
EXAMPLES = "\n".join(re.sub("^# ", "", block, flags=re.MULTILINE) for block in COMMENTED)


def config_of(text: str) -> Loaded:
    return loaded(TEAM + SOURCE + text)


@pytest.mark.parametrize("text", ["\n".join(BLOCKS), EXAMPLES], ids=["page", "example"])
def test_what_users_are_shown_loads_and_has_every_key(text: str) -> None:
    found = config_of(text)
    assert {table.kind for table in found.config.changes} == set(registry.kinds())
    assert not [line for line in found.warnings if "changes" in line]
    shared = {*WebOptions.model_fields, "interval", "services"}
    for table in found.config.changes:
        said = set(table.model_extra or ())
        assert set(registry.options_of(table.kind).model_fields) - shared <= said | {"environments", "url"}


def test_every_shared_key_is_on_the_page() -> None:
    assert {key for key in WebOptions.model_fields if f"`{key}`" not in PAGE} == set()


def test_its_links_lead_somewhere() -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)", PAGE)
    assert links
    assert [link for link in links if not (REPO / "docs" / link).exists()] == []
