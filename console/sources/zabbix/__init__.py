"""Zabbix, 6.0 and later: its problems, and what is done about them here done there too.

Zabbix keeps who acknowledged what, and a problem has one id from its beginning to its end: a system of record.
"""

from console.sources.zabbix.options import Options
from console.sources.zabbix.reader import parse
from console.sources.zabbix.source import Source

__all__ = ["Options", "Source", "parse"]
