"""``python -m console`` and the installed command ``oncall``."""

from __future__ import annotations

import sys

from console.cli.main import main as run


def main() -> None:
    """Carry out the command line and leave with its exit code."""
    sys.exit(run())


if __name__ == "__main__":
    main()
