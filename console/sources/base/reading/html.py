"""The text of a web page or an email's body. What it looks like is of no interest here."""

from __future__ import annotations

from html.parser import HTMLParser

_SILENT = frozenset({"script", "style", "head", "title", "template"})
_BLOCKS = frozenset(
    {"p", "div", "br", "li", "tr", "table", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "pre",
     "blockquote", "hr", "section", "article", "header", "footer"}
)  # fmt: skip
_LONGEST = 200_000  # characters that are looked at


def text_of_html(html: str) -> str:
    """Return the text, a line for each paragraph or item, empty lines left out.

    A link's address stands behind its words where it says more than they do. Nothing is fetched.
    """
    reader = _Reader()
    reader.feed(html[:_LONGEST])
    reader.close()
    rows = (" ".join(row.split()) for row in "".join(reader.parts).split("\n"))
    return "\n".join(row for row in rows if row)


class _Reader(HTMLParser):
    """Collects text; entities are decoded by the library."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._silent = 0
        self._links: list[tuple[str, int]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent += 1
        elif tag in _BLOCKS:
            self.parts.append("\n- " if tag == "li" else "\n")
        elif tag == "a":
            self._links.append((dict(attrs).get("href") or "", len(self.parts)))
        elif tag == "img":
            self.parts.append(f"[{dict(attrs).get('alt') or 'image'}]")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(self._silent - 1, 0)
        elif tag in _BLOCKS:
            self.parts.append("\n")
        elif tag == "a" and self._links:
            address, start = self._links.pop()
            if address.startswith(("http://", "https://")) and address not in "".join(self.parts[start:]):
                self.parts.append(f" ({address})")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(data.replace("\n", " "))
