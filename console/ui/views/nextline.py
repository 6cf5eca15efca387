"""The NEXT line: what policy wants now, the key that does it, and what comes after."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from console.domain.hints import Hint, Tone
from console.ui.keys.actions import BY_ID
from console.ui.keys.keymap import ANYWHERE
from console.ui.text import Spans, crop
from console.ui.views.frame import cells

BADGE = {Tone.CALM: "badge-brand", Tone.WARN: "badge-next", Tone.ALARM: "badge-clock-late"}
_CUT: Spans = ((" …", "dim"),)
_TELLING = 20  # cells of a sentence: fewer tell nothing


def next_line(  # noqa: PLR0913 - what is wanted, where one is, and how it is to be shown
    hint: Hint,
    painted: str | None,
    key_of: Callable[[str], str],
    width: int,
    readonly: str = "",
    *,
    focus: str = "incidents",
    here: Hint | None = None,
) -> Spans:
    """Return the line in at most ``width`` cells.

    ``key_of`` gives the effective key of an action id, empty where it has none. A key acts on the
    row under the cursor, so where the hint is about another incident the way there comes first, and
    what is wanted ``here``, of the painted one, is said too. ``focus`` is the pane that has the keys.
    ``readonly`` is why no key writes anything here, which then stands beside the hint.
    """
    if here is not None and here.incident == painted == hint.incident and hint.tone is Tone.CALM:
        hint = replace(here, then=hint.then)  # the very step of the work, not only whose work it is
    badge: Spans = ((" NEXT ", BADGE[hint.tone]), ("  ", ""))
    text: Spans = ((hint.text, "bold" if hint.tone is Tone.ALARM else ""),)
    actions = reach(hint, painted, focus)
    elsewhere = actions == ("next.go",)
    key = keys_of(actions, key_of)
    forms = [(*text, *key), _shortened(text, key, width - cells(badge))]
    if elsewhere:
        forms.insert(0, (*text, *key, (" go there", "dim")))
    if readonly:
        told: Spans = (("    read-only: ", "clock-warn"), (readonly, "dim"))
        forms = [(*forms[0], *told), (*text, *told), text]
    if here is not None and here.action and here.incident == painted != hint.incident:
        doing = keys_of(reach(here, painted, focus), key_of)
        forms.insert(0, (*forms[0], ("    here: ", "dim"), (here.text, ""), *doing))
    elif hint.then is not None:
        forms.insert(0, (*forms[0], ("    then: ", "dim"), (hint.then.text, "dim")))
    fitting = next((form for form in forms if cells(badge) + cells(form) <= width), forms[-1])
    return (*badge, *fitting)


def _shortened(text: Spans, key: Spans, room: int) -> Spans:
    """Return the text cut so that its key still stands behind it: words can be guessed, keys cannot."""
    ((words, style),) = text
    left = room - cells(key) - cells(_CUT)
    return ((crop(words, left).rstrip(" …"), style), *_CUT, *key) if key and left >= _TELLING else text


def reach(hint: Hint, painted: str | None, focus: str) -> tuple[str, ...]:
    """Return the actions whose keys, pressed now, do what a hint wants, in order.

    That is going there first, where another incident is painted or the key means something else in the
    pane that has the focus.
    """
    action = BY_ID.get(hint.action)
    foreign = action is not None and action.scope not in {ANYWHERE, focus}
    if hint.incident and (hint.incident != painted or foreign):
        return ("next.go",)
    wanted = (hint.action, hint.also)
    return tuple(one for one in wanted if one and one != f"pane.{focus}")


def wanted_line(here: Hint, focus: str, key_of: Callable[[str], str]) -> Spans:
    """Return what policy wants for the incident whose details are shown: its id stands above."""
    style = "bold" if here.tone is Tone.ALARM else ""
    words = here.text.replace(f"{here.incident} ", "", 1) if here.incident else here.text
    return (
        ("wants  ", "dim"),
        (words, style if here.action else "dim"),
        *keys_of(reach(here, here.incident, focus), key_of),
    )


def flash_line(text: str) -> Spans:
    """Return why a key was refused, in the place where the next step stands."""
    return ((" ! ", "badge-flash"), ("  ", ""), (text, "flash bold"))


def keys_of(actions: Iterable[str], key_of: Callable[[str], str]) -> Spans:
    """Return the keys of some actions, to be pressed one after the other; empty where there is none."""
    keys = " ".join(filter(None, map(key_of, actions)))
    return (("  ", ""), (keys, "name bold")) if keys else ()
