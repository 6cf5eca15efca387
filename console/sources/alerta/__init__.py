"""Alerta, API of version 7 and later: its open alerts, and what is done about them here done there too.

Alerta keeps who acked what, and folds duplicates into one alert with one id: a system of record.
"""

from console.sources.alerta.options import Options
from console.sources.alerta.reader import parse
from console.sources.alerta.source import Source

__all__ = ["Options", "Source", "parse"]
