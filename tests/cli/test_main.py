from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from console.cli import main as module
from console.cli.grammar import build
from console.cli.parser import Unnamed
from tests.cli.conftest import Run
from tests.paths import REPO
from tests.waiting import PATIENCE


def parsers(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    if isinstance(parser, Unnamed):
        return
    yield parser
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for inner in action.choices.values():
                yield from parsers(inner)


@pytest.mark.parametrize("parser", parsers(build()), ids=lambda parser: parser.prog)
def test_every_command_names_a_function_and_takes_config_and_store(parser: argparse.ArgumentParser) -> None:
    taken = {option for action in parser._actions for option in action.option_strings}
    assert {"--config", "--store", "--as", "--no-color"} <= taken
    name = parser.get_default("run")
    if name is not None:  # a family has none of its own
        file, _, function = name.partition(":")
        assert callable(getattr(import_module(f"console.cli.{file}"), function))


def test_a_parser_made_for_a_command_line_is_the_whole_one_there() -> None:
    whole = {parser.prog: parser.format_help() for parser in parsers(build())}
    assert len(whole) > 70
    for prog, text in whole.items():
        words = prog.split()[1:]
        made = {parser.prog: parser for parser in parsers(build(words))}
        assert made[prog].format_help() == text


@pytest.mark.parametrize(
    ("argv", "line"),
    [
        (["stroe"], 'oncall: unknown command "stroe" — did you mean "store"? (see oncall --help)\n'),
        (
            ["store"],
            "oncall store: the following arguments are required: COMMAND (see oncall store --help)\n",
        ),
        (["ack"], 'which incidents?: give INC-42, or --filter "p:3 svc:mail"\n'),
        (["show", "1", "--jso"], "oncall: unrecognized arguments: --jso (see oncall --help)\n"),
    ],
)
def test_bad_usage_is_one_line(run: Run, argv: list[str], line: str) -> None:
    found = run(*argv)
    assert (found.code, found.out, found.err) == (2, "", line)


def test_without_a_config_one_line_says_what_to_do(run: Run) -> None:
    found = run("incidents")
    assert (found.code, found.out) == (2, "")
    assert found.err.startswith('no config found: run "oncall init" (it writes ')
    assert found.err.count("\n") == 1


def test_a_bad_config_is_named_with_line_and_key(run: Run, config: Path) -> None:
    config.write_text(config.read_text().replace("[[services]]\nname", "[[services]]\nnmae", 1))
    found = run("roster", "--config", str(config))
    assert found.code == 2
    assert found.err.startswith(f"{config}:")
    assert found.err.endswith(': [[services]] #1 "payments": unknown key "nmae" — did you mean "name"?\n')
    assert found.err.count("\n") == 1


def test_options_before_the_command_count_too(run: Run, config: Path, tmp_path: Path) -> None:
    moved = config.rename(tmp_path / "other.toml")
    assert run("--config", str(moved), "roster").out
    assert run("roster", "--config", str(moved)).out


@pytest.mark.usefixtures("config")
def test_who_must_be_known(run: Run) -> None:
    found = run("--as", "ash", "incidents")
    assert (found.code, found.err) == (2, '--as: no [[people]] has the id "ash" — did you mean "asha"?\n')


@pytest.mark.usefixtures("config")
def test_a_store_that_cannot_be_used_is_exit_3(run: Run, tmp_path: Path) -> None:
    (tmp_path / "oncall.db").write_bytes(b"this is no database, whatever its name says" * 100)
    found = run("incidents")
    assert found.code == 3
    assert found.err.count("\n") == 1
    assert "oncall.db" in found.err


def test_a_bug_is_one_line_and_a_private_log(run: Run, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(args: argparse.Namespace) -> int:
        secret = f"hunter2 {args.run}"
        raise ZeroDivisionError(f"boom\x1b[2J{len(secret)}")

    monkeypatch.setattr(module, "_function", lambda _name: broken)
    found = run("themes")
    assert found.code == 1
    assert found.err.startswith("oncall: stopped by an unexpected error (ZeroDivisionError: boom^[[2J")
    assert found.err.count("\n") == 1
    (log,) = home.rglob("crash-*.log")
    assert str(log) in found.err
    assert log.stat().st_mode & 0o777 == 0o600
    text = log.read_text()
    assert "ZeroDivisionError" in text
    assert "hunter2" not in text


def oncall(*argv: str, **more: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "console", *argv]
    done: subprocess.CompletedProcess[str] = subprocess.run(  # type: ignore[call-overload]
        command, capture_output=True, text=True, cwd=REPO, timeout=PATIENCE, check=False, **more
    )
    return done


LOADED = """
import atexit, sys
sys.argv = ["oncall", *sys.argv[1:]]
import console.__main__ as oncall
atexit.register(lambda: print(*sys.modules, file=sys.stderr))
oncall.main()
"""


@pytest.mark.parametrize(
    ("argv", "unwanted"),
    [
        (
            ["--help"],
            {"pydantic", "textual", "httpx", "apsw", "asyncio", "platformdirs", "console.domain.policy"},
        ),
        (["incidents", "--json"], {"textual", "httpx", "asyncio"}),
        (["status", "--line"], {"textual", "httpx", "asyncio"}),
        (["keys"], {"textual", "httpx", "asyncio", "apsw"}),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_a_command_loads_only_what_it_needs(
    run: Run, config: Path, argv: list[str], unwanted: set[str]
) -> None:
    more = [] if "--help" in argv else ["--config", str(config)]
    if more:
        run("roster", *more)  # from now on this config is known to be right
        unwanted = unwanted | {"pydantic"}
    command = [sys.executable, "-c", LOADED, *argv, *more]
    done = subprocess.run(command, capture_output=True, text=True, cwd=REPO, timeout=PATIENCE, check=False)
    loaded = set(done.stderr.split())
    assert "console.cli.grammar" in loaded
    assert not loaded & unwanted


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize(
    ("words", "unbuffered"),
    [("keys", ""), ("incidents --json", "1"), ("roster export", ""), ("report --format csv", "1")],
)
def test_an_answer_that_cannot_be_written_is_one_line(
    words: str, unbuffered: str, config: Path, home: Path
) -> None:
    environment = {**os.environ, "PYTHONUNBUFFERED": unbuffered}
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "console", *words.split(), "--config", str(config)],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            cwd=REPO,
            env=environment,
            timeout=PATIENCE,
            check=False,
        )
    assert done.stderr == (
        "the answer cannot be written (No space left on device): make room or send it elsewhere; "
        "what the command changed stays changed\n"
    )
    assert done.returncode == 1
    assert list(home.rglob("crash-*.log")) == []


def test_a_stdout_that_was_closed_is_no_error() -> None:
    done = subprocess.run(
        ["sh", "-c", f"{sys.executable} -m console themes >&-"],
        capture_output=True,
        text=True,
        cwd=REPO,
        timeout=PATIENCE,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_a_reader_that_leaves_early_is_no_error() -> None:
    command = f"{sys.executable} -m console --help | head -c 1"
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {command}"],
        capture_output=True,
        text=True,
        cwd=REPO,
        timeout=PATIENCE,
        check=False,
    )
    assert done.stderr == ""


def test_a_terminal_without_unicode_gets_escapes() -> None:
    env = {**os.environ, "PYTHONIOENCODING": "latin-1", "PYTHONPATH": str(REPO)}
    done = oncall("--config", "nowhere…", "roster", env=env)
    assert done.returncode == 2
    assert done.stderr == "nowhere\\u2026: no such file: correct --config\n"
