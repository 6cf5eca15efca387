"""Prometheus Alertmanager, v2 API (also Mimir's and Grafana's, which speak the same).

An Alertmanager knows neither "acked" nor "resolved": what it can do is hold notifications back for a
while (a silence), and that is what is said of it.
"""

from console.sources.alertmanager.options import Options
from console.sources.alertmanager.reader import parse
from console.sources.alertmanager.source import Source

__all__ = ["Options", "Source", "parse"]
