"""Adding sources by asking: which kind, what it needs, whether it answers."""

from __future__ import annotations

import asyncio
import os
import re
import tomllib
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from console import bootstrap
from console.cli.asking import ask, line, word, yes
from console.cli.findings import FAIL, MARKS
from console.cli.output import complain, say
from console.cli.trying import try_source
from console.config.keys import Key, read_one
from console.config.kinds import groups, question, questions
from console.config.nearest import did_you_mean
from console.config.secrets import Secret
from console.config.starter import Added
from console.errors import ConfigError

_VARIABLE = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)*")
_WHERE = "which environment variable holds it"
_SECRETS = """A secret is not written into the file: name the variable that holds it, or say where it is kept, as
{ file = "am.token" }, { command = ["pass", "show", "am"] } or { keyring = "oncall/am" }."""
_AGAIN = "Enter: answer again"


def ask_for_sources(folder: Path) -> tuple[Added, ...]:
    """Ask for one source after the other, each tried as it is entered, until there are no more.

    ``folder`` is what relative files are relative to. Raises ``UsageError`` where the input ends.
    """
    numbered = _menu()
    added: list[Added] = []
    while True:
        words = "Another one" if added else "Where do alerts come from"
        kind = ask(
            f"{words}? A number or a name (empty: {'no' if added else 'none yet'})",
            "",
            partial(_kind, numbered),
        )
        if not kind:
            return tuple(added)
        found = _one(kind, folder, {one.name for one in added})
        added += [found] if found else []


def _menu() -> list[str]:
    """Show what there is; return the kinds in the order of their numbers."""
    numbered: list[str] = []
    for title, kinds in groups().items():
        say(title)
        for kind, words in kinds.items():
            numbered.append(kind)
            say(f"  {len(numbered):2} {kind:<13} {words}".rstrip())
    say(_SECRETS)
    return numbered


def _kind(numbered: list[str], answer: str) -> str:
    name = answer.casefold()
    if name.isdecimal() and 0 < int(name) <= len(numbered):
        return numbered[int(name) - 1]
    if name and name not in numbered:
        raise ValueError(f'no kind is called "{answer}"{did_you_mean(name, tuple(numbered))}')
    return name


def _one(kind: str, folder: Path, taken: set[str]) -> Added | None:
    """Return a source that loads and that the user wants; None where they gave it up."""
    free = next(name for number in range(1, len(taken) + 2) if (name := _numbered(kind, number)) not in taken)
    form = _Form(kind, ask("What is it called on screen", free, partial(_free, taken)), folder)
    while True:
        table = form.fill()
        try:
            wanted = (
                "k" if _tried(form, table) else ask(f"  {_AGAIN} · k: keep it as it is · d: drop it", "", str)
            )
        except ConfigError as error:
            complain(f"  {error}")
            wanted = "d" if ask(f"  {_AGAIN} · d: drop it", "", str) == "d" else ""
        if wanted == "k":
            return Added(kind, form.name, table)
        if wanted == "d":
            return None


class _Form:
    """The questions about one source. Answers are remembered, so that Enter takes them the next time."""

    def __init__(self, kind: str, name: str, folder: Path) -> None:
        self.kind = kind
        self.name = name
        self.folder = folder
        self._before: dict[str, str] = {}

    def fill(self, inner: str = "") -> dict[str, Any]:
        """Ask for the keys of the table, or of one inside it, and return those that were answered."""
        table: dict[str, Any] = {}
        for key in questions(self.kind, inner):
            place = f"{inner}.{key.name}" if inner else key.name
            if key.table:
                table[key.name] = [self.fill(key.name)]
            elif (value := self._value(key, place, question(self.kind, key, inner))) is not None:
                table[key.name] = value
        return table

    def _value(self, key: Key, place: str, words: str) -> Any:
        def check(typed: str) -> Any:
            if not typed and key.required:
                raise ValueError("this one is needed")
            read = _reference if key.secret else partial(read_one, key, folder=self.folder)
            value = read(line(typed)) if typed else None
            if not (key.secret and isinstance(value, str)):  # a secret itself is not shown again
                self._before[place] = typed
            return value

        usual = _variable(self.name, key) if key.secret and key.required else ""
        asked = f"{words}; {_WHERE}" if key.secret else words
        return ask(asked, self._before.get(place, usual), check)


def _tried(form: _Form, table: Mapping[str, Any]) -> bool:
    """Ask the source and say what came of it. Raises ``ConfigError`` for a table that would not load."""
    source, ability = bootstrap.new_source(form.kind, form.name, table, form.folder)
    findings = asyncio.run(try_source(source, ability))
    for one in findings:
        say(f"  {MARKS[one.result]} {one.text}")
    return all(one.result != FAIL for one in findings)


def _reference(answer: str) -> Any:
    """Return a reference to a secret; the secret itself only where the user insists."""
    if answer.startswith("{"):
        try:
            found = tomllib.loads(f"it = {answer}")["it"]
        except tomllib.TOMLDecodeError:
            raise ValueError('that is no reference; write it like { file = "am.token" }') from None
        Secret.parse(found)
        return found
    if answer in os.environ or _VARIABLE.fullmatch(answer):
        return {"env": answer}
    if yes("  That is no name of a variable. Is it the secret itself, and is it to stand in the file?"):
        return answer
    raise ValueError("name what holds it, please")


def _variable(name: str, key: Key) -> str:
    return re.sub(r"[^A-Z0-9]+", "_", f"{name}_{key.name}".upper()).strip("_")


def _numbered(kind: str, number: int) -> str:
    return kind if number == 1 else f"{kind}-{number}"


def _free(taken: set[str], answer: str) -> str:
    if word(answer) in taken:
        raise ValueError(f'there is a source called "{answer}" already')
    return answer
