"""The worked examples of ``docs/sources``: a TOML block below a comment that names it."""

from __future__ import annotations

import re
import tomllib
from typing import Any

from tests.paths import REPO


def example(page: str, name: str) -> dict[str, Any]:
    """Return the source's table, without kind and name."""
    text = (REPO / "docs" / "sources" / f"{page}.md").read_text(encoding="utf-8")
    found = re.search(rf"<!-- example: {name} -->\n```toml\n(.*?)```", text, re.DOTALL)
    assert found, f"docs/sources/{page}.md has no example called {name}"
    (table,) = tomllib.loads(found[1])["sources"]
    return {key: value for key, value in table.items() if key not in {"kind", "name"}}
