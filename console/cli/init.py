"""``oncall init``: a few questions, sources tried as they are entered, a config file that loads."""

from __future__ import annotations

import argparse
import getpass
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from console.cli.adding import ask_for_sources
from console.cli.asking import ask, line, word, words, yes
from console.cli.output import complain, say
from console.clock import SystemClock, local_zone
from console.config.base import parse_zone
from console.config.files import write_whole
from console.config.find import default_path
from console.config.load import parse
from console.config.starter import Answers, starter
from console.errors import ConfigError


def init(args: argparse.Namespace) -> int:
    """Ask, write, say what to do next. Refuses (1) where the file exists and may not be overwritten."""
    path = Path(args.config).expanduser() if args.config else default_path()
    overwrite = bool(args.force)
    if path.exists() and not overwrite:
        if not yes(f"{path} exists. Overwrite it?"):
            complain(f"{path}: left as it is")
            return 1
        overwrite = True
    say(f"This writes {path}. Enter takes what stands in [ ].")
    text = starter(_answers(path.parent))
    parse(text, path)  # a config that we write must load
    try:
        write_whole(path, text, overwrite=overwrite)
    except OSError as error:
        raise ConfigError(f"{path}: cannot be written ({error.strerror})") from None
    say(f"\nWritten: {path}\nNext: oncall check, then oncall")
    return 0


def _answers(folder: Path) -> Answers:
    me = ask("Your id (short, no blanks)", _login(), word)
    name = ask("Your name", me.capitalize(), line)
    team = ask("Your team's id", "ops" if me != "ops" else "team", _other_than(me))
    others = ask("Others in the rotation (ids, with blanks between; may be empty)", "", words)
    zone = ask("Time zone", _local_zone(), _zone)
    today = SystemClock().now().date()
    return Answers(
        me=me,
        name=name,
        team=team,
        members=tuple(dict.fromkeys((me, *others.split()))),
        timezone=zone,
        start=today - timedelta(days=today.weekday()),
        sources=ask_for_sources(folder),
    )


def _other_than(me: str) -> Callable[[str], str]:
    def check(answer: str) -> str:
        if word(answer) == me:
            raise ValueError("a team and a person cannot share an id")
        return answer

    return check


def _zone(answer: str) -> str:
    parse_zone(answer)
    return answer


def _login() -> str:
    try:
        return getpass.getuser().lower()
    except (OSError, KeyError):
        return ""


def _local_zone() -> str:
    """Return the name of this machine's zone, UTC where it has none."""
    try:
        return _zone(str(local_zone()))
    except ValueError:
        return "UTC"
