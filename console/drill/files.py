"""A drill's file: one JSON document, written by ``oncall drill record`` or by hand."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError

from console.config.base import Line, Table
from console.domain.drill.recording import Alarm, Recording, Responded
from console.domain.priority import Priority
from console.domain.text import multi_line, one_line, safe_url
from console.domain.vocabulary import StepState
from console.errors import UsageError

BIGGEST = 5_000_000  # bytes
VERSION = 1

Seconds = Annotated[float, Field(ge=0, le=30 * 86_400)]
Text = Annotated[str, Field(max_length=20_000)]
Words = Annotated[str, Field(min_length=1, max_length=2_000)]


class AlarmTable(Table):
    """One of ``alarms``: an alert that fires from ``at`` until ``until``, in seconds; without ``until``: to the end."""

    at: Seconds
    until: Seconds | None = None
    id: Line
    name: Words
    service: Words
    severity: Line = "warning"
    title: Text = ""
    labels: dict[str, Text] = Field(default_factory=dict)
    description: Text = ""
    runbook_url: Text = ""


class RespondedTable(Table):
    """``responded``: what was done then, in seconds; left out: it was not done."""

    acked: Seconds | None = None
    priority: Literal["P1", "P2", "P3", "P4"] | None = None
    priority_set: Seconds | None = None
    steps: tuple[tuple[Annotated[int, Field(ge=1, le=1000)], StepState], ...] = ()
    escalated: Seconds | None = None
    noted: Seconds | None = None
    updates: Annotated[int, Field(ge=0)] = 0
    resolved: Seconds | None = None
    cause: Text = ""


class DrillTable(Table):
    """The whole file. ``oncall_drill`` is the version of its form."""

    oncall_drill: Literal[1]
    name: Line
    title: Words
    about: Text = ""
    depends_on: dict[str, tuple[Line, ...]] = Field(default_factory=dict)
    alarms: Annotated[tuple[AlarmTable, ...], Field(min_length=1, max_length=10_000)]
    responded: RespondedTable = RespondedTable()


def builtin() -> Iterator[Recording]:
    """Yield the drills that come with the product, by name."""
    found = files("console.drill").joinpath("scenarios").iterdir()
    for file in sorted(found, key=lambda one: one.name):
        if file.name.endswith(".json"):
            yield parse(file.read_text(encoding="utf-8"), file.name)


def find(name: str) -> Recording:
    """Return the drill of that name, or of that file. Raises ``UsageError``."""
    known = {one.name: one for one in builtin()}
    if name in known:
        return known[name]
    path = Path(name)
    if not path.is_file():
        raise UsageError(f'there is no drill "{name}"', hint=f"give a file, or one of {', '.join(known)}")
    try:
        if path.stat().st_size > BIGGEST:
            raise UsageError(f"{name} is too big for a drill")
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = (error.strerror if isinstance(error, OSError) else "") or "it is not UTF-8 text"
        raise UsageError(f"{name} cannot be read: {why}") from None
    return parse(text, name)


def parse(text: str, name: str) -> Recording:
    """Return what a file says; ``name`` is what it is called in complaints. Raises ``UsageError``."""
    try:
        table = DrillTable.model_validate(json.loads(text))
    except ValidationError as error:
        where = ".".join(map(str, error.errors()[0]["loc"])) or "it"
        hint = "write one with oncall drill record"
        raise UsageError(f"{one_line(name)} is not a drill: {one_line(where)} is wrong", hint=hint) from None
    except (ValueError, RecursionError):
        raise UsageError(f"{one_line(name)} is not a drill: it is not JSON") from None
    return _recording(table)


def _recording(table: DrillTable) -> Recording:
    done = table.responded
    return Recording(
        name=table.name,
        title=one_line(table.title),
        about=one_line(table.about),
        alarms=tuple(_alarm(one) for one in sorted(table.alarms, key=lambda one: one.at)),
        responded=Responded(
            acked=done.acked,
            priority=Priority[done.priority] if done.priority else None,
            priority_set=done.priority_set,
            steps=done.steps,
            escalated=done.escalated,
            noted=done.noted,
            updates=done.updates,
            resolved=done.resolved,
            cause=one_line(done.cause),
        ),
        depends_on=tuple((one_line(name), below) for name, below in table.depends_on.items()),
    )


def _alarm(table: AlarmTable) -> Alarm:
    return Alarm(
        at=table.at,
        until=table.until,
        id=table.id,
        name=one_line(table.name),
        service=one_line(table.service),
        severity=table.severity,
        title=one_line(table.title) or one_line(table.name),
        labels=tuple((one_line(key), one_line(value)) for key, value in table.labels.items()),
        description=multi_line(table.description),
        runbook_url=safe_url(table.runbook_url),
    )


def to_json(recording: Recording) -> str:
    """Return the file of a drill."""
    done = asdict(recording.responded)
    done["priority"] = recording.responded.priority.label if recording.responded.priority else None
    document: dict[str, Any] = {
        "oncall_drill": VERSION,
        "name": recording.name,
        "title": recording.title,
        "about": recording.about,
        "depends_on": {service: list(below) for service, below in recording.depends_on},
        "alarms": [{**asdict(one), "labels": dict(one.labels)} for one in recording.alarms],
        "responded": done,
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def timeline(recording: Recording) -> str:
    """Return the alerts as the replay source reads them."""
    lines = []
    for one in recording.alarms:
        said = {**asdict(one), "labels": dict(one.labels)}
        lines.append(json.dumps({key: value for key, value in said.items() if value is not None}))
    return "\n".join(lines) + "\n"


def write_runbooks(folder: Path) -> None:
    """Write the runbooks of the drills that come with the product into a folder, which is made."""
    folder.mkdir()
    for runbook in files("console.drill").joinpath("runbooks").iterdir():
        if runbook.name.endswith(".md"):
            (folder / runbook.name).write_text(runbook.read_text(encoding="utf-8"), encoding="utf-8")
