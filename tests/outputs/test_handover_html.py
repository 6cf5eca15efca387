"""The handover as one HTML file, and what people wrote for it in each form."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from console.domain.alert import Link
from console.domain.handover import build
from console.domain.handover_document import Handover, Signed
from console.domain.team.handoverfacts import Section
from console.domain.team.handovers import Entry
from console.outputs.handover import to_html, to_json, to_markdown
from tests.outputs import shift
from tests.outputs.shift import ASHA, NOW, everything, inputs
from tests.outputs.test_handover import EVIL, SECTIONS, evil, skeleton

HOSTILE = f'{EVIL}\n"><img src=x onerror=alert(1)>\n</title></style><svg/onload=alert(1)> javascript:alert(1) &amp;lt;'
ALLOWED = {
    "html": {"lang"},
    "meta": {"charset", "http-equiv", "content", "name"},
    "p": {"class"},
    "ul": {"class"},
    "a": {"href", "rel"},
    "div": {"class"},
    "td": {"class"},
}
PLAIN = {
    "head", "title", "style", "body", "h1", "h2", "h3", "section", "li", "br",
    "table", "thead", "tbody", "tr", "th",
}  # fmt: skip
VOID = {"meta", "br"}


class Page(HTMLParser):
    """Reads a page as a browser would begin to: which elements, closed in order, and the words in them."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.links: list[str] = []
        self.words: list[str] = []
        self._open: list[str] = []
        self.feed(page)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ALLOWED or tag in PLAIN, tag
        assert {name for name, _ in attrs} <= ALLOWED.get(tag, set()), (tag, attrs)
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name == "href"]
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self._open:
            self.words.append(data)

    @property
    def text(self) -> str:
        return "".join(self.words)


def written(text: str) -> Handover:
    entries = tuple(Entry(f"E{n}", one, text, ASHA.name, NOW) for n, one in enumerate(Section, 1))
    made = build(inputs(shift.worked_on(), entries=entries))
    signed = Signed(NOW, text, NOW, accepted=True, answer=text, moved=("INC-2",), late=made.written[:1])
    return replace(made, signed=signed, gap=text)


def test_it_says_the_same_in_the_same_order_as_the_markdown() -> None:
    page = Page(to_html(build(everything())))
    text = page.text
    places = [text.index(f"\n{title}") for title in SECTIONS]
    assert places == sorted(places)
    for words in (
        "Handover payments: Asha to Budi (primary)",
        "INC-2 P1 Latency p99 > 4s",
        "flaps after deploys",
    ):
        assert words in text
    assert page.links == ["https://grafana.example/d/1"] * len(page.links) != []


def test_it_needs_nothing_else_and_runs_nothing() -> None:
    page = to_html(build(everything()))
    assert "default-src 'none'" in page
    for word in ("<script", "<link", "<img", "<iframe", "@import", "url(", "src="):
        assert word not in page
    assert "@media print" in page
    assert "prefers-color-scheme: dark" in page


@pytest.mark.parametrize("write", [to_html, to_markdown, to_json])
def test_the_same_log_gives_the_same_bytes(write: object) -> None:
    assert callable(write)
    given_inputs = everything()
    shuffled = replace(given_inputs, logs=tuple(reversed(given_inputs.logs)))
    assert write(build(given_inputs)).encode() == write(build(shuffled)).encode()


def test_hostile_text_is_text_in_html() -> None:
    page, plain = Page(to_html(evil(HOSTILE))), Page(to_html(evil("plain")))
    assert page.tags == plain.tags
    assert page.links == plain.links
    assert "<script>alert(1)</script>" in page.text
    assert "\x1b" not in page.text


@settings(max_examples=25, deadline=None)
@given(st.text(min_size=1, max_size=60).filter(lambda value: value.strip() != ""))
def test_no_text_changes_the_shape_of_the_page(title: str) -> None:
    assert Page(to_html(evil(f"x{title}"))).tags == Page(to_html(evil("plain"))).tags


def test_only_plain_web_addresses_become_links() -> None:
    service = replace(
        shift.POLICY.services["payments"],
        links=(
            Link("a", "javascript:alert(1)"),
            Link("b", 'https://ok.example/"onclick="x'),
            Link("c", "data:x"),
        ),
    )
    made = build(inputs(shift.unacked(), policy=replace(shift.POLICY, services={"payments": service})))
    for address in Page(to_html(made)).links:
        assert address.startswith("https://ok.example/")


def test_what_people_wrote_stands_in_its_section() -> None:
    made = to_markdown(written("look at the queue\n\nthen [call] Rina"))
    assert made.count("- look at the queue\\\n  then \\[call\\] Rina (Asha, Mon 2026-09-07 08:30 WIB)\n") == 6
    assert "- accepted by Budi, Mon 2026-09-07 08:30 WIB (2026-09-07 01:30 UTC): look" in made
    assert "- changed hands: INC-2\n" in made
    assert "- written after the offer: look at the queue\\\n  then \\[call\\] Rina (Asha, " in made
    assert Page(to_html(written("a\nb"))).tags.count("br") == 9


@settings(max_examples=25, deadline=None)
@given(st.text(min_size=1, max_size=80))
def test_whatever_people_write_stays_text(text: str) -> None:
    one_line = f"x{' '.join(text.split())}"
    assert skeleton(to_markdown(written(one_line))) == skeleton(to_markdown(written("plain")))
    assert Page(to_html(written(one_line))).tags == Page(to_html(written("plain"))).tags


@pytest.mark.parametrize(
    "text",
    ["# a\n## b", "- a\n- b", "1. a\n2. b", "> a\n> b", "```\na\n```", "---\n***", "| a |\n|---|", HOSTILE],
)
def test_lines_that_look_like_markup_stay_lines(text: str) -> None:
    tokens = MarkdownIt("commonmark").enable("table").parse(to_markdown(written(text)))
    plain = MarkdownIt("commonmark").enable("table").parse(to_markdown(written("a\nb")))
    assert [one.type for one in tokens] == [one.type for one in plain]


def test_an_offer_that_is_open_says_so_and_a_returned_one_why() -> None:
    made = written("x")
    waiting = to_markdown(replace(made, signed=Signed(NOW, "")))
    assert "offered to Budi, NOT accepted yet: everything stays with Asha" in waiting
    back = to_markdown(replace(made, signed=Signed(NOW, "", NOW, answer="no next step")))
    assert "returned by Budi, Mon 2026-09-07 08:30 WIB (2026-09-07 01:30 UTC): no next step" in back


def test_why_nobody_follows_stays_text() -> None:
    assert "NOBODY (no \\*rota\\*)" in to_markdown(replace(written("x"), incoming="", gap="no *rota*"))
    made = [to_markdown(replace(written("x"), incoming="", gap=text)) for text in (HOSTILE, "plain")]
    assert skeleton(made[0]) == skeleton(made[1])
