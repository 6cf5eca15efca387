"""The demo's folder: a config, three timelines and the runbooks, made for this moment."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Any
from zoneinfo import ZoneInfo

from console.demo.scenario import LOGS, LOGS_SILENT, METRICS, PROBES, Fault, faults

ZONE = "Asia/Jakarta"
_HANDOFF, _EVENING = 9, 22  # the hours of the demo's handovers, local


def write(folder: Path, now: datetime, speed: float = 1.0) -> Path:
    """Fill an empty folder and return the config file in it.

    ``now`` (UTC) is when the shift's timeline starts; ``speed`` how many of its seconds pass in
    one. The team's week is laid so that Asha is primary at ``now``.
    """
    local = now.astimezone(ZoneInfo(ZONE))
    shift = local - timedelta(hours=_HANDOFF)
    monday = shift.date() - timedelta(days=shift.weekday())
    tonight = local.date() if local.hour < _EVENING else local.date() + timedelta(days=1)
    here = files("console.demo")
    config = folder / "oncall.toml"
    config.write_text(
        Template(here.joinpath("team.toml").read_text(encoding="utf-8")).substitute(
            speed=float(speed), start=now.isoformat(), zone=ZONE, monday=monday, tonight=tonight
        ),
        encoding="utf-8",
    )
    runbooks = folder / "runbooks"
    runbooks.mkdir()
    for runbook in here.joinpath("runbooks").iterdir():
        (runbooks / runbook.name).write_text(runbook.read_text(encoding="utf-8"), encoding="utf-8")
    for source in (METRICS, PROBES, LOGS):
        lines = [_line(fault) for fault in faults() if fault.source == source]
        lines += _silence() if source == LOGS else []
        _write_lines(folder / f"{source}.jsonl", lines)
    return config


def identity(fault: Fault) -> str:
    """Return the fingerprint of a fault's alert; a fault that comes back is the same alert."""
    return f"{fault.name}:{fault.service}:{fault.where}"


def _line(fault: Fault) -> dict[str, Any]:
    line: dict[str, Any] = {
        "at": fault.at,
        "id": identity(fault),
        "name": fault.name,
        "service": fault.service,
        "severity": fault.severity,
        "title": fault.title,
        "since": fault.since.total_seconds(),
        "labels": {"instance": fault.where, "severity": fault.severity},
    }
    if fault.until is not None:
        line["until"] = fault.until
    return line


def _silence() -> list[dict[str, Any]]:
    return [
        {"at": start, "until": end, "fail": "logs.demo.example cannot be reached (connection refused)"}
        for start, end in LOGS_SILENT
    ]


def _write_lines(path: Path, lines: Iterable[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
