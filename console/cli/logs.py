"""The engine's log on stderr: a line an event as text, or one JSON object a line for a collector.

JSON has ``time`` (UTC, milliseconds), ``level``, ``logger``, ``message``, where they apply the fields
below, and ``traceback``. ``event`` is a stable name for what matters (deploy/README.md lists them).
"""

from __future__ import annotations

import json
import logging
import re
import sys
from datetime import UTC, datetime
from typing import Literal

from console.domain.text import multi_line, one_line

Style = Literal["text", "json"]

FIELDS = (
    "event", "lease", "source", "channel", "calendar", "feed", "incident", "effect", "notification", "misses",
    "changes", "pause", "signal",
)  # fmt: skip
LONGEST = 2000  # characters of a message
_LOGIN = re.compile(r"(?<=://)[^/\s@]*:[^/\s@]*@")


class _Text(logging.Formatter):
    """Time in UTC, level, text without control codes; a traceback keeps its lines."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the entry as text."""
        at = datetime.fromtimestamp(record.created, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        text = f"{at} {record.levelname.lower()} {_message(record)}"
        return f"{text}\n{_traceback(self, record)}" if record.exc_info else text


class _Json(logging.Formatter):
    """One JSON object in plain ASCII."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the entry as one line."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        entry: dict[str, object] = {
            "time": at.replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _message(record),
        }
        for name in FIELDS:
            value = getattr(record, name, None)
            if value is not None:
                entry[name] = one_line(value) if isinstance(value, str) else value
        if record.exc_info:
            entry["traceback"] = _traceback(self, record)
        return json.dumps(entry, default=str)


def log_to_stderr(style: Style) -> None:
    """Send our own log from ``info`` on, and warnings of others, to stderr."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Json() if style == "json" else _Text())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("console").setLevel(logging.INFO)
    logging.captureWarnings(capture=True)


def without_logins(text: str) -> str:
    """Return the text with ``user:password@`` taken out of every address in it."""
    return _LOGIN.sub("", text)


def _message(record: logging.LogRecord) -> str:
    return one_line(without_logins(record.getMessage()), LONGEST)


def _traceback(formatter: logging.Formatter, record: logging.LogRecord) -> str:
    assert record.exc_info  # noqa: S101 - asked only where there is one
    return multi_line(without_logins(formatter.formatException(record.exc_info)))
