"""Any server that lists what is wrong as JSON: address, headers, paging and fields are said in the config."""

from console.sources.http.options import Options
from console.sources.http.source import Source, parse

__all__ = ["Options", "Source", "parse"]
