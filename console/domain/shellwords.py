"""Where in a shell script a place stands: what a value that is put there would be read as.

Not a shell's parser, but a cautious reader of its plain parts. What it does not know for certain it calls
``ODD`` from there to the end, and whoever asks must then be careful.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class Spot(StrEnum):
    """What stands around a place."""

    BARE = "bare"
    SINGLE = "single"  # inside '…'
    DOUBLE = "double"  # inside "…"
    COMMENT = "comment"
    ODD = "odd"  # here-documents, substitutions, functions: read by rules of their own


@dataclass(frozen=True, slots=True)
class Place:
    """A place: what is around it, whether a word begins there, and whether that word names a program or a file."""

    spot: Spot
    begins_word: bool
    names_program: bool
    names_target: bool  # of ``>`` or ``<``


@dataclass(frozen=True, slots=True)
class Script:
    """What was read. ``programs`` are the first words of its commands; ``odd``: there may be more of them.

    ``words`` are all words, without quotes.
    """

    places: tuple[Place, ...]
    programs: tuple[str, ...]
    words: frozenset[str]
    odd: bool


_SIMPLE_VARIABLE = re.compile(r"\$(?:\{\w+\}|\w+|[?#@*!-])")
_BEFORE_A_PROGRAM = frozenset(
    {"!", "{", "}", "if", "then", "elif", "else", "do", "while", "until", "fi", "done", "time"}
)
_OWN_RULES = frozenset({"for", "case", "select", "function", "[[", "coproc"})
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*\+?=")
_PROGRAM_AHEAD = re.compile(r"""(?:[(;|&`{!]|\b(?:do|then|else|elif|if|while|until|time))\s*["']?$""")
_NEW_LINE = re.compile(r"""\n\s*["']?$""")
_ENDS_WORD = " \t\n;&|()<>"


def read_script(text: str, holes: list[tuple[int, int]]) -> Script:
    """Return what stands where; ``holes`` are the (start, end) of places to be filled, in order."""
    return _Reader(text, holes).read()


class _Reader:
    def __init__(self, text: str, holes: list[tuple[int, int]]) -> None:
        self.text = text
        self.holes = dict(holes)
        self.places: list[Place] = []
        self.programs: list[str] = []
        self.words: set[str] = set()
        self.at = 0
        self.spot = Spot.BARE
        self.word: str | None = None  # the word being read, without its quotes; None between words
        self.wants_program = True
        self.is_target = False  # the next word is where output goes
        self.odd = False

    def read(self) -> Script:
        while self.at < len(self.text):
            if self.at in self.holes:
                self._hole()
            elif self.spot is Spot.BARE:
                self._bare()
            else:
                self._inside()
        self._end_word()
        odd = self.odd or self.spot in {Spot.SINGLE, Spot.DOUBLE}
        return Script(tuple(self.places), tuple(self.programs), frozenset(self.words), odd)

    def _hole(self) -> None:
        begins = self.word is None or self.word == ""
        self.places.append(Place(self.spot, begins, self._names_program(), self.is_target))
        if self.spot in {Spot.BARE, Spot.SINGLE, Spot.DOUBLE}:
            self.word = (self.word or "") + "\N{REPLACEMENT CHARACTER}"
        self.at = self.holes[self.at]

    def _names_program(self) -> bool:
        """Return whether the word here is the first of a command, as far as can be told; in doubt it is."""
        if self.spot is Spot.ODD:
            before = self.text[: self.at]
            return bool(_PROGRAM_AHEAD.search(before)) or (
                "<<" not in before and bool(_NEW_LINE.search(before))
            )
        here = self.wants_program and not self.is_target and self.spot is not Spot.COMMENT
        return here and not _ASSIGNMENT.match(self.word or "")

    def _bare(self) -> None:
        char, ahead = self.text[self.at], self.text[self.at : self.at + 2]
        if char == "\\":
            if ahead != "\\\n":
                self.word = (self.word or "") + ahead[1:]
            self.at += 2
        elif char in {"'", '"'}:
            self.word = self.word or ""
            self._step(Spot.SINGLE if char == "'" else Spot.DOUBLE)
        elif char == "#" and self.word is None:
            self._step(Spot.COMMENT)
        elif char in {"`", "$"}:
            self._dollar()
        elif char in _ENDS_WORD:
            self._separator(char, ahead)
        else:
            self.word = (self.word or "") + char
            self.at += 1

    def _inside(self) -> None:
        char = self.text[self.at]
        if self.spot is Spot.ODD:
            self.at += 1
        elif self.spot is Spot.COMMENT:
            if char == "\n":
                self.spot = Spot.BARE  # and the line's end is read as such
            else:
                self.at += 1
        elif char == ("'" if self.spot is Spot.SINGLE else '"'):
            self._step(Spot.BARE)
        elif self.spot is Spot.DOUBLE and char in "`$":
            self._dollar()
        else:
            escaped = self.spot is Spot.DOUBLE and char == "\\"
            self.word = (self.word or "") + self.text[self.at + escaped : self.at + 1 + escaped]
            self.at += 1 + escaped

    def _dollar(self) -> None:
        """Read ``$NAME``; everything else that begins so has rules of its own, also what names a program."""
        found = _SIMPLE_VARIABLE.match(self.text, self.at)
        if found is None:
            last = self.text[self.at + 1 : self.at + 2]
            if self.text[self.at] == "$" and (not last or last.isspace()) and self.spot is not Spot.ODD:
                self.word = (self.word or "") + "$"
                self.at += 1
                return
            self._go_odd()
            return
        if self.wants_program and not self.is_target and not _ASSIGNMENT.match(self.word or ""):
            self._go_odd()
            return
        self.word = (self.word or "") + found.group()
        self.at = found.end()

    def _separator(self, char: str, ahead: str) -> None:
        self._end_word()
        if self.spot is Spot.ODD:
            return
        if ahead in {"<<", "<(", ">("} or char in {"(", ")"}:
            self._go_odd()
        elif char in "<>":
            self.is_target = True
            self.at += 2 if ahead in {">>", ">&", "<&", ">|", "<>"} else 1
        elif ahead == "&>":
            self.is_target = True
            self.at += 2
        elif char in " \t":
            self.at += 1
        else:
            self.wants_program, self.is_target = True, False
            self.at += 1

    def _end_word(self) -> None:
        word, self.word = self.word, None
        if word is None:
            return
        self.words.add(word)
        if self.is_target:
            self.is_target = False
        elif self.wants_program and word in _OWN_RULES:
            self._go_odd()
        elif self.wants_program and word not in _BEFORE_A_PROGRAM and not _ASSIGNMENT.match(word):
            self.programs.append(word)
            self.wants_program = False

    def _go_odd(self) -> None:
        self.spot, self.odd = Spot.ODD, True

    def _step(self, spot: Spot) -> None:
        self.spot = spot
        self.at += 1
