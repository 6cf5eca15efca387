"""The house keeps its shape: one direction of imports, clocks in one place, text in through one door.

Read on the syntax tree, so that a lazy import inside a function counts too.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.paths import REPO

CONSOLE = REPO / "console"

# A room may import the rooms named here (and itself). Everything else is refused.
SEAMS = {"domain", "errors", "clock", "ports"}
MAY_IMPORT: dict[str, set[str]] = {
    "domain": set(),
    "errors": set(),
    "clock": set(),
    "kinds": {"errors"},
    "ports": {"domain"},
    "store": SEAMS,
    "web": SEAMS | {"config"},  # secret references, and how a server is reached
    "programs": SEAMS | {"config"},
    "sources": SEAMS | {"config", "web", "kinds", "programs"},  # durations and secrets in a source's options
    "engine": SEAMS | {"desk"},  # the engine writes through the same executor as the front ends
    "desk": SEAMS,
    "channels": SEAMS | {"config", "web", "kinds", "programs"},  # and MAY_REACH
    "feeds": SEAMS | {"config", "web", "kinds"},  # and MAY_REACH
    "outlets": SEAMS | {"config", "web", "kinds"},  # and MAY_REACH
    "tickets": SEAMS | {"config", "web", "kinds"},  # and MAY_REACH
    "config": SEAMS
    | {
        "sources",
        "channels",
        "feeds",
        "outlets",
        "tickets",
        "web",
    },  # the options of a source, channel or feed check its table
    "calendars": SEAMS,
    "library": SEAMS,
    "outputs": SEAMS,
    "ui": SEAMS | {"outputs"},
    "demo": SEAMS | {"desk"},
    "drill": SEAMS | {"config"},
    "bootstrap": SEAMS
    | {"config", "store", "sources", "channels", "calendars", "engine", "desk", "library", "outputs", "web"}
    | {"ui", "demo", "running", "books", "handovers"},
    "handovers": SEAMS | {"outputs", "store"},
    "books": SEAMS | {"config", "library", "web"},
    "running": SEAMS | {"config", "library"},
    "rehearsal": SEAMS | {"bootstrap", "config", "demo", "drill", "engine", "store"},
    "service": SEAMS
    | {
        "bootstrap",
        "config",
        "engine",
        "calendars",
        "channels",
        "feeds",
        "outlets",
        "sources",
        "tickets",
        "web",
    },
    "cli": SEAMS
    | {
        "bootstrap",
        "books",
        "drill",
        "rehearsal",
        "running",
        "service",
        "config",
        "outputs",
        "calendars",
        "desk",
        "ui",
        "demo",
    },
    "__main__": SEAMS | {"cli"},
}

# Doors into a room that another may use without the rest of it: the Slack channel speaks in the words of the Slack source,
# feeds read records as sources do.
MAY_REACH: dict[str, tuple[str, ...]] = {
    "channels": (
        "console.sources.base.reading.records",
        "console.sources.slack.api",
        "console.sources.slack.mrkdwn",
        "console.sources.slack.people",
    ),
    "feeds": ("console.sources.base.reading.html", "console.sources.base.reading.records"),
    "tickets": (
        "console.feeds.base.asking",
        "console.outputs.markup",
        "console.outputs.wiki",
        "console.sources.base.reading.records",
        "console.sources.jira.issues",
    ),
    "outlets": (
        "console.channels.slack.api",
        "console.channels.slack.wording",
        "console.channels.smtp",
        "console.outputs.markup",
        "console.sources.base.reading.records",
        "console.sources.intercom.api",
        "console.sources.slack.api",
    ),
}

# What the domain may use of the standard library: values and arithmetic, no world.
PURE = {
    "__future__", "abc", "bisect", "calendar", "collections", "dataclasses", "datetime", "difflib", "enum", "fractions",
    "functools", "hashlib", "heapq", "ipaddress", "itertools", "json", "math", "operator", "re", "shlex", "statistics", "string",
    "textwrap", "types", "typing", "unicodedata", "urllib", "zoneinfo",
}  # fmt: skip

FOREIGN: dict[str, set[str]] = {  # third-party packages and the only rooms that may import them
    "textual": {"ui"},
    "rich": {"ui"},
    "httpx": {"web"},
    "botocore": {"sources"},
    "google": {"sources"},
    "jmespath": {"sources"},
    "apsw": {"store"},
    "sqlite3": set(),
    "psycopg": {"store"},
    "prometheus_client": {"engine"},
    "markdown_it": {"library", "ui"},
    "apprise": {"channels"},
    "tomli_w": {"config"},
    "icalendar": {"calendars"},
    "dateutil": {"calendars"},
}


@cache
def modules() -> tuple[tuple[str, Path], ...]:
    return tuple(_modules())


def _modules() -> Iterator[tuple[str, Path]]:
    for path in sorted(CONSOLE.rglob("*.py")):
        relative = path.relative_to(CONSOLE)
        room = relative.parts[0] if len(relative.parts) > 1 else relative.stem
        if room != "__init__":
            yield room, path


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    """Return what any of the rules looks at: six hundred trees are walked once."""
    wanted = (ast.Import, ast.ImportFrom, ast.Attribute, ast.Call)
    return tuple(node for node in ast.walk(ast.parse(path.read_bytes())) if isinstance(node, wanted))


@cache
def imported(path: Path) -> tuple[tuple[int, str], ...]:
    return tuple(_imported(path))


def _imported(path: Path) -> Iterator[tuple[int, str]]:
    for node in nodes(path):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: imports are written from the top"
            module = node.module or ""
            if module == "console":
                for alias in node.names:
                    yield node.lineno, f"console.{alias.name}"
            else:
                yield node.lineno, module


def place(path: Path, line: int) -> str:
    return f"{path.relative_to(REPO)}:{line}"


def test_every_room_is_known() -> None:
    assert {room for room, _ in modules()} <= set(MAY_IMPORT)


def test_imports_go_one_way() -> None:
    wrong = []
    for room, path in modules():
        for line, name in imported(path):
            parts = name.split(".")
            if parts[0] != "console" or len(parts) == 1 or parts[1] == "__version__":
                continue
            if any(name == door or name.startswith(f"{door}.") for door in MAY_REACH.get(room, ())):
                continue
            if parts[1] != room and parts[1] not in MAY_IMPORT[room]:
                wrong.append(f"{place(path, line)}: {room} may not import {name}")
    assert not wrong, "\n".join(wrong)


def test_domain_is_pure() -> None:
    wrong = [
        f"{place(path, line)}: {name}"
        for room, path in modules()
        if room == "domain"
        for line, name in imported(path)
        if name.split(".")[0] not in PURE | {"console"}
    ]
    assert not wrong, "\n".join(wrong)


def test_heavy_packages_stay_in_their_rooms() -> None:
    wrong = [
        f"{place(path, line)}: {name}"
        for room, path in modules()
        for line, name in imported(path)
        if name.split(".")[0] in FOREIGN and room not in FOREIGN[name.split(".")[0]]
    ]
    assert not wrong, "\n".join(wrong)


def test_one_module_knows_the_http_client() -> None:
    """Moving to its continuation is then one line (it is loaded when the first request is made)."""
    knowing = {
        str(path.relative_to(CONSOLE))
        for _room, path in modules()
        for _line, name in imported(path)
        if name.split(".")[0] in {"httpx", "httpcore"}
    }
    assert knowing == {"web/wire.py"}


CLOCK_READS = {
    ("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today"),
    ("time", "time"), ("time", "monotonic"), ("time", "time_ns"), ("time", "monotonic_ns"),
}  # fmt: skip


def test_only_the_clock_reads_the_clock() -> None:
    wrong = [
        f"{place(path, node.lineno)}: {node.value.id}.{node.attr}"
        for room, path in modules()
        if room != "clock"
        for node in nodes(path)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and (node.value.id, node.attr) in CLOCK_READS
    ]
    assert not wrong, "\n".join(wrong)


def test_no_text_reaches_a_markup_parser() -> None:
    """``Text.from_markup`` and friends have no place here; notify always says ``markup=False`` (peer bug B28)."""
    wrong = []
    for room, path in modules():
        for node in nodes(path):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            if node.func.attr == "from_markup":
                wrong.append(f"{place(path, node.lineno)}: from_markup")
            if (
                node.func.attr == "notify"
                and room != "channels"
                and not any(  # there it is apprise's
                    keyword.arg == "markup"
                    and isinstance(keyword.value, ast.Constant)
                    and keyword.value.value is False
                    for keyword in node.keywords
                )
            ):
                wrong.append(f"{place(path, node.lineno)}: notify without markup=False")
    assert not wrong, "\n".join(wrong)


def test_files_are_rooms_not_halls() -> None:
    halls = {
        str(path.relative_to(REPO)): lines
        for _room, path in modules()
        if (lines := path.read_text(encoding="utf-8").count("\n")) > 300
    }
    assert not halls


@pytest.mark.parametrize(
    ("statement", "unwanted"),
    [
        (
            "import console.domain.decide, console.domain.handover",
            {"textual", "httpx", "pydantic", "apsw", "asyncio"},
        ),
        ("import console.engine.engine", {"textual", "pydantic", "apsw", "httpx"}),
        ("import console.cli.main", {"textual", "httpx", "pydantic", "apsw", "psycopg"}),
        ("import console.sources.base.source, console.sources.alertmanager", {"textual", "httpx"}),
        (
            "import console.calendars.ics, console.calendars.table, console.calendars.holidays",
            {"textual", "httpx", "pydantic", "icalendar", "dateutil"},
        ),
        (
            "import console.sources.cloudwatch, console.sources.http, console.sources.command",
            {"textual", "httpx", "botocore", "jmespath"},
        ),
        ("import console.store.sqlite.store", {"textual", "httpx", "pydantic", "psycopg"}),
        (  # what only a key needs: each frozen dataclass is 0.6 ms of the first screen
            "import console.ui.screens.main, console.desk.local",
            {
                "console.domain.byhand",
                "console.domain.decide",
                "console.domain.decisions.base",
                "console.domain.loadmeter",
                "console.domain.notify.heard",
                "console.domain.notify.matching",
                "console.domain.roster.load",
                "console.domain.team.checklist",
                "console.domain.team.commands",
            },
        ),
    ],
)
def test_importing_leaves_the_heavy_ones_unloaded(statement: str, unwanted: set[str]) -> None:
    code = f"import sys; {statement}; print(' '.join(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=REPO)
    assert not unwanted & set(done.stdout.split())
