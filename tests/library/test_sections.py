"""Headings, their anchors and what stands below them."""

from __future__ import annotations

import pytest

from console.library.sections import anchor_of, headings_of, section_of

TEXT = """# Disk full

## First look

See it.

```sh
# not a heading
```

### In `prod` & [staging](https://x.example)

x

Underlined
----------

## First look

- a
---
"""


def test_headings_have_anchors_as_git_hosts_make_them() -> None:
    assert [(heading.level, heading.anchor) for heading in headings_of(TEXT)] == [
        (1, "disk-full"),
        (2, "first-look"),
        (3, "in-prod--staging"),
        (2, "underlined"),
        (2, "first-look-1"),
    ]


def test_a_section_ends_at_the_next_heading_of_its_level() -> None:
    section = section_of(TEXT, "#First-Look")
    assert section is not None
    assert section.text.startswith("## First look")
    assert section.text.rstrip().endswith("x")
    assert [heading.level for heading in section.headings] == [2, 3]
    last = section_of(TEXT, "first-look-1")
    assert last is not None
    assert last.text.startswith("## First look\n\n- a")


@pytest.mark.parametrize("anchor", ["", "#", "nope", "../x", "first look"])
def test_what_is_no_anchor_has_no_section(anchor: str) -> None:
    assert section_of(TEXT, anchor) is None


def test_an_anchor_of_its_own_counts() -> None:
    assert [heading.anchor for heading in headings_of("## Fix it {#repair}\n")] == ["repair"]
    assert anchor_of("What's next?") == "whats-next"
