"""The process that has apprise loaded. A question and an answer are a line of JSON each.

Run as a file, not as a module: it needs nothing of the product, and its own folder must not hide the library.
Addresses come on its standard input only. It ends when that does, so it never outlives who started it.
"""

from __future__ import annotations

import json
import logging
import os
import queue
import sys
import threading
from collections.abc import Callable
from typing import Any, TextIO

_NOT_INSTALLED = "not installed"
_MOST_SAID = 500  # characters


class _Kept(logging.Handler):
    """Keeps what the library warns of: why a message did not go through is said nowhere else."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(record.getMessage()[:_MOST_SAID])


def _loaded() -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Load the library (a second or two) and return what sends. Raises ``ImportError``."""
    import apprise  # noqa: PLC0415 - only in this process

    asset = apprise.AppriseAsset(app_id="oncall", app_desc="on-call console", async_mode=False)
    kept = _Kept()
    logger = logging.getLogger("apprise")
    logger.addHandler(kept)
    logger.propagate = False
    known: dict[str, Any] = {}

    def send(question: dict[str, Any]) -> dict[str, Any]:
        kept.said.clear()
        url = question["url"]
        if url not in known:
            made = apprise.Apprise(asset=asset)
            if not made.add(url):
                return {"ok": False, "no": True, "said": kept.said[-1:]}
            known[url] = made
        took = known[url].notify(
            title=question["title"], body=question["body"], notify_type=question["type"], body_format="text"
        )
        return {"ok": bool(took), "said": kept.said[-1:]}

    return send


def _serve(questions: queue.Queue[str], answers: TextIO) -> None:
    def say(answer: dict[str, Any]) -> None:
        answers.write(json.dumps(answer) + "\n")
        answers.flush()

    try:
        send = _loaded()
    except ImportError:
        say({"ready": False, "why": _NOT_INSTALLED})
        os._exit(0)
    say({"ready": True})
    while True:
        try:
            say(send(json.loads(questions.get())))
        except Exception as error:  # noqa: BLE001 - a plugin may raise anything, and its text may hold a token
            say({"ok": False, "said": [type(error).__name__]})


def main() -> None:
    """Answer until the questions end."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a library prints is no answer
    questions: queue.Queue[str] = queue.Queue()
    threading.Thread(target=_serve, args=(questions, answers), daemon=True).start()
    for line in sys.stdin:
        questions.put(line)
    os._exit(0)  # nobody waits any more, whatever is being sent


if __name__ == "__main__":
    main()
