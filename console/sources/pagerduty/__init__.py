"""PagerDuty, REST API v2: its open incidents, and what is done about them here done there too."""

from console.sources.pagerduty.options import Options
from console.sources.pagerduty.reader import parse
from console.sources.pagerduty.source import Source

__all__ = ["Options", "Source", "parse"]
