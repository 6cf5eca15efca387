"""Outside text is inert in Markdown."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from console.domain.text import one_line
from console.outputs.markup import NONE, bullets, link, section, table, text

MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def inline(markdown: str) -> list[Token]:
    tokens = MARKDOWN.parse(markdown)
    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"], markdown
    return tokens[1].children or []


@pytest.mark.parametrize(
    ("given_text", "written"),
    [
        ("5xx 14% on api-gw", "5xx 14% on api-gw"),
        ("[prod] disk | full", "\\[prod\\] disk \\| full"),
        ("<img src=x onerror=y> & <b>", "&lt;img src=x onerror=y&gt; &amp; &lt;b&gt;"),
        ("# not a title", "\\# not a title"),
        ("=HYPERLINK(1)", "\\=HYPERLINK(1)"),
        ("-1+2", "\\-1+2"),
        ("@channel", "\\@channel"),
        ("1. first", "1\\. first"),
        ("a `code` *b* snake_case _c_", "a \\`code\\` \\*b\\* snake_case \\_c\\_"),
        ("two\nlines\r\nthree", "two ⏎ lines ⏎ three"),
        ("\x1b[31mred\x07", "^\\[\\[31mred^G"),
        ("", ""),
    ],
)
def test_text(given_text: str, written: str) -> None:
    assert text(given_text) == written


@settings(deadline=None)
@given(st.text(max_size=80))
@example("![x](http://evil.example)")
@example("<http://evil.example>")
@example("~~gone~~ **loud** __loud__")
@example("&lt;script&gt;")
@example("\\")
@example("***\n---\n===")
@example("> quote")
@example("- item")
@example("12) item")
def test_any_text_reads_as_it_is_and_is_nothing_but_text(value: str) -> None:
    shown = one_line(value)
    children = inline(f"INC-1 {text(value)} end")
    assert {child.type for child in children} <= {"text"}
    assert "".join(child.content for child in children) == f"INC-1 {shown} end".replace(
        "INC-1  end", "INC-1  end"
    )


@settings(deadline=None)
@given(st.text(min_size=1, max_size=80).filter(lambda value: one_line(value) != ""))
def test_any_text_stays_inside_its_list_item_and_its_cell(value: str) -> None:
    item = [token.type for token in MARKDOWN.parse(f"- {text(value)}")]
    assert item == [token.type for token in MARKDOWN.parse("- plain")]
    rows = "\n".join(table(("a", "b"), [(text(value), "x")]))
    cells = [token.content for token in MARKDOWN.parse(rows) if token.type == "inline"]
    assert len(cells) == 4
    assert cells[3] == "x"


@pytest.mark.parametrize(
    ("url", "written"),
    [
        ("https://wiki.example/a(b)", "[a \\[b\\]](https://wiki.example/a%28b%29)"),
        ("javascript:alert(1)", "a \\[b\\]"),
        ("", "a \\[b\\]"),
    ],
)
def test_links(url: str, written: str) -> None:
    assert link("a [b]", url) == written


def test_nothing_is_none() -> None:
    assert bullets([]) == [NONE]
    assert table(("a",), []) == [NONE]
    assert table(("a", "b"), [("", "x")]) == ["| a | b |", "|---|---|", "| - | x |"]
    assert section("T", ["x"]) == ["", "## T", "", "x"]
