from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.text import _PLAIN_URL, _checked_url, multi_line, one_line, safe_url

RANGES = (
    (0x00, 0x1F),
    (0x7F, 0x9F),
    (0xAD, 0xAD),
    (0x61C, 0x61C),
    (0x200B, 0x200F),
    (0x2028, 0x202E),
    (0x2060, 0x206F),
    (0xD800, 0xDFFF),
    (0xFE00, 0xFE0F),
    (0xFEFF, 0xFEFF),
    (0xFFF9, 0xFFFB),
    (0xE0000, 0xE0FFF),
)
# All code points, with the dangerous ones far more often than chance would bring them.
hostile = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from("ab \t\n\r\x1b\x07\x9b\x85\u2028\u202e\u2066\u200d\u0301\ufe0f[]/…⏎"),
        st.integers(0xD800, 0xDFFF).map(chr),
    ),
    max_size=80,
)


def dangerous(text: str, but: str = "") -> list[str]:
    return [char for char in text if char not in but and any(a <= ord(char) <= b for a, b in RANGES)]


@given(hostile, st.integers(1, 90))
def test_one_line_is_safe_short_and_settled(text: str, limit: int) -> None:
    line = one_line(text, limit)
    assert dangerous(line) == []
    assert len(line) <= limit
    assert len(line.splitlines()) <= 1
    assert line == line.strip()
    assert one_line(line, limit) == line


@given(hostile, st.integers(1, 90), st.integers(1, 5))
def test_multi_line_is_safe_short_and_settled(text: str, limit: int, lines: int) -> None:
    body = multi_line(text, limit, lines)
    assert dangerous(body, but="\n") == []
    assert len(body) <= limit
    assert len(body.split("\n")) <= lines
    assert multi_line(body, limit, lines) == body


@given(st.lists(st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1), max_size=12))
def test_plain_words_stay_as_they_are(words: list[str]) -> None:
    assert one_line(" ".join(words), 10_000) == " ".join(words)
    assert multi_line("\n".join(words), 10_000) == "\n".join(words)


@given(hostile)
def test_an_address_is_plain_ascii_or_nothing(tail: str) -> None:
    for url in (tail, f"https://example.com/{tail}", f"https://{tail}", f"https://{tail}@evil.example/"):
        safe = safe_url(url)
        assert safe == "" or (safe.startswith(("http://", "https://")) and safe.isascii())
        assert safe == "" or (safe.isprintable() and " " not in safe)
        assert safe_url(safe) == safe


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("[/] [prod] [@click=app.quit]ACK", "[/] [prod] [@click=app.quit]ACK"),
        ("\x1b[2J\x1b[31mCRITICAL", "^[[2J^[[31mCRITICAL"),
        ("see \x1b]8;;https://e.example\x07link", "see ^[]8;;https://e.example^Glink"),
        ("\x9b31m\x7f\x00", "\\x9b31m^?^@"),
        ("a\nb\r\nc\rd\x0be\x0cf\x85g\u2028h", "a ⏎ b ⏎ c ⏎ d ⏎ e ⏎ f ⏎ g ⏎ h"),
        ("\n\n a \n\n\t b \n", "a ⏎ b"),
        ("a\tb  c\u00a0\u3000d", "a b c d"),
        ("user \u202egpj.exe\u202c \u2066x\u2069", "user gpj.exe x"),
        ("ca\u200bt\ufeff", "cat"),
        ("בסיס הנתונים مهم", "בסיס הנתונים مهم"),
        ("🔥 диск 90% 磁盘", "🔥 диск 90% 磁盘"),
        ("❤\ufe0f 👩\u200d💻", "❤ 👩💻"),
        ("x" + "\u0301" * 100 + "y", "x" + "\u0301" * 4 + "y"),
        ("\u0301\u0302x \u0301y", "x y"),
        ("flag\U000e0067\U000e007f", "flag"),
        ("\ud800x\udfff", "\ufffdx\ufffd"),
        ("", ""),
        (" \u200b\n", ""),
    ],
)
def test_one_line_shows(text: str, shown: str) -> None:
    assert one_line(text) == shown


