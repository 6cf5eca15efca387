"""A Markdown file's text as a ``Runbook``: front matter, title, steps."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from console.domain.runbook import Runbook
from console.domain.text import multi_line, one_line
from console.library.markdown import Document
from console.library.steps import steps_of

MAX_BYTES = 1_000_000
"""Longer files are not runbooks; they are refused before they are read."""

_FENCE = re.compile(r"^\s{0,3}(```|~~~)")
_KEY = re.compile(r"^(\w[\w -]*?)\s*:\s*(.*)$")
_ITEM = re.compile(r"^\s*-\s+(.*)$")


@dataclass(frozen=True, slots=True)
class Head:
    """What finding a runbook needs to know of it: its names, without parsing the rest."""

    title: str
    heading: str
    alerts: tuple[str, ...] = ()
    services: tuple[str, ...] = ()


def parse(text: str, path: str, matched_by: str = "") -> Runbook:
    """Return the runbook in a file's text. Any text is one; at worst it has no steps.

    ``path`` names it and, without its folders and endings, is the title of last resort.
    """
    head = read_head(text, path)
    body = split_front_matter(safe(text))[1].strip("\n")
    return Runbook(
        path=one_line(path),
        title=head.title,
        text=body,
        steps=steps_of(Document(body)),
        alerts=head.alerts,
        services=head.services,
        matched_by=matched_by,
    )


def safe(text: str) -> str:
    """Return a whole file's text, safe to show."""
    return multi_line(text, limit=MAX_BYTES, lines=MAX_BYTES)


def read_head(text: str, path: str) -> Head:
    """Return a file's names: front matter ``title``, ``alerts`` and ``services``, and its first top heading."""
    matter, body = split_front_matter(text)
    heading = one_line(_first_heading(body).strip("*_` "), 200)
    title = " ".join(matter.get("title", ()))
    return Head(
        title=one_line(title, 200) or heading or one_line(stem(path)),
        heading=heading,
        alerts=tuple(one_line(name, 200) for key in ("alerts", "alert") for name in matter.get(key, ())),
        services=tuple(
            one_line(name, 200) for key in ("services", "service") for name in matter.get(key, ())
        ),
    )


def stem(path: str) -> str:
    """Return a file's own name without folders and endings, also where ``__`` stands for folders.

    ``content__runbooks__etcd__etcdNoLeader.html.md`` is ``etcdNoLeader``; an ``index`` or
    ``README`` goes by its folder's name.
    """
    parts = [part for part in re.split(r"[/\\]|__", path) if part]
    while len(parts) > 1 and _ending_off(parts[-1]).lower().strip("_") in {"index", "readme"}:
        parts.pop()
    return _ending_off(parts[-1]).lstrip("_") if parts else ""


def _ending_off(name: str) -> str:
    return re.sub(r"(\.html?)?\.(md|markdown)$|\.html?$", "", name, flags=re.IGNORECASE)


def split_front_matter(text: str) -> tuple[dict[str, tuple[str, ...]], str]:
    """Return the front matter between ``---`` lines, and what follows it.

    Understood are ``key: value``, ``key: [a, b]`` and ``key:`` with ``- item`` lines below; other
    lines are passed over.
    """
    lines = text.lstrip("\ufeff").splitlines()
    if not lines or lines[0].rstrip() != "---":
        return {}, text
    end = next((n for n, line in enumerate(lines[1:200], 1) if line.rstrip() in {"---", "..."}), None)
    if end is None:
        return {}, text
    found: dict[str, tuple[str, ...]] = {}
    key = ""
    for line in lines[1:end]:
        item, pair = _ITEM.match(line), _KEY.match(line)
        if item and key:
            found[key] += _values(item.group(1))[:1]
        elif pair:
            key = pair.group(1).strip().lower()
            found[key] = _values(pair.group(2))
    return found, "\n".join(lines[end + 1 :])


def _values(text: str) -> tuple[str, ...]:
    """Return a value or a bracketed list of values, without quotes."""
    text = text.strip()
    parts = text[1:-1].split(",") if text.startswith("[") and text.endswith("]") else [text]
    values = (part.strip().strip("\"'").strip() for part in parts)
    return tuple(value for value in values if value)


def _first_heading(body: str) -> str:
    """Return the first top heading's text (``# Title``, or underlined with ``===``), code left out."""
    lines = body.splitlines()[:400]
    in_code = False
    for line, below in pairwise([*lines, ""]):
        if _FENCE.match(line):
            in_code = not in_code
        elif in_code:
            continue
        elif re.match(r"^ {0,3}#\s+\S", line):
            return re.sub(r"\s+#+\s*$", "", line.strip().lstrip("#").strip())
        elif line.strip() and re.match(r"^ {0,3}=+\s*$", below):
            return line.strip()
    return ""
