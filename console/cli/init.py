"""``oncall init``: a few questions, a source tried as it is entered, a config file that loads."""

from __future__ import annotations

import argparse
import getpass
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from console import bootstrap
from console.cli.output import complain, say
from console.clock import SystemClock, local_zone
from console.config.base import parse_zone
from console.config.files import write_whole
from console.config.find import default_path
from console.config.load import parse
from console.config.starter import Answers, starter
from console.errors import ConfigError, OncallError, UsageError

Check = Callable[[str], str]


def init(args: argparse.Namespace) -> int:
    """Ask, write, say what to do next. Refuses (1) where the file exists and may not be overwritten."""
    path = Path(args.config).expanduser() if args.config else default_path()
    overwrite = bool(args.force)
    if path.exists() and not overwrite:
        if not _yes(f"{path} exists. Overwrite it?"):
            complain(f"{path}: left as it is")
            return 1
        overwrite = True
    say(f"This writes {path}. Enter takes what stands in [ ].")
    text = starter(_answers())
    parse(text, path)  # a config that we write must load
    try:
        write_whole(path, text, overwrite=overwrite)
    except OSError as error:
        raise ConfigError(f"{path}: cannot be written ({error.strerror})") from None
    say(f"\nWritten: {path}\nNext: oncall check, then oncall")
    return 0


def _answers() -> Answers:
    me = _ask("Your id (short, no blanks)", _login(), _word)
    name = _ask("Your name", me.capitalize(), _line)
    team = _ask("Your team's id", "ops" if me != "ops" else "team", _other_than(me))
    others = _ask("Others in the rotation (ids, with blanks between; may be empty)", "", _words)
    zone = _ask("Time zone", _local_zone(), _zone)
    today = SystemClock().now().date()
    return Answers(
        me=me,
        name=name,
        team=team,
        members=tuple(dict.fromkeys((me, *others.split()))),
        timezone=zone,
        start=today - timedelta(days=today.weekday()),
        url=_source_url(),
    )


def _source_url() -> str:
    """Ask for an Alertmanager until one answers, or the user keeps one that does not, or wants none."""
    while True:
        url = _ask(
            "Alertmanager's address, like http://127.0.0.1:9093 (empty: none yet)", "", _line_or_nothing
        )
        if not url:
            return ""
        try:
            poll = bootstrap.try_source("alertmanager", {"url": url})
        except OncallError as error:
            complain(f"  {error}")
            if not isinstance(error, ConfigError) and _yes("  Keep it all the same?"):
                return url
        else:
            say(f"  answers: {len(poll.alerts)} firing")
            return url


def _ask(question: str, default: str, check: Check) -> str:
    """Ask until the answer is right. Raises ``UsageError`` where the input ends."""
    while True:
        print(f"{question} [{default}]: " if default else f"{question}: ", end="", flush=True)
        line = sys.stdin.readline()
        if not line:
            print()
            raise UsageError("the input ended before all questions were answered", hint="nothing was written")
        try:
            return check(line.strip() or default)
        except ValueError as error:
            complain(f"  {error}")


def _yes(question: str) -> bool:
    return _ask(f"{question} y/N", "", str).lower() in {"y", "yes"}


def _line(answer: str) -> str:
    if not answer or not answer.isprintable() or len(answer) > 200:
        raise ValueError("one line of printable characters, please")
    return answer


def _line_or_nothing(answer: str) -> str:
    return _line(answer) if answer else ""


def _word(answer: str) -> str:
    if len(_line(answer).split()) != 1:
        raise ValueError("one word without blanks, please")
    return answer


def _words(answer: str) -> str:
    return " ".join(_word(word) for word in answer.replace(",", " ").split())


def _other_than(me: str) -> Check:
    def check(answer: str) -> str:
        if _word(answer) == me:
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
