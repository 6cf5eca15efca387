r"""The one door for text from outside: after it, text can be shown, logged and exported.

Nothing that came through can move the cursor, reverse the reading direction, hide, break a row or
become an action. Words stay readable: controls are shown (``^[``, ``\x9b``), not obeyed; markup such
as ``[/]`` is ordinary text here and must be drawn as text (peer bugs B14, B28).
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from urllib.parse import quote, urlsplit

LINE_MARK = "⏎"
CUT_MARK = "…"
_MAX_MARKS = 4  # combining marks on one letter; Hebrew and Tibetan need that many, zalgo wants hundreds
_MAX_URL = 2048
_TAB = 4

# Characters that draw nothing of their own: Unicode's default-ignorables, among them everything that
# steers direction (bidi), joins or hides (zero width), varies or tags, and the noncharacters.
# Joiners go too: terminals disagree about the width of joined emoji, and the parts stay readable.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_LINE_END = re.compile("\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_MANY_SPACES = re.compile("  +")
_SPACES = re.compile(r"[^\S\n]")
_SPACES_AND_LINES = re.compile(r"\s*\n\s*")
_HOST = re.compile(r"[0-9a-z_-]+(\.[0-9a-z_-]+)*\.?|[0-9a-f:.]*:[0-9a-f:.]*")
# An address that comes out as it went in: nothing in it has to be looked at more closely.
_PLAIN_URL = re.compile(
    r"https?://[0-9a-z_-]+(?:\.[0-9a-z_-]+)*(?::(?:[1-9][0-9]{0,3}|[1-5][0-9]{4}))?"
    r"(?:[/?#][0-9A-Za-z%/:?#\[\]@!$&'()*+,;=._~-]*)?"
)
_SKIN_TONES = range(0x1F3FB, 0x1F400)


def one_line(text: str, limit: int = 500) -> str:
    """Return the text on one line of at most ``limit`` characters, safe to show.

    Line ends become ``⏎``, runs of blanks one space; what was cut off is marked with ``…``.
    Doing it twice changes nothing.
    """
    if len(text) <= limit and text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()  # nearly all text is like that
    line, cut = _bounded(text, limit)
    if not (line.isascii() and line.isprintable()):
        line = _SPACES.sub(" ", _SPACES_AND_LINES.sub(f" {LINE_MARK} ", _visible(line).strip()))
    return _cut(_MANY_SPACES.sub(" ", line).strip(), limit, cut=cut)


def multi_line(text: str, limit: int = 20_000, lines: int = 500) -> str:
    r"""Return the text with ``\n`` as its only control, tabs expanded, safe to show.

    At most ``limit`` characters and ``lines`` lines; what was cut off is marked with ``…``.
    Blanks within a line are kept (code stays aligned), blank lines around the text are not.
    """
    if len(text) <= limit and text.isascii() and text.isprintable():
        return text.rstrip()
    raw, cut = _bounded(text, limit)
    rows = [_SPACES.sub(" ", row).rstrip() for row in _visible(raw).expandtabs(_TAB).split("\n")]
    kept = "\n".join(rows).strip("\n").split("\n")
    if len(kept) > lines:
        kept[lines - 1 :] = [CUT_MARK]
    return _cut("\n".join(kept), limit, cut=cut)


def drawn(text: str) -> str:
    """Return the text without the characters that draw nothing: zero width, joiners, what steers direction."""
    return text if text.isascii() else _INVISIBLE.sub("", text)


def safe_url(url: str) -> str:
    """Return an http or https address that is what it looks like, or an empty string.

    Refused: other schemes, controls, blanks, invisible characters, backslashes, a user name or
    password before the host (``https://bank.example@evil.example``), more than 2,048 characters.
    International host names come out as punycode, everything else beyond ASCII percent-encoded.
    """
    if len(url) > _MAX_URL:
        return ""
    return url if _PLAIN_URL.fullmatch(url) else _checked_url(url.strip())


@lru_cache(2048)  # the same few hundred rules and runbooks come with ten thousand alerts
def _checked_url(address: str) -> str:
    if not address.isprintable() or _INVISIBLE.search(address) or " " in address or "\\" in address:
        return ""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
        host = host if host.isascii() else host.encode("idna").decode("ascii")
        port = parts.port
    except ValueError:  # also what idna raises
        return ""
    if parts.scheme not in {"http", "https"} or not _HOST.fullmatch(host):
        return ""
    if "@" in parts.netloc:
        return ""
    place = f"[{host}]" if ":" in host else host
    place += "" if port is None else f":{port}"
    rest = quote(address.split("//", 1)[1][len(parts.netloc) :], safe="%/:?#[]@!$&'()*+,;=-._~")
    made = f"{parts.scheme}://{place}{rest}"
    return made if len(made) <= _MAX_URL else ""


def _bounded(text: str, limit: int) -> tuple[str, bool]:
    """Return so much of a long text as can matter, and whether that was not all of it."""
    whole = text.rstrip()
    longest = limit * 4 + 64
    return whole[:longest], len(whole) > longest


def _visible(text: str) -> str:
    r"""Make controls visible, drop what is invisible, and leave ``\n`` and tabs as the only blanks to treat."""
    text = _INVISIBLE.sub("", _LINE_END.sub("\n", text))
    text = _SURROGATE.sub("\ufffd", _CONTROL.sub(_shown, text))
    return text if text.isascii() else _few_marks(text)


def _shown(found: re.Match[str]) -> str:
    code = ord(found.group())
    return f"\\x{code:02x}" if code >= 0x80 else f"^{chr(code ^ 0x40)}"


def _few_marks(text: str) -> str:
    """Keep at most four combining marks in a row, and none with no letter to stand on."""
    kept: list[str] = []
    room = 0
    for char in text:
        if _is_mark(char):
            room -= 1
            if room < 0:
                continue
        else:
            room = 0 if char.isspace() else _MAX_MARKS
        kept.append(char)
    return "".join(kept)


def _is_mark(char: str) -> bool:
    return not char.isascii() and unicodedata.category(char)[0] == "M"


def _cut(text: str, limit: int, *, cut: bool) -> str:
    """Shorten to ``limit`` characters, the mark included, never between a letter and its marks."""
    if len(text) <= limit and not cut:
        return text
    end = min(len(text), limit - len(CUT_MARK))
    while 0 < end < len(text) and (_is_mark(text[end]) or ord(text[end]) in _SKIN_TONES):
        end -= 1
    kept = text[:end]
    return kept if kept.endswith(CUT_MARK) else kept.rstrip(" ") + CUT_MARK
