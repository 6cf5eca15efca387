"""Zenduty (since 2025 also called Xurrent IMR): its open incidents, and what is done about them here done there too."""

from console.sources.zenduty.options import Options
from console.sources.zenduty.reader import parse
from console.sources.zenduty.source import Source

__all__ = ["Options", "Source", "parse"]
