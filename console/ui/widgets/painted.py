"""What the person at the keyboard saw last, and so which row a key is meant for.

An action belongs to the row that was *painted* under the cursor, not to whatever the data says
now: between a poll and the next frame the list may have changed. A movement made since the last
frame counts from what was painted too.
"""

from __future__ import annotations


class PaintedFrame:
    """The keys of the rows on the screen and the key a person believes the cursor is on."""

    def __init__(self) -> None:
        self.lines: tuple[str, ...] = ()
        self._believed: str | None = None
        self._settled = True
        self._seen_any = False
        self._other_order_at = float("-inf")
        self.changed_at = float("-inf")
        """When the row under the cursor last became another one by itself (``clock.ticks`` seconds).

        A movement into a list that has just changed its order counts as that: whoever pressed the
        key may still have had the old order before their eyes.
        """

    @property
    def target(self) -> str | None:
        """The key an action is meant for, or None where the row has not been on the screen yet."""
        return self._believed if self._believed in self.lines else None

    def unsettle(self) -> None:
        """Note that the rows on the screen no longer follow each other as they do there."""
        self._settled = False

    def moved(self, key: str | None, *, sure: bool = False) -> None:
        """Note that the person moved the cursor and it came to this row.

        While the list is not as painted, it may not be the row the person meant, unless it is ``sure``.
        """
        self._believed = key if sure or self._settled else None
        self.changed_at = max(self.changed_at, self._other_order_at)

    def painted(self, lines: tuple[str, ...], cursor: str | None, now: float) -> None:
        """Note a frame that reached the terminal; ``now`` in seconds (``clock.ticks``)."""
        if cursor != self._believed:
            if self._seen_any:
                self.changed_at = now
            self._believed = cursor
        if not self._settled and self._seen_any:
            self._other_order_at = now
        self._seen_any = self._seen_any or cursor is not None
        self._settled = True
        self.lines = lines

    def beside(self, key: str | None, step: int) -> str | None:
        """Return the key painted ``step`` lines from this one, or None where nothing is known of it."""
        if key is None or key not in self.lines:
            return None
        line = self.lines.index(key) + step
        return self.lines[line] if 0 <= line < len(self.lines) else None
