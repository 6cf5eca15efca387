"""Slack: messages of a channel that people marked as incidents."""

from console.sources.slack.options import Options
from console.sources.slack.reader import parse
from console.sources.slack.source import Source

__all__ = ["Options", "Source", "parse"]
