"""Commands of the command line, carried out in this process: a program for each takes what the engines need.

That the program itself starts and ends well is tried where consoles and engines run, and in tests/cli.
"""

from __future__ import annotations

import io
import os
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from unittest.mock import patch

from console.cli.main import main


def command(config: Path, *arguments: str, environ: Mapping[str, str]) -> str:
    """Return what a command prints on a config, whatever its exit code: stdout, then stderr."""
    out, err = io.StringIO(), io.StringIO()
    with patch.dict(os.environ, environ), redirect_stdout(out), redirect_stderr(err):
        main(["--config", str(config), *arguments])
    return out.getvalue() + err.getvalue()
