"""Prometheus Alertmanager, v2 API (also Mimir's and Grafana's, which speak the same).

An Alertmanager knows neither "acked" nor "resolved": what it can do is hold notifications back for a
while (a silence), and that is what is said of it.
"""

from typing import TYPE_CHECKING, Any

from console.sources.alertmanager.options import Options
from console.sources.alertmanager.reader import parse

if TYPE_CHECKING:
    from console.sources.alertmanager.source import Source

__all__ = ["Options", "Source", "parse"]


def __getattr__(name: str) -> Any:
    """Load what speaks to a server when it is asked for; who only checks a config does without."""
    if name == "Source":
        from console.sources.alertmanager.source import Source  # noqa: PLC0415 - see above

        return Source
    raise AttributeError(name)
