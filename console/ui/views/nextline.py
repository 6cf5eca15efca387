"""The NEXT line: what policy wants now, the key that does it, and what comes after."""

from __future__ import annotations

from collections.abc import Callable

from console.domain.hints import Hint, Tone
from console.ui.text import Spans
from console.ui.views.frame import cells

BADGE = {Tone.CALM: "badge-brand", Tone.WARN: "badge-next", Tone.ALARM: "badge-clock-late"}


def next_line(
    hint: Hint, painted: str | None, key_of: Callable[[str], str], width: int, readonly: str = ""
) -> Spans:
    """Return the line in at most ``width`` cells.

    ``key_of`` gives the effective key of an action id, empty where it has none. A key acts on the
    row under the cursor, so where the hint is about another incident the way there comes first.
    ``readonly`` is why no key writes anything here, which then stands beside the hint.
    """
    badge: Spans = ((" NEXT ", BADGE[hint.tone]), ("  ", ""))
    text: Spans = ((hint.text, "bold" if hint.tone is Tone.ALARM else ""),)
    elsewhere = bool(hint.incident) and hint.incident != painted
    key = _key("next.go" if elsewhere else hint.action, key_of)
    forms = [(*text, *key), text]
    if elsewhere:
        forms.insert(0, (*text, *key, (" go there", "dim")))
    if readonly:
        told: Spans = (("    read-only: ", "clock-warn"), (readonly, "dim"))
        forms = [(*forms[0], *told), (*text, *told), text]
    if hint.then is not None:
        forms.insert(0, (*forms[0], ("    then: ", "dim"), (hint.then.text, "dim")))
    fitting = next((form for form in forms if cells(badge) + cells(form) <= width), forms[-1])
    return (*badge, *fitting)


def flash_line(text: str) -> Spans:
    """Return why a key was refused, in the place where the next step stands."""
    return ((" ! ", "badge-flash"), ("  ", ""), (text, "flash bold"))


def _key(action: str, key_of: Callable[[str], str]) -> Spans:
    key = key_of(action) if action else ""
    return (("  ", ""), (key, "name bold")) if key else ()
