"""Text from outside inside Markdown: shown as it reads, never as markup."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from console.domain.text import multi_line, one_line, safe_url

_SPECIAL = re.compile(r"([\\`*\[\]|~])")
_OUTER_UNDERSCORE = re.compile(r"(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])")
_LEADING = re.compile(r"^([#+=@-]|\d+(?=[.)]))")

NONE = "none"


def text(value: str, limit: int = 500) -> str:
    r"""Return outside text on one line, inert in Markdown, in HTML and in a table's cell.

    What could start markup is escaped; a leading ``=``, ``+``, ``-`` or ``@`` too, so that a cell
    pasted into a spreadsheet is no formula. An empty text is empty.
    """
    line = one_line(value, limit).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    line = _SPECIAL.sub(r"\\\1", line)
    line = _OUTER_UNDERSCORE.sub(r"\\_", line)
    leading = _LEADING.match(line)
    if leading is None:
        return line
    found = leading.group()
    return f"{found}\\{line[len(found) :]}" if found[0].isdigit() else f"\\{line}"


def link(title: str, url: str) -> str:
    """Return a link, or its title alone where the address is not a plain web address."""
    address = safe_url(url)
    if not address:
        return text(title)
    address = address.replace("(", "%28").replace(")", "%29").replace("<", "%3C").replace(">", "%3E")
    return f"[{text(title, 200)}]({address})"


def lines(value: str) -> str:
    """Return outside text of several lines, for an item of a list: each line inert, a hard break between them."""
    return "\\\n  ".join(text(line, 2000) for line in multi_line(value).split("\n") if line.strip())


def nested(line: str, below: Iterable[str]) -> str:
    """Return a list item with items of its own (all safe already)."""
    return "\n  ".join((line, *bullets(below)))


def todo(lines: Iterable[str]) -> list[str]:
    """Return items to be ticked, or ``none``."""
    return [f"- [ ] {line}" for line in lines] or [NONE]


def paragraph(line: str) -> list[str]:
    """Return a line on its own between others."""
    return ["", line, ""]


def heading(title: str) -> list[str]:
    """Return a third-level heading."""
    return [f"### {title}", ""]


def document(title: str, lines: Iterable[str]) -> str:
    """Return a whole document with its title (safe already)."""
    return "\n".join((f"# {title}", "", *lines)) + "\n"


def bullets(lines: Iterable[str]) -> list[str]:
    """Return list items (already safe), or ``none``."""
    return [f"- {line}" for line in lines] or [NONE]


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Return a table of cells that are safe already, or ``none`` where there is no row."""
    body = [f"| {' | '.join(cell or '-' for cell in row)} |" for row in rows]
    if not body:
        return [NONE]
    return [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}", *body]


def section(title: str, lines: Iterable[str]) -> list[str]:
    """Return a second-level section with a blank line before and after its heading."""
    return ["", f"## {title}", "", *lines]
