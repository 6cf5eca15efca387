"""Alerts of Jira Service Management's operations, the heir of Opsgenie: a system of record, both ways."""

from console.sources.jsm.options import Options
from console.sources.jsm.reader import parse
from console.sources.jsm.source import Source

__all__ = ["Options", "Source", "parse"]
