"""The arguments of ``oncall runbook`` that mark a step."""

from __future__ import annotations

import argparse


def step_arguments(runbook: argparse.ArgumentParser) -> None:
    """Add the arguments that mark a step."""
    step = runbook.add_mutually_exclusive_group()
    for name, words in (
        ("done", "is done"),
        ("doing", "is being done"),
        ("skip", "is skipped"),
        ("fail", "did not work"),
        ("todo", "is to do again"),
    ):
        step.add_argument(f"--{name}", type=int, metavar="N", help=f"with an incident: step N {words}")
    step.add_argument("--note", dest="step_note", type=int, metavar="N", help="write -m TEXT at step N")
    runbook.add_argument("-m", "--message", metavar="TEXT", default="", help="the result, in one line")
