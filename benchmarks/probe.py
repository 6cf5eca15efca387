"""Drive a terminal program from outside with the probe that lies beside the project, and read its figures."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

PROBE = Path(__file__).resolve().parent.parent.parent / "shared" / "bench" / "tui_probe.py"


def drive(
    command: Sequence[str],
    steps: Sequence[str],
    *,
    size: str = "160x45",
    runs: int = 1,
    ready: str = "",
    env: Sequence[str] = (),
    timeout: float = 300,
) -> dict[str, Any]:
    """Run the steps (the probe's own language) against a command and return its aggregate figures.

    Raises FileNotFoundError where the probe is absent and RuntimeError where the program failed a step.
    """
    if not PROBE.is_file():
        raise FileNotFoundError("the probe does not lie beside the project; screen figures are left out")
    with tempfile.TemporaryDirectory() as folder:
        answer = Path(folder) / "answer.json"
        arguments = [sys.executable, str(PROBE), "--size", size, "--runs", str(runs), "--json", str(answer)]
        arguments += ["--warmup", "1"] if runs > 1 else []
        arguments += ["--ready", ready] if ready else []
        for pair in env:
            arguments += ["--env", pair]
        for step in steps:
            arguments += ["--step", step]
        done = subprocess.run(
            [*arguments, "--", *command], capture_output=True, text=True, check=False, timeout=timeout
        )
        if not answer.is_file():
            raise RuntimeError(done.stderr[-2000:])
        figures: dict[str, Any] = json.loads(answer.read_text(encoding="utf-8"))["aggregate"]
        figures["failed"] = done.returncode != 0
        figures["log"] = done.stderr
        return figures


def step(figures: dict[str, Any], label: str) -> dict[str, Any]:
    """Return the figures of the step with that label."""
    for entry in figures["steps"]:
        if entry["label"] == label:
            return dict(entry)
    raise KeyError(
        f"{label} is not among {[entry['label'] for entry in figures['steps']]}:\n{figures['log'][-1500:]}"
    )
