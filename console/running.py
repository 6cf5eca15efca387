"""What runs commands of the user's own from a front end: those of checklists, and those of runbook steps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from socket import gethostname

from console.config.setup import Setup
from console.ports.commands import Ran, ScriptRan, StepRunning


def run_command(argv: Sequence[str], timeout: float, stop: Callable[[], bool] = lambda: False) -> Ran:
    """Run a checklist's command, see ``ports.commands``."""
    from console.library.commands import run_command as run  # noqa: PLC0415 - loaded when something is run

    return run(argv, timeout, stop)


def step_running(setup: Setup) -> StepRunning | None:
    """Return what runs the commands of runbook steps, None where the config does not allow it."""
    if not setup.run_steps:
        return None

    def run(shell: str, script: str, timeout: float, stop: Callable[[], bool]) -> ScriptRan:
        from console.config.secretvalues import secret_values  # noqa: PLC0415 - loaded when something is run
        from console.library.scripts import run_script  # noqa: PLC0415

        return run_script(shell, script, timeout, stop, partial(secret_values, setup.path))

    return StepRunning(run, setup.run_timeout, setup.run_only, gethostname())
