"""Ways to ring. The texts are the world's: none can end a sequence early, be a format or an option."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from html import escape

from console.domain.text import one_line

BELL = "\a"

_LONGEST = 120
_TITLE = "oncall"

# In a message tmux expands #{…}, runs #(…), and takes % for parts of the date.
_FOR_TMUX = str.maketrans({"#": "＃", "%": "％"})
# osascript runs the script; text and title are arguments that it only shows.
_APPLE = (
    "-e",
    "on run argv",
    "-e",
    "display notification (item 2 of argv) with title (item 1 of argv)",
    "-e",
    "end run",
)


def sequence(way: str, text: str) -> str:
    """Return what is written to the terminal for a way; empty for those that run a program.

    OSC 9: iTerm2, Windows Terminal, WezTerm, kitty, Ghostty. OSC 777: urxvt, foot, Konsole, WezTerm, Ghostty.
    """
    match way:
        case "bell":
            return BELL
        case "osc9":  # begins with a word: ConEmu takes "9;4;…" for something else
            return f"\x1b]9;{_TITLE}: {_plain(text)}{BELL}"
        case "osc777":
            return f"\x1b]777;notify;{_TITLE};{_plain(text).replace(';', ',')}{BELL}"
        case _:
            return ""


def program(way: str, text: str, env: Mapping[str, str] = os.environ) -> tuple[str, ...]:
    """Return the command that rings, empty where there is none here. No shell is used."""
    said = _plain(text)
    if way == "tmux" and env.get("TMUX") and (found := shutil.which("tmux", path=env.get("PATH"))):
        return (found, "display-message", "--", f"{_TITLE}: {said}".translate(_FOR_TMUX))
    if way == "desktop" and (found := shutil.which("notify-send", path=env.get("PATH"))):
        return (found, "--app-name=oncall", "--urgency=critical", "--", _TITLE, escape(said))
    if way == "desktop" and (found := shutil.which("osascript", path=env.get("PATH"))):
        return (found, *_APPLE, _TITLE, said)
    return ()


def _plain(text: str) -> str:
    """Return a text without anything a terminal would obey."""
    return "".join(sign for sign in one_line(text, _LONGEST) if sign.isprintable())
