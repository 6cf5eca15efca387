"""Datadog's monitors: one alert for each group of a monitor that is in Alert, Warn or No Data.

A monitor knows neither "acked" nor "resolved". What the API can do is mute a group by a downtime, and
that is done only where the config asks for it.
"""

from console.sources.datadog.options import Options
from console.sources.datadog.reader import parse
from console.sources.datadog.source import Source

__all__ = ["Options", "Source", "parse"]
