"""Take all measurements, one after the other: ``python -m benchmarks [NAME …]``."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def main() -> int:
    """Run the named benchmarks, or all; 1 where one of them failed."""
    here = Path(__file__).parent
    helpers = {
        "__init__",
        "__main__",
        "consoles",
        "fill",
        "million",
        "minimal_app",
        "probe",
        "processes",
        "wire",
    }
    known = sorted(path.stem for path in here.glob("*.py") if path.stem not in helpers)
    wanted = sys.argv[1:] or known
    if unknown := set(wanted) - set(known):
        print(f"no benchmark {', '.join(sorted(unknown))}; there are: {', '.join(known)}", file=sys.stderr)
        return 2
    failed = []
    for name in wanted:
        print(f"\n## {name}\n", flush=True)
        if subprocess.run(
            [sys.executable, "-m", f"benchmarks.{name}"], check=False, cwd=here.parent
        ).returncode:
            failed.append(name)
    if failed:
        print(f"\nnot measured: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
