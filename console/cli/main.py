"""The command line's outermost layer: parse, run, and turn every ending into an exit code."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from console.cli.grammar import build
from console.cli.writingout import writing_out
from console.errors import OncallError, OutputError

INTERRUPTED = 130  # what shells expect of a program that Ctrl-C ended


def main(argv: Sequence[str] | None = None) -> int:
    """Carry out a command line and return the exit code. Only ``--help`` and bad usage raise ``SystemExit``."""
    _replace_closed_streams()
    _survive_any_locale()
    try:
        return _carry_out(sys.argv[1:] if argv is None else argv)
    except OncallError as error:
        from console.cli.output import complain  # noqa: PLC0415 - the fast path needs no words

        complain(str(error))
        if isinstance(error, OutputError):
            _close_quietly()
        return error.exit_code
    except BrokenPipeError:  # the reader, such as head, has seen enough
        _close_quietly()
        return 0
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the application's boundary: one line, and a private log
        return _crashed(error)


def _carry_out(words: Sequence[str]) -> int:
    try:
        args = build(words).parse_args(words)
        if args.no_color:
            os.environ["NO_COLOR"] = "1"
        _refuse_writing(args)
        code = _function(args.run)(args)
    except SystemExit:  # --help has been printed
        _finish_output()
        raise
    _finish_output()
    return code


def _finish_output() -> None:
    """Write what is still held back, here, where a failure can be told."""
    with writing_out():
        sys.stdout.flush()


def _refuse_writing(args: argparse.Namespace) -> None:
    if args.readonly and args.writes:
        raise OncallError("this command writes to the store", hint="leave out --readonly")


def _function(name: str) -> Callable[..., int]:
    module, _, function = name.partition(":")
    found: Callable[..., int] = getattr(importlib.import_module(f"console.cli.{module}"), function)
    return found


def _crashed(error: Exception) -> int:
    """Say a bug of ours in one line; the rest goes to a log that only the user can read."""
    try:
        from console.cli.output import complain  # noqa: PLC0415 - only where something went wrong
        from console.clock import SystemClock  # noqa: PLC0415
        from console.ui.terminal.crashlog import last_line, write_crash  # noqa: PLC0415

        complain(last_line(error, write_crash(error, SystemClock().now())))
    except ImportError:  # an installation with parts missing
        print(f"oncall: is not installed completely: {error!r}", file=sys.stderr)
    return 1


def _replace_closed_streams() -> None:
    """Send what is said nowhere where the caller closed stdout or stderr (``>&-``)."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - open to the end


def _survive_any_locale() -> None:
    """Let text that the terminal's encoding lacks come out as escapes instead of ending the program."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def _close_quietly() -> None:
    """Keep the interpreter from complaining once more when it flushes at exit."""
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, sys.stdout.fileno())
    os.close(null)
