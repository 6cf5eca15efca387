"""The shape of the command line; light, so that ``--help`` answers at once.

A command names the function that carries it out as ``"module:function"`` below ``console.cli``;
it is imported when it is run, so the modules of commands may import what they need at their top.
"""

from __future__ import annotations

import argparse
import difflib
import re
from collections.abc import Callable, Collection
from typing import Any, NoReturn, cast

EXIT_CODES = """\
exit codes:
  0  done
  1  the answer is "no", or something is wrong
  2  bad usage or bad config
  3  the store or a source cannot be reached
"""


class Parser(argparse.ArgumentParser):
    """An argument parser whose complaints are one line on stderr, exit 2."""

    def error(self, message: str) -> NoReturn:
        """Print one line and leave with 2; for a misspelt command with the nearest right one."""
        unknown = re.match(r"argument COMMAND: invalid choice: '(.*?)' \(choose from (.*)\)$", message)
        if unknown is not None:
            known = [name.strip(" '") for name in unknown[2].split(",")]
            near = difflib.get_close_matches(unknown[1], known, n=1)
            message = f'unknown command "{unknown[1]}"' + (f' — did you mean "{near[0]}"?' if near else "")
        self.exit(2, f"{self.prog}: {message} (see {self.prog} --help)\n")


class Unnamed(Parser):
    """A command that a command line does not name: known by its name, it takes nothing.

    To make the parsers of all commands takes longer than most commands do.
    """

    def __init__(self, **_traits: Any) -> None:
        """Keep nothing: nobody asks this parser anything."""

    def add_argument(self, *_names: Any, **_traits: Any) -> Any:
        """Forget it."""

    def add_argument_group(self, *_names: Any, **_traits: Any) -> Any:
        """Return what forgets its arguments, too."""
        return self

    def add_mutually_exclusive_group(self, **_traits: Any) -> Any:
        """Return what forgets its arguments, too."""
        return self

    def add_subparsers(self, **_traits: Any) -> Any:
        """Return what forgets its commands, too."""
        return self

    def add_parser(self, *_names: Any, **_traits: Any) -> Unnamed:
        """Return a command below this one."""
        return self

    def set_defaults(self, **_values: Any) -> None:
        """Forget them."""


class Commands:
    """Adds commands that all take what ``everywhere`` adds.

    ``words`` are those of a command line: a command that is not among them is known by its name
    only. None: all are made.
    """

    def __init__(
        self, parser: Parser, *, words: Collection[str] | None = None, required: bool = False
    ) -> None:
        self._words = words
        made = cast("type[Parser]", self._made)  # argparse calls it, nothing else
        self._adder = parser.add_subparsers(
            title="commands", dest="command", metavar="COMMAND", parser_class=made, required=required
        )

    def _made(self, *, prog: str, **traits: Any) -> Parser:
        if self._words is None or prog.rsplit(maxsplit=1)[-1] in self._words:
            return Parser(prog=prog, **traits)
        return Unnamed()

    def add(  # noqa: PLR0913 - each is one independent trait
        self,
        name: str,
        run: str,
        text: str,
        *,
        reads: bool = False,
        ids: bool = False,
        writes: bool = False,
    ) -> Parser:
        """Add a command.

        ``reads``: it takes ``--json``. ``ids``: it takes one or more incidents. ``writes``: all it
        does is to write to a store, so it is refused with ``--readonly``.
        """
        parser: Parser = self._adder.add_parser(name, help=text, description=text, allow_abbrev=False)
        everywhere(parser)
        if ids:
            parser.add_argument("incidents", nargs="*", metavar="INC", help="INC-42, inc-42 or 42")
            parser.add_argument(
                "--filter", metavar="QUERY", help="instead: all open ones that match, after a list"
            )
            parser.add_argument("--yes", action="store_true", help="with --filter: list them, but do not ask")
        if reads:
            parser.add_argument("--json", action="store_true", help="one JSON document on stdout")
        parser.set_defaults(run=run, writes=writes)
        return parser

    def family(self, name: str, text: str) -> Commands:
        """Add a command that has commands of its own."""
        parser: Parser = self._adder.add_parser(name, help=text, description=text, allow_abbrev=False)
        everywhere(parser)
        return Commands(parser, words=self._words, required=True)


def everywhere(parser: argparse.ArgumentParser) -> None:
    """Add what every command takes. A value given before the command is kept."""
    add: Callable[..., object] = parser.add_argument_group("everywhere").add_argument
    nothing = argparse.SUPPRESS
    add("--config", metavar="FILE", default=nothing, help="the config file to use")
    add("--store", metavar="URL", default=nothing, help="the store to use, such as sqlite:///oncall.db")
    add("--as", dest="who", metavar="WHO", default=nothing, help="act as this person instead of [me] id")
    add("--readonly", action="store_true", default=nothing, help="never write to the store")
    add("--no-color", action="store_true", default=nothing, help="no colours, as with NO_COLOR=1")
