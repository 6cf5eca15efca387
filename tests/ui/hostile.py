"""Alert text from hell, as it arrives after the door at the sources, and once as if it had not been through it."""

from __future__ import annotations

TITLES = (
    "[/] closes what was never opened",
    "[prod] disk full [/prod]",
    "[@click=app.quit]press me[/]",
    "[link=https://evil.example]runbook[/link]",
    "[bold red]not a style[/bold red] arr[0] [FIRING:1]",
    "right to left \u202eDESREVER\u202c and \u2066isolated\u2069",
    "zero\u200bwidth\u200djoined\ufeff and \u0301\u0301\u0301\u0301\u0301 marks",
    "line one\nline two\r\nline three\ttabbed",
    "\x1b[31mred\x1b[0m \x1b]52;c;ZXZpbA==\x07 bell\x07 \x9b31m",
    "wide 漢字テスト and 👩‍👩‍👧‍👦 families 🏳️‍🌈 flags",
    "x" * 10_000,
)
