"""Which file of ours an alert's ``runbook_url`` means. Nothing is ever fetched."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from console.domain.text import safe_url


@dataclass(frozen=True, slots=True)
class Address:
    """What an address names: a ``path`` in a runbook folder, and the ``anchor`` of a section in it."""

    path: str
    anchor: str


def split(url: str) -> Address | None:
    """Return the last part of an address, or a name that is no address; None for what cannot be either."""
    if "://" in url and not safe_url(url):
        return None
    try:
        parts = urlsplit(url)
        return Address(_clean(unquote(parts.path)), unquote(parts.fragment))
    except ValueError:  # an address that is none
        return None


def mapped(url: str, prefixes: Sequence[tuple[str, str]], known: Container[str]) -> Address | None:
    """Return the file that an address means by the allowed prefixes, if there is one of ours; else None.

    ``prefixes`` are (address, folder in the runbook folders); the longest that fits counts. Only paths in
    ``known`` are answered, so that no address reaches anything but a runbook.
    """
    if not safe_url(url):
        return None
    parts = urlsplit(url)
    for prefix, folder in sorted(prefixes, key=lambda pair: -len(pair[0])):
        allowed = urlsplit(prefix)
        below = allowed.path.rstrip("/") + "/"
        same = (parts.scheme.lower(), parts.netloc.lower()) == (
            allowed.scheme.lower(),
            allowed.netloc.lower(),
        )
        if not same or not parts.path.startswith(below):
            continue
        rest = unquote(parts.path[len(below) :])
        if ".." in rest.split("/"):
            return None
        found = next((path for path in _spellings(_clean(f"{folder}/{rest}")) if path in known), None)
        if found is not None:
            return Address(found, unquote(parts.fragment))
    return None


def _spellings(path: str) -> Iterator[str]:
    """Yield the files that a page's path may be made of."""
    bare = path.removesuffix(".html").removesuffix(".htm")
    yield path
    for ending in (".md", ".markdown", ".html.md"):
        yield bare + ending
    for index in ("README.md", "index.md", "_index.md"):
        yield f"{bare}/{index}".lstrip("/")


def _clean(path: str) -> str:
    return "/".join(part for part in path.split("/") if part not in {"", "."})
