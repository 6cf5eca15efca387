"""Questions on the terminal, asked until the answer is right."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TypeVar

from console.cli.output import complain
from console.errors import UsageError

T = TypeVar("T")


def ask(question: str, default: str, check: Callable[[str], T]) -> T:
    """Ask until ``check`` takes the answer. Raises ``UsageError`` where the input ends."""
    while True:
        print(f"{question} [{default}]: " if default else f"{question}: ", end="", flush=True)
        typed = sys.stdin.readline()
        if not typed:
            print()
            raise UsageError("the input ended before all questions were answered", hint="nothing was written")
        try:
            return check(typed.strip() or default)
        except ValueError as error:
            complain(f"  {error}")


def yes(question: str) -> bool:
    """Ask for a yes; anything else is a no."""
    return ask(f"{question} y/N", "", str).lower() in {"y", "yes"}


def line(answer: str) -> str:
    """Return an answer of one line. Raises ``ValueError`` for any other."""
    if not answer or not answer.isprintable() or len(answer) > 200:
        raise ValueError("one line of printable characters, please")
    return answer


def word(answer: str) -> str:
    """Return an answer of one word. Raises ``ValueError`` for any other."""
    if len(line(answer).split()) != 1:
        raise ValueError("one word without blanks, please")
    return answer


def words(answer: str) -> str:
    """Return words with one blank between. Raises ``ValueError`` where one is none."""
    return " ".join(word(one) for one in answer.replace(",", " ").split())
