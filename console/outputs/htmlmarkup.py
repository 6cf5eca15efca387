"""Text from outside inside HTML, and a page that needs nothing else: no script, no request, no address in it but links."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence

from console.domain.text import multi_line, one_line, safe_url
from console.outputs.markup import NONE

_STYLE = """\
:root { color-scheme: light dark; --line: #c9ced6; --dim: #5b6470; --head: #eef1f5; }
@media (prefers-color-scheme: dark) { :root { --line: #3b424d; --dim: #a3adba; --head: #232931; } }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; margin: 0 0 1rem; }
h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; border-bottom: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 1.25rem 0 .25rem; }
ul { margin: .25rem 0; padding-left: 1.25rem; }
ul.todo { list-style: none; padding-left: 0; }
div.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0; }
td.short { white-space: nowrap; }
svg { display: block; min-width: 36rem; }
th, td { border: 1px solid var(--line); padding: .2rem .5rem; text-align: left; vertical-align: top; }
th { background: var(--head); }
li, td, h1, h3 { overflow-wrap: anywhere; }
p.none { color: var(--dim); }
@media print {
  :root { color-scheme: light; --line: #c9ced6; --dim: #5b6470; --head: #eef1f5; }
  body { font-size: 10pt; max-width: none; margin: 0; padding: 0 1px; }
  h1, h2, h3 { break-after: avoid; }
  li, tr, svg { break-inside: avoid; }
  div.wide { overflow: visible; }
  table { font-size: 8pt; }
  th, td { padding: .1rem .3rem; }
  svg { min-width: 0; }
  a { color: inherit; }
}"""
SHORT = 12
"""Letters of a cell that stays on one line: an id, a week, a name, a number."""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
"""A browser that honours it loads and runs nothing, whatever a text says."""


def text(value: str, limit: int = 500) -> str:
    """Return outside text on one line, inert in HTML, in attributes too."""
    return html.escape(one_line(value, limit))


def lines(value: str) -> str:
    """Return outside text of several lines, for an item of a list."""
    return "<br>".join(text(line, 2000) for line in multi_line(value).split("\n") if line.strip())


def link(title: str, url: str) -> str:
    """Return a link, or its title alone where the address is not a plain web address."""
    address = safe_url(url)
    if not address:
        return text(title)
    return f'<a href="{html.escape(address)}" rel="noreferrer noopener">{text(title, 200)}</a>'


def bullets(lines: Iterable[str]) -> list[str]:
    """Return a list of items (already safe), or ``none``."""
    return _list("<ul>", [f"<li>{line}</li>" for line in lines])


def todo(lines: Iterable[str]) -> list[str]:
    """Return items to be ticked, or ``none``."""
    return _list('<ul class="todo">', [f"<li>☐ {line}</li>" for line in lines])


def nested(line: str, below: Iterable[str]) -> str:
    """Return a list item with items of its own."""
    return "\n".join((line, *bullets(below)))


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Return a table of cells that are safe already, or ``none`` where there is no row."""
    body = [f"<tr>{_cells('td', [cell or '-' for cell in row])}</tr>" for row in rows]
    if not body:
        return _none()
    head = _cells("th", heads)
    rows_of = (f"<thead><tr>{head}</tr></thead>", "<tbody>", *body, "</tbody>")
    return wide(["<table>", *rows_of, "</table>"])


def wide(lines: Iterable[str]) -> list[str]:
    """Return what may be wider than a small screen, which then scrolls by itself."""
    return ['<div class="wide">', *lines, "</div>"]


def paragraph(line: str) -> list[str]:
    """Return a line on its own between others."""
    return [f"<p>{line}</p>"]


def heading(title: str) -> list[str]:
    """Return a third-level heading."""
    return [f"<h3>{title}</h3>"]


def section(title: str, lines: Iterable[str]) -> list[str]:
    """Return a second-level section."""
    return ["<section>", f"<h2>{title}</h2>", *lines, "</section>"]


def document(title: str, lines: Iterable[str]) -> str:
    """Return a whole page with its title (safe already)."""
    head = (
        "<!DOCTYPE html>",
        '<html lang="en">',
        "<head>",
        '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="referrer" content="no-referrer">',
        f"<title>{title}</title>",
        "<style>",
        _STYLE,
        "</style>",
        "</head>",
        "<body>",
        f"<h1>{title}</h1>",
    )
    return "\n".join((*head, *(line for line in lines if line), "</body>", "</html>")) + "\n"


def _cells(tag: str, cells: Sequence[str]) -> str:
    return "".join(f"<{tag}{_kept_whole(tag, cell)}>{cell}</{tag}>" for cell in cells)


def _kept_whole(tag: str, cell: str) -> str:
    """Return the class of a number or an id, which is not broken in two."""
    return ' class="short"' if tag == "td" and len(cell) <= SHORT else ""


def _list(tag: str, items: list[str]) -> list[str]:
    return [tag, *items, "</ul>"] if items else _none()


def _none() -> list[str]:
    return [f'<p class="none">{NONE}</p>']