def test_what_is_cut_is_marked_and_no_letter_loses_its_marks() -> None:
    assert one_line("abcdef", 6) == "abcdef"
    assert one_line("abcdefg", 6) == "abcde…"
    assert one_line("ab cdefg", 4) == "ab…"
    assert one_line("abce\u0301\u0302fg", 5) == "abc…"
    assert one_line("ab👍🏽cd", 4) == "ab…"
    assert unicodedata.category(one_line("e\u0301" * 50, 20)[-2])[0] == "M"


def test_many_lines_keep_their_shape() -> None:
    assert multi_line("\r\n\n  if x:\r\n\ty()  \n\n") == "  if x:\n    y()"
    assert multi_line("a\tb\x1b[0m\n\n\nc\u2028d") == "a   b^[[0m\n\n\nc\nd"
    assert multi_line("1\n2\n3\n4", lines=3) == "1\n2\n…"
    assert multi_line("1\n2\n3", lines=3) == "1\n2\n3"
    assert multi_line("12345\n789", limit=7) == "12345\n…"


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://runbooks.example.com/a b", ""),
        ("https://runbooks.example.com/a?b=c#d", "https://runbooks.example.com/a?b=c#d"),
        (
            "HTTP://Host.Example:9090/graph?g0.expr=up%20%3D%3D+0",
            "http://host.example:9090/graph?g0.expr=up%20%3D%3D+0",
        ),
        ("  https://example.com  ", "https://example.com"),
        (
            'https://g.example/explore?left={"a":"<b>"}',
            "https://g.example/explore?left=%7B%22a%22:%22%3Cb%3E%22%7D",
        ),
        ("https://[::1]:9093/x", "https://[::1]:9093/x"),
        ("https://bücher.example/ä", "https://xn--bcher-kva.example/%C3%A4"),
        ("https://bank.example@evil.example/", ""),
        ("https://user:pw@host.example/", ""),
        ("https://good.example\\@evil.example", ""),
        ("https://e.example/\x1b]8;;", ""),
        ("https://e.example/\u202egpj", ""),
        ("https://e.example/a\u200db", ""),
        ("javascript:alert(1)", ""),
        ("file:///etc/passwd", ""),
        ("ftp://example.com/", ""),
        ("https:///nohost", ""),
        ("https://host:port/", ""),
        ("https://[::1/", ""),
        ("//example.com/", ""),
        ("", ""),
        ("https://example.com/" + "a" * 3000, ""),
    ],
)
def test_safe_url(url: str, safe: str) -> None:
    assert safe_url(url) == safe


near_plain = st.tuples(
    st.sampled_from(["http://", "https://", "https:", "HTTP://", "ftp://", " https://"]),
    st.text(st.sampled_from("ab0-_.:[]@A é"), max_size=12),
    st.sampled_from(["", ":0", ":80", ":59999", ":60000", ":65535", ":65536", ":080", ":x"]),
    st.text(st.sampled_from("/?#%:[]@!$&'()*+,;=-._~aZ0 \\\"<é\n\u202e"), max_size=12),
).map("".join)


@given(st.from_regex(_PLAIN_URL, fullmatch=True) | near_plain)
def test_the_short_way_of_an_address_ends_where_the_long_one_does(url: str) -> None:
    assert safe_url(url) == _checked_url(url.strip())
    if _PLAIN_URL.fullmatch(url):
        assert safe_url(url) == url


@pytest.mark.parametrize("piece", ["a", "\x1b", "\n", "\u0301", "a\u0301", "\u200b", " a", "\t"])
def test_huge_text_is_cut_before_it_is_worked_on(piece: str) -> None:
    huge = piece * (10_000_000 // len(piece))
    before = time.process_time()
    assert len(one_line(huge)) <= 500
    assert len(multi_line(huge)) <= 20_000
    assert safe_url(f"https://e.example/{huge}") == ""
    assert time.process_time() - before < 1
