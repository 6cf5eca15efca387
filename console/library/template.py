"""A new runbook with the fields that one needs. What is still to be written says so, and counts as no step."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")

_TEXT = """\
---
title: {name}
alerts: [{alert}]
services: [{services}]
owner: {owner}
reviewed: {today}
---

# {name}

## What it means

TODO: what the alert measures, and when it fires.

## Impact

TODO: what users notice, and how soon.

## First look

TODO: the dashboard, and the one command that shows whether it is real.

## Steps

1. TODO: what to do first, with its command in a fence that says `sh`.

## Verify

TODO: how to see that it is over.

## Escalate

TODO: whom to call, when, and what to have at hand.
"""


def file_name(name: str) -> str:
    """Return the file of a new runbook. Raises ``ValueError`` with one line where it cannot be a name."""
    bare = name.removesuffix(".md")
    if not _NAME.fullmatch(bare):
        raise ValueError(f'"{name}" must be a name of letters, digits, dots and dashes, such as DiskFull')
    return f"{bare}.md"


def write_new(folder: Path, name: str, service: str, owner: str, today: date) -> Path:
    """Write a new runbook and return where. Raises ``FileExistsError``, ``OSError``, ``ValueError``."""
    file = folder / file_name(name)
    bare = file.name.removesuffix(".md")
    text = _TEXT.format(name=bare, alert=bare, services=service, owner=owner, today=today.isoformat())
    folder.mkdir(parents=True, exist_ok=True)
    with file.open("x", encoding="utf-8") as opened:
        opened.write(text)
    return file
