"""Jira issues found by a JQL query, Jira Cloud as well as Data Center and Server."""

from console.sources.jira.options import Options
from console.sources.jira.reader import parse
from console.sources.jira.source import Source

__all__ = ["Options", "Source", "parse"]
