"""Reviews as Markdown, JSON and Jira's wiki markup: complete, the same each time, and inert."""

from __future__ import annotations

import json
import re
from dataclasses import fields, replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from console.domain.aftermath import Action, Ticket
from console.domain.review.board import OpenAction, Owed, ReviewBoard
from console.domain.review.document import NOT_RECORDED, Item, ReviewDocument, RunbookUse, Told
from console.domain.review.history import History, Moment
from console.domain.review.layout import Points, Words, written
from console.domain.review.parts import parts
from console.domain.review.people import Responder
from console.domain.review.sections import LONGEST
from console.domain.review.spans import Spans
from console.domain.text import multi_line, one_line
from console.outputs.review import to_json, to_markdown
from console.outputs.reviewjira import to_jira
from console.outputs.wiki import text as jira
from tests.domain.review.histories import everything
from tests.paths import REPO

MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])
NASTY = (
    " | a cell",
    "\n# heading\n- item",
    "<script>alert(1)</script><img src=x onerror=y>",
    "![x](http://evil.example) [y](javascript:z)",
    "{code}{html}<b>{html}{color:red}",
    "[~admin] [a|http://evil.example] !http://evil.example/x.png! (!) :) {quote}",
    "```\n~~~\n***\n===",
    "\x1b[31mred\x07\u202e",
    "=HYPERLINK(1)\t@sum\\",
    "\\{code}\\|",
)


def structure(markdown: str) -> list[tuple[str, str]]:
    """Return what a real parser finds, without the words."""
    found = []
    for token in MARKDOWN.parse(markdown):
        kinds = sorted({one.type for one in token.children or ()} - {"text", "softbreak"})
        found.append((token.type, ",".join(kinds)))
    return found


def test_markdown_is_built_as_the_parts_are() -> None:
    made = everything()
    tokens = MARKDOWN.parse(to_markdown(made))
    heads = [
        tokens[n + 1].content
        for n, one in enumerate(tokens)
        if one.type == "heading_open" and one.tag == "h2"
    ]
    assert heads == [part.title for part in parts(made)]
    assert [one.tag for one in tokens if one.type == "heading_open"].count("h1") == 1
    cells = [one.content for one in tokens if one.type == "inline"]
    assert "2026-01-06 10:02:00" in cells
    assert "[link](https://grafana.example/d/1)" in cells


@pytest.mark.parametrize("nasty", NASTY, ids=range(len(NASTY)))
def test_no_text_changes_how_the_markdown_is_built(nasty: str) -> None:
    many = nasty.replace("\n", " ")  # lines of a section may be paragraphs and lists of their own
    made = to_markdown(everything(many))
    assert structure(made) == structure(to_markdown(everything(" plain")))
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", made)
    assert "<script" not in made


@pytest.mark.parametrize("nasty", NASTY, ids=range(len(NASTY)))
def test_a_title_of_several_lines_stays_on_one(nasty: str) -> None:
    made = replace(
        everything(nasty, sections=False), resolution="x"
    )  # what people write has lines of its own
    plain = replace(everything(" plain", sections=False), resolution="x")
    assert structure(to_markdown(made)) == structure(to_markdown(plain))


BARE = everything(sections=False)
PIECES = st.sampled_from(
    [
        *"-*+_#>`~|[]()!\\<>&=:.01aB \n",
        "\n\n",
        "- ",
        "```",
        "---",
        "===",
        "1. ",
        "> ",
        "&amp;",
        "<b>",
        "http://a.example",
    ]
)


def read(markdown: str) -> list[str]:
    """Return the paragraphs and list items that a real parser reads, as plain text; markup in them is an error."""
    found = []
    for token in MARKDOWN.parse(markdown):
        if token.type == "inline":
            children = token.children or []
            assert {one.type for one in children} <= {"text", "text_special", "softbreak"}
            found.append("".join("\n" if one.type == "softbreak" else one.content for one in children))
    return found


@settings(deadline=None, max_examples=60)
@given(st.lists(PIECES, max_size=20).map("".join).map(multi_line))
@example("---\ntitle: x\n---")
@example("```\n- a\n```\n1. b\n| c |")
def test_a_real_parser_reads_back_what_people_wrote(words: str) -> None:
    made = to_markdown(replace(BARE, sections=(("badly", words),)))
    part = made.split("## What went badly\n")[1].split("\n## ")[0]
    meant: list[str] = []
    for block in written(words):
        assert isinstance(block, Words | Points)
        lines = [
            one_line(line, LONGEST) for line in (block.lines if isinstance(block, Words) else block.items)
        ]
        meant += ["\n".join(lines)] if isinstance(block, Words) else lines
    assert read(part) == (meant or [NOT_RECORDED])


