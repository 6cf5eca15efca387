"""Which lines of a runbook's code are commands to copy, and which are only shown."""

from __future__ import annotations

import re
import shlex

MAX_COMMANDS = 50
"""More commands than this in one block are a script."""

MAX_LINES = 60
"""A command that has not ended after this many lines is taken as it is."""

_PROMPT = re.compile(r"^\s*(?:[\w.@:~/\[\]-]{0,40}\$>?)\s+(?=\S)")
_SHELL = frozenset(
    {"sh", "bash", "zsh", "shell", "console", "shell-session", "shellsession", "terminal", "ksh", "fish"}
)
_RUN_BY_SH = _SHELL - {"bash", "zsh", "ksh", "fish"}
_SHOWN = frozenset(
    {
        "text",
        "txt",
        "plain",
        "plaintext",
        "output",
        "log",
        "json",
        "yaml",
        "yml",
        "toml",
        "ini",
        "xml",
        "html",
        "diff",
    }
    | {"mermaid", "markdown", "md", "csv", "none", "hcl", "jsonnet", "dockerfile"}
)
_BLOCK_WORD = re.compile(r"^\s*(?:for|while|until|if|case|function)\s|^\s*[\w-]+\s*\(\)\s*\{|^#!")
_COMMAND = re.compile(r"^(?:[A-Z_]+=\S+\s+)*(?:\.{0,2}/[\w./-]+|[a-z][\w.+-]*)(?:\s+\S|$)")
_OUTPUT = re.compile(
    r'^\s*(?:"|\d{4}-\d\d|[A-Z][a-z]{2} +\d|\[?\d\d:\d\d|[A-Z]\w*\s{2,}\S|[\w.-]+:\s*$|[{}<])'
)
_HEREDOC = re.compile(r"(?<!<)<<(?!<)-?\s*['\"]?([A-Za-z_]\w*)['\"]?")


def commands(code: str, language: str) -> tuple[str, ...]:
    """Return the commands in a block of code, each ready to paste; empty where it only shows something.

    Lines after a prompt (``$ ``) are commands and the rest is output. Without prompts a block in a
    shell language, or one that reads like it, gives one entry a line; loops, functions and what
    cannot be taken apart are one entry. Queries in other languages (SQL, PromQL) are one entry.
    """
    lines = code.rstrip().split("\n")
    if any(_PROMPT.match(line) for line in lines):
        return _prompted(lines)
    words = language.lower().replace("{", " ").split()
    name = words[0].strip(".{}") if words else ""
    if name in _SHOWN or not code.strip():
        return ()
    if name and name not in _SHELL:
        return (code.strip("\n").rstrip(),)
    is_output = _OUTPUT.match(next(line for line in lines if line.strip()))  # a log, in whatever fence
    if is_output or (not name and not _reads_like_shell(lines)):
        return ()
    whole = code.strip("\n").rstrip()
    if any(_BLOCK_WORD.match(line) for line in lines):
        return (whole,)
    taken = _joined(lines)
    broken = taken is None or any(one.count("(") != one.count(")") for one in taken)  # a query in lines
    return (whole,) if taken is None or broken or len(taken) > MAX_COMMANDS else taken


def shell_of(language: str) -> str:
    """Return the shell that a fence's language stands for: ``sh``, ``bash``, or nothing that can be run here."""
    words = language.lower().replace("{", " ").split()
    name = words[0].strip(".{}") if words else ""
    return "bash" if name == "bash" else "sh" if name in _RUN_BY_SH else ""


def _prompted(lines: list[str]) -> tuple[str, ...]:
    """Return what stands after the prompts, with the lines that each command needs to be complete."""
    found: list[str] = []
    open_command = False
    for line in lines:
        prompt = _PROMPT.match(line)
        if prompt:
            found.append(line[prompt.end() :].rstrip())
        elif open_command:
            found[-1] += "\n" + line.removeprefix("> ").rstrip()
        else:
            continue
        open_command = _unfinished(found[-1])
    return tuple(found)


def _joined(lines: list[str]) -> tuple[str, ...] | None:
    """Return one entry for each complete command, comments left out; None where one never ends."""
    found: list[str] = []
    open_command = False
    for line in lines:
        if open_command:
            found[-1] += "\n" + line.rstrip()
        elif not line.strip() or line.lstrip().startswith("#"):
            continue
        else:
            found.append(line.strip())
        open_command = _unfinished(found[-1])
    return None if open_command else tuple(found)


def _unfinished(command: str) -> bool:
    """Return whether a command goes on in the next line: continuation, open quote, here-document."""
    if command.count("\n") > MAX_LINES or len(command) > 4_000:
        return False
    if command.endswith(("\\", "|", "&&", "||")):
        return True
    heredoc = _HEREDOC.search(command)
    if heredoc:
        return heredoc.group(1) not in [line.strip() for line in command.split("\n")[1:]]
    try:
        shlex.split(command, comments=True)
    except ValueError:
        return True
    return False


def _reads_like_shell(lines: list[str]) -> bool:
    """Return whether every line of an unlabelled block could be typed at a prompt."""
    real = [line for line in lines if line.strip() and not line.lstrip().startswith("#")]
    tops = [line for line, before in zip(real, ["", *real], strict=False) if not before.endswith("\\")]
    return (
        bool(tops)
        and all(_COMMAND.match(line.strip()) for line in tops)
        and not tops[0].rstrip().endswith((":", "."))
    )
