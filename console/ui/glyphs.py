"""The signs on the screen, in two alphabets: Unicode, and ASCII for terminals that lack it."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from typing import Literal

GlyphChoice = Literal["auto", "unicode", "ascii"]


@dataclass(frozen=True, slots=True)
class Glyphs:
    """One set of signs; each is exactly one cell wide except the words."""

    ascii_only: bool
    firing: str
    acked: str
    snoozed: str
    cleared: str
    resolved: str
    live: str
    stale: str
    failed: str
    done: str
    skipped: str
    broken: str
    to_do: str
    here: str
    mark: str
    looked_at: str
    flaps: str
    change: str
    cursor: str
    arrow: str
    up: str
    down: str
    dash: str
    dot: str
    ellipsis: str
    bar_full: str
    bar_parts: str
    bar_track: str
    scroll_thumb: str
    scroll_track: str

    def bar(self, share: float, width: int) -> tuple[str, str]:
        """Return a bar of ``width`` cells as (filled part, track); ``share`` is cut to 0..1.

        Anything above nothing shows at least a sliver.
        """
        share = min(1.0, max(0.0, share))
        steps = len(self.bar_parts) + 1
        filled = round(share * width * steps)
        if share > 0 and filled == 0:
            filled = 1
        whole, rest = divmod(filled, steps)
        bar = self.bar_full * whole + (self.bar_parts[rest - 1] if rest else "")
        return bar, self.bar_track * (width - len(bar))


UNICODE = Glyphs(
    ascii_only=False,
    firing="●",
    acked="◐",
    snoozed="◑",
    cleared="○",
    resolved="✓",
    live="●",
    stale="◌",
    failed="✕",
    done="✓",
    skipped="−",
    broken="!",
    to_do="○",
    here="▸",
    mark="•",
    looked_at="◉",
    flaps="≈",
    change="◆",
    cursor="▌",
    arrow="→",
    up="↑",
    down="↓",
    dash="—",
    dot="·",
    ellipsis="…",
    bar_full="█",
    bar_parts="▏▎▍▌▋▊▉",
    bar_track="─",
    scroll_thumb="┃",
    scroll_track="│",
)

ASCII = Glyphs(
    ascii_only=True,
    firing="*",
    acked="+",
    snoozed="z",
    cleared="o",
    resolved="v",
    live="*",
    stale="~",
    failed="x",
    done="v",
    skipped="-",
    broken="!",
    to_do="o",
    here=">",
    mark="=",
    looked_at="@",
    flaps="~",
    change="%",
    cursor=">",
    arrow=">",
    up="^",
    down="v",
    dash="-",
    dot="-",
    ellipsis="~",
    bar_full="#",
    bar_parts="",
    bar_track="-",
    scroll_thumb="#",
    scroll_track="|",
)


def can_encode(encoding: str | None) -> bool:
    """Whether every Unicode sign can be written in this encoding (``None``: not known, so no)."""
    if not encoding:
        return False
    signs = "".join(getattr(UNICODE, name) for name in UNICODE.__slots__ if name != "ascii_only")
    try:
        codecs.encode(signs, encoding)
    except (LookupError, UnicodeEncodeError):
        return False
    return True


def choose(choice: GlyphChoice, encoding: str | None) -> Glyphs:
    """Return the set for ``[ui] glyphs`` and the encoding of the output; unreadable signs are never sent."""
    if choice == "ascii" or not can_encode(encoding):
        return ASCII
    return UNICODE
