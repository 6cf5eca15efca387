"""Intercom: conversations and tickets of customers."""

from console.sources.intercom.options import Options
from console.sources.intercom.reader import parse
from console.sources.intercom.source import Source

__all__ = ["Options", "Source", "parse"]
