"""Ten processes at one store for half a minute, killed at random; then everything that was told is audited.

    python -m benchmarks.hammer [SECONDS]

On both stores, each followed by a short run of the control: writers that do not look again where
another was first. Nothing may be lost or done twice, and the control has to be caught.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.servers.postgres import running
from tests.store.hammer_audit import Audit, hammer

SECONDS = 30.0
CONTROL = 5.0  # seconds

HEAD = (
    "store", "kills", "acks won", "told second", "escalations", "notes", "settled", "leases", "tx/s",
    "lost", "twice", "double lease", "fence", "sound",
)  # fmt: skip


def line(name: str, found: Audit) -> str:
    """Return a row of the table."""
    told = found.told
    cells = [
        name,
        told.kills,
        told.count("Ack"),
        told.second["Ack"],
        told.count("Escalate"),
        told.count("Note"),
        told.count("SettleEffect"),
        len(told.granted),
        f"{found.writes / found.seconds:.0f}",
        len(found.lost),
        len(found.duplicates),
        len(found.leases),
        len(found.fences),
        "ok" if not found.unsound and not told.errors else "NO",
    ]
    return "| " + " | ".join(map(str, cells)) + " |"


def measure(name: str, urls: tuple[str, str], folder: Path, seconds: float) -> bool:
    """Hammer one store and its control and print both; return whether all is as it should be."""
    honest = hammer(urls[0], folder / f"told-{name}", seconds)
    print(line(name, honest), flush=True)
    naive = hammer(urls[1], folder / f"told-{name}-naive", min(seconds, CONTROL), "naive")
    print(line(f"{name}, control", naive), flush=True)
    for words in honest.broken[:5]:
        print(f"  {words}")
    return not honest.broken and bool(naive.duplicates)


def main() -> int:
    """Print the table; 1 where a promise was broken or the control was not caught."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS
    print("| " + " | ".join(HEAD) + " |\n|" + "---|" * len(HEAD))
    with tempfile.TemporaryDirectory() as place, running(fsync=True) as server:
        folder = Path(place)
        files = (f"sqlite:///{folder}/store.db", f"sqlite:///{folder}/naive.db")
        good = measure("SQLite", files, folder, seconds)
        with server.fresh() as store, server.fresh() as naive:
            good = measure("PostgreSQL", (store, naive), folder, seconds) and good
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