def test_the_same_log_makes_the_same_bytes() -> None:
    for render in (to_markdown, to_jira, to_json):
        assert render(everything()) == render(everything())


def test_json_has_instants_spans_and_what_people_wrote() -> None:
    made = json.loads(to_json(everything()))
    assert (made["incident"], made["state"], made["day"]) == ("INC-1", "draft", "2026-01-06")
    assert made["spans"]["ack"] == 120.0
    assert made["spans"]["in_priority"] == [[1, 2400.0]]
    assert made["items"][0]["action"]["kind"] == "detect"
    assert dict(made["sections"])["impact"].startswith("first")
    assert made["history"]["moments"][0]["at"].endswith("Z")


def test_every_field_of_the_json_is_documented() -> None:
    named = set(re.findall(r"`(\w+)`", (REPO / "docs" / "reviews.md").read_text(encoding="utf-8")))
    kinds = (ReviewDocument, Spans, History, Moment, RunbookUse, Responder, Item, Action, Ticket, Told)
    missing = {
        f"{kind.__name__}.{one.name}"
        for kind in (*kinds, ReviewBoard, Owed, OpenAction)
        for one in fields(kind)
        if one.name not in named
    }
    assert missing == set()


def test_jira_has_headings_lists_tables_and_links() -> None:
    made = to_jira(everything()).split("\n")
    assert made[0] == "h1. Review of INC-1: payments is unwell"
    assert "h2. Action items" in made
    assert "* Owner: Budi" in made
    assert "||UTC||What||By||Event||Data||" in made
    assert any(line.endswith("|[link|https://grafana.example/d/1]|") for line in made)
    assert "|[OPS\\-1|https://jira.example/OPS-1]|ops|pool|open|" in [
        one.replace("OPS-1|h", "OPS\\-1|h") for one in made
    ]


@pytest.mark.parametrize(
    ("given_text", "written"),
    [
        ("5xx 14% on api-gw", "5xx 14% on api-gw"),
        ("{code}x{code}", "\\{code\\}x\\{code\\}"),
        ("[~admin] [a|http://evil.example]", "\\[\\~admin\\] \\[a\\|http://evil.example\\]"),
        ("!x.png!", "\\!x.png\\!"),
        ("h1. big", "h1&#46; big"),
        ("bq. said", "bq&#46; said"),
        ("- item -- dash", "\\- item \\-\\- dash"),
        ("# one", "\\# one"),
        ("??who??", "\\?\\?who\\?\\?"),
        ("a\\{b", "a&#92;\\{b"),
        ("<b>&", "&lt;b&gt;&amp;"),
        (":) (x) (all)", "\\:) \\(x) (all)"),
        ("two\nlines", "two ⏎ lines"),
        ("\x1b[31mred", "\\^\\[\\[31mred"),
    ],
)
def test_jiras_escapes(given_text: str, written: str) -> None:
    assert jira(given_text) == written


LIVE = re.compile(r"(?<!\\)[{}\[\]|*_+^~!#]|^(?:h[1-6]|bq)\.|^-|\\\\", re.IGNORECASE)
"""What is markup in Jira where no backslash stands before it."""


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=60))
@example("\\")
@example("\\{html}")
@example("{{mono}}")
@example("----")
@example("*b* _i_ +u+ ^s^ ~s~ -d-")
def test_no_text_is_markup_in_jira_and_all_of_it_is_there(value: str) -> None:
    made = jira(value)
    assert not LIVE.search(re.sub(r"&#\d+;", ".", made))
    plain = re.sub(r"\\(.)", r"\1", made).replace("&#46;", ".").replace("&#92;", "\\")
    assert plain.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") == one_line(value, 4000)


@pytest.mark.parametrize("nasty", NASTY, ids=range(len(NASTY)))
def test_rows_of_a_table_keep_their_cells_in_jira(nasty: str) -> None:
    def shape(text: str) -> list[tuple[str, int]]:
        rows = [line for line in text.split("\n") if line]
        return [(row[:2] if row[:1] in "|*h" else "", len(re.findall(r"(?<!\\)\|", row))) for row in rows]

    many = nasty.replace("\n", " ")
    assert shape(to_jira(everything(many))) == shape(to_jira(everything(" plain")))
