"""Bodies of mails and chats as text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.sources.base.reading.html import text_of_html


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Hello,</p><p>it is <b>down</b> again.<br>Since 9&nbsp;o'clock &amp; still.</p>",
         "Hello,\nit is down again.\nSince 9 o'clock & still."),
        ("no markup, 1 < 2 & so on", "no markup, 1 < 2 & so on"),
        ("<ul><li>one</li><li><p>two</p></li></ul>", "- one\n-\ntwo"),
        ('see <a href="https://shop.example/cart">the cart</a>', "see the cart (https://shop.example/cart)"),
        ('<a href="https://shop.example">https://shop.example</a>', "https://shop.example"),
        ('<a href="javascript:alert(1)">press me</a></a>', "press me"),
        ('<img src="x.png" alt="the error"><img src="y.png">', "[the error][image]"),
        ("<style>p { color: red }</style><script>alert(1)</script><p>seen</p>", "seen"),
        ("<p>never closed <b>at all", "never closed at all"),
        ("</div></p>only the end", "only the end"),
        ("", ""),
    ],
)  # fmt: skip
def test_what_a_reader_would_see(html: str, text: str) -> None:
    assert text_of_html(html) == text


@settings(deadline=None)
@given(st.text())
def test_any_text_can_be_read(html: str) -> None:
    assert "\n\n" not in text_of_html(html)


def test_a_very_long_body_is_read_to_a_length() -> None:
    assert len(text_of_html("<p>word</p>" * 100_000)) < 200_000
