"""Two thousand runbooks: searching them, going from one to the next, noticing a change.

    python -m benchmarks.runbooks

The folder is made anew: 2,000 files of 6 kB each. ``search`` is one question to texts that are in memory, over
questions of one to three words; ``first search`` also lists the folder and reads all texts, ``list again`` is what
the console does while a runbook is on screen. ``first search, read ahead`` is the first one after the console has
had the time to read the texts, ``found and parsed`` the runbook of another alert, ``cursor → shown`` the same
through the screen (``runbookscreen``). Milliseconds of wall time.
"""

from __future__ import annotations

import random
import sys
import tempfile
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter

from benchmarks.runbookscreen import moves
from console.library.index import Index
from console.library.search import Search
from console.library.shelf import Shelf

FILES = 2_000
WORDS = [
    f"{kind}{n}"
    for n in range(40)
    for kind in ("disk", "queue", "node", "pod", "lag", "error", "deploy", "cache")
]


def fill(folder: Path) -> None:
    """Write the runbooks."""
    dice = random.Random(6)  # noqa: S311 - the same folder each time
    for n in range(FILES):
        text = [f"---\nalerts: [Alert{n}]\nservices: [service-{n % 300}]\n---\n# Alert {n}\n\n## Meaning\n"]
        text += [" ".join(dice.choices(WORDS, k=90)) + "." for _ in range(5)]
        text.append("\n## Mitigation\n")
        for step in range(1, 9):
            text.append(
                f"{step}. Check the {' '.join(dice.choices(WORDS, k=20))}\n\n   ```sh\n   kubectl get {dice.choice(WORDS)}\n   ```\n"
            )
        file = folder / f"team{n % 20}" / f"Alert{n}.md"
        file.parent.mkdir(exist_ok=True)
        file.write_text("\n".join(text), encoding="utf-8")


def taken(what: object) -> float:
    """Return how long a call took, in milliseconds."""
    assert callable(what)  # noqa: S101 - a slip of this file
    begun = perf_counter()
    what()
    return (perf_counter() - begun) * 1000


def main() -> int:
    """Print the figures beside their bars."""
    dice = random.Random(7)  # noqa: S311 - the same questions each time
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        fill(folder)
        index = Index([folder])
        search = Search(index)
        first = taken(lambda: search.find("check disk1"))
        questions = [" ".join(dice.choices(WORDS, k=1 + n % 3)) for n in range(60)]
        searches = [taken(partial(search.find, question)) for question in questions]
        shown = [taken(lambda: index.find(f"Alert{dice.randrange(FILES)}", "")) for _ in range(300)]
        again = [taken(index.refresh) for _ in range(5)]
        ahead = Search(index)
        pieces = []
        while ahead.warm():
            pieces.append(taken(ahead.warm))
        warmed = taken(lambda: ahead.find("check disk1"))
        cursor = moves(Shelf(lambda: Index([folder]), lambda _service: ()))
    print("| | median | p99 | bar |\n|---|---|---|---|")
    for what, figures, bar in (
        ("search", searches, 50),
        ("found and parsed", shown, 0),
        ("cursor → shown", cursor[1:], 100),
        ("list again", again, 0),
        ("a piece of reading ahead", pieces, 0),
    ):
        print(f"| {what} | {median(figures):.1f} | {quantiles(figures, n=100)[98]:.1f} | {bar or '–'} |")
    print(f"| first search, read ahead | {warmed:.0f} | – | 50 |")
    print(f"| the first cursor → shown, which lists the folder | {cursor[0]:.0f} | – | – |")
    print(f"| first search, nothing read | {first:.0f} | – | – |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
