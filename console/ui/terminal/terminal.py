"""Whether this terminal can carry the console, found out before anything is drawn. No Textual here."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass

from console.errors import OncallError
from console.ui.glyphs import UNICODE, GlyphChoice, Glyphs, choose

CANNOT = frozenset({"linux", "vt100", "vt102", "vt220", "ansi"})
"""Values of TERM where a marked link (OSC 8) may show as rubbish; others open it or leave the mark out."""
_TOO_DUMB = frozenset({"dumb", "unknown"})
_ALTERNATIVE = "oncall incidents, oncall status and the other commands work everywhere"


class TerminalError(OncallError):
    """The console cannot be drawn here (exit 1)."""


@dataclass(frozen=True, slots=True)
class Terminal:
    """What is known of the terminal: how text is written to it, and whether colours are wanted and links may be marked."""

    encoding: str = "utf-8"
    no_color: bool = False
    links: bool = True
    glyphs: Glyphs = UNICODE


def check_terminal(choice: GlyphChoice = "auto", environ: Mapping[str, str] | None = None) -> Terminal:
    """Return what the terminal can do, or raise ``TerminalError`` with one line saying why it will not do.

    The console reads keys from standard input and draws on standard error.
    """
    environ = os.environ if environ is None else environ
    if sys.__stdin__ is None or sys.__stdin__.closed:
        raise TerminalError("the console needs a keyboard, but standard input is closed", hint=_ALTERNATIVE)
    if not sys.__stdin__.isatty():
        raise TerminalError(
            "the console needs a keyboard, but standard input is not a terminal", hint=_ALTERNATIVE
        )
    if sys.__stderr__ is None or sys.__stderr__.closed or not sys.__stderr__.isatty():
        raise TerminalError(
            "the console draws on standard error, which is not a terminal here", hint="leave out 2> or 2>&1"
        )
    if environ.get("TERM", "") in _TOO_DUMB:
        raise TerminalError(
            f"the console cannot draw on a TERM={environ['TERM']} terminal",
            hint="set TERM to what it really is",
        )
    encoding = sys.__stderr__.encoding or "ascii"
    links = environ.get("TERM", "") not in CANNOT
    return Terminal(encoding, bool(environ.get("NO_COLOR")), links, choose(choice, encoding))
